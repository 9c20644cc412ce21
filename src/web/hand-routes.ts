import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { correction, generate } from "lean-qr";
import { Type } from "typebox";
import type { Clock } from "../base/clock.ts";
import type { Actor, Transact, Work } from "../events/work.ts";
import { clientOf } from "../http/client.ts";
import { saveHand } from "../signing/hands.ts";
import { findPhone, lookAtPhone, needsInitialsOf, openPhone, takeFromPhone } from "../signing/phone.ts";
import type { Session } from "../signing/signer-session.ts";
import type { Store } from "../storage/store.ts";
import type { PhoneFacts, PhoneLinkView, RefusalView } from "../wire/session.ts";
import { Drawn, Ink } from "./ink-shapes.ts";
import { localeOf } from "./locale.ts";
import { type PageAssets, pagePolicy, preloads } from "./page-assets.ts";
import { answer, type ReadCall, type WithSession } from "./sign-door.ts";
import { renderHandPage } from "./sign-page.ts";

/** What the doors of hands need; how calls are read and answered is the signing page's. */
export type HandDoors = {
  readonly store: Store;
  readonly transact: Transact;
  readonly publicUrl: string;
  readonly assets: PageAssets;
  readonly read: ReadCall;
  readonly withSession: WithSession;
  readonly clock: Clock;
};

const Hand = Type.Object({ kind: Type.Enum(["name", "initials"]), ink: Type.Union([Ink, Type.Null()]) });
const FromPhone = Type.Object({
  token: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  name: Drawn,
  initials: Type.Union([Drawn, Type.Null()]),
});

/** Mounts the calls that keep how a signature looks, and the pad of a phone. */
export function mountHands(app: FastifyInstance, doors: HandDoors): void {
  const { read, withSession } = doors;
  app.put("/sign-api/hand", async (request, reply) => {
    const hand = await read(request, Hand);
    const save = async (work: Work, session: Session) => (await saveHand(work, { session, hand })) ?? { saved: true };
    return answer(reply, await withSession(request, save));
  });
  app.post("/sign-api/hand/phone", async (request, reply) =>
    answer(reply, await withSession(request, (work, session) => leadPhone(work, { session, doors }))),
  );
  app.post("/sign-api/hand/look", async (request, reply) => answer(reply, await withSession(request, lookAtPhone)));
  app.post("/sign-api/hand/from-phone", async (request, reply) => {
    const sent = await read(request, FromPhone);
    const actor: Actor = {
      who: "A phone beside the signing page",
      ...clientOf(request),
    };
    return answer(reply, await doors.transact((work) => takeFromPhone(work, sent), actor));
  });
  app.get("/sign/hand/:token", (request, reply) => showPad(doors, { request, reply }));
}

async function leadPhone(
  work: Work,
  { session, doors }: { readonly session: Session; readonly doors: HandDoors },
): Promise<PhoneLinkView | RefusalView> {
  const token = await openPhone(work, session);
  if (typeof token !== "string") return token;
  const url = `${doors.publicUrl}/sign/hand/${token}`;
  const code = generate(url, { minCorrectionLevel: correction.L });
  const row = (y: number) => Array.from({ length: code.size }, (_, x) => (code.get(x, y) ? "1" : "0")).join("");
  return { ok: true, url, code: Array.from({ length: code.size }, (_, y) => row(y)) };
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** The pad: it shows nothing of the document, and is shown by nobody else. */
async function showPad({ store, assets, clock }: HandDoors, { request, reply }: Exchange): Promise<FastifyReply> {
  const { token } = request.params as { readonly token: string };
  const known = await findPhone(store.read, { token, at: clock() });
  const needsInitials = known !== null && (await needsInitialsOf(store.read, known));
  const facts: PhoneFacts = { locale: localeOf(request), token: known ? token : "", needsInitials };
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", pagePolicy("'none'"))
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .header("link", preloads(assets.hand, facts.locale))
    .send(renderHandPage({ facts, ...assets.hand }));
}
