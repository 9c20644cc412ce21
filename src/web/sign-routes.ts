import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Clock } from "../base/clock.ts";
import type { Gate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { hashOf, type Secret } from "../base/secrets.ts";
import type { Workshop } from "../documents/workshop.ts";
import { hasDraftDocument } from "../drafts/find.ts";
import type { Actor, Transact, Work } from "../events/work.ts";
import { clientOf } from "../http/client.ts";
import { locales } from "../language/locales.ts";
import type { EidProvider } from "../providers/eid.ts";
import { hasDocument } from "../requests/find.ts";
import { saveAnswers } from "../signing/answers.ts";
import { declineSigning } from "../signing/decline.ts";
import { finishSigning } from "../signing/finish.ts";
import { findHands } from "../signing/hands.ts";
import { reassignSigning } from "../signing/reassign.ts";
import { refuse } from "../signing/refusal.ts";
import { bearerOf, claimSession, passGate, resendCode, resumeSession } from "../signing/session.ts";
import type { Session } from "../signing/signer-session.ts";
import { viewSession } from "../signing/view.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { GateView, RefusalView, SessionView } from "../wire/session.ts";
import { mountAttachments } from "./attachment-routes.ts";
import { type CopyDoors, mountCopy } from "./copy-routes.ts";
import { mountEid } from "./eid-routes.ts";
import { mountHands } from "./hand-routes.ts";
import { Ink } from "./ink-shapes.ts";
import { mountLogos } from "./logos.ts";
import { mountPictures } from "./pictures.ts";
import { answer, read, type WithSession } from "./sign-door.ts";
import { mountShells, type ShellDoors } from "./sign-shells.ts";

/** What the signing page's doors need. */
export type SignDoors = ShellDoors & {
  readonly log: Log;
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  readonly desk: Gate;
  readonly transact: Transact;
  readonly secret: Secret;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly eid: EidProvider | null;
  readonly sendDocument: CopyDoors["sendDocument"];
};

const Hex = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Answers = Type.Record(
  Type.String({ maxLength: limits.nameLength }),
  Type.Union([Type.Boolean(), Type.String({ maxLength: limits.fieldValueLength })]),
);
const Claim = Type.Object({
  kind: Type.Enum(["embedded", "mail"]),
  token: Hex,
  tab: Hex,
  locale: Type.Optional(Type.Enum([...locales])),
  clientId: Type.Optional(Type.String({ maxLength: 64 })),
  parentOrigin: Type.Optional(Type.Union([Type.String({ maxLength: limits.urlLength }), Type.Null()])),
});

/** Mounts the signing page: its HTML, which never consumes a link, and the calls of its script. */
export function mountSigning(app: FastifyInstance, doors: SignDoors): void {
  mountShells(app, doors);
  const inSession: WithSession = (request, change) => withSession({ doors, request }, change);
  mountHands(app, { ...doors, read, withSession: inSession });
  mountAttachments(app, { ...doors, read, withSession: inSession });
  mountEid(app, { ...doors, read, withBearer: (request, change) => withBearer({ doors, request }, change) });
  mountCopy(app, { ...doors, withSession: inSession });
  mountLogos(app, doors);
  mountPictures(app, { ...doors, isKept: (hash) => isKept(doors, hash) });

  app.post("/sign-api/claim", async (request, reply) => answer(reply, await claim(doors, request)));
  app.post("/sign-api/code", async (request, reply) => answer(reply, await enter(doors, request)));
  app.post("/sign-api/code/send", async (request, reply) =>
    answer(reply, await withBearer({ doors, request }, resendCode)),
  );
  app.put("/sign-api/answers", async (request, reply) => {
    const { answers } = await read(request, Type.Object({ answers: Answers }));
    return answer(
      reply,
      await withSession(
        { doors, request },
        async (work, session) => (await saveAnswers(work, { session, answers })) ?? { saved: true },
      ),
    );
  });
  app.post("/sign-api/finish", async (request, reply) => {
    const finish = await read(
      request,
      Type.Object({
        answers: Answers,
        hands: Type.Object({ name: Type.Optional(Ink), initials: Type.Optional(Ink) }),
        consentVersion: Type.String({ maxLength: 40 }),
        timeZone: Type.String({ maxLength: 80 }),
      }),
    );
    return answer(
      reply,
      await withSession({ doors, request }, (work, session) => finishSigning(work, { session, finish })),
    );
  });
  app.post("/sign-api/reassign", async (request, reply) => {
    const { reason = "", ...to } = await read(request, Reassign);
    return answer(
      reply,
      await withSession({ doors, request }, (work, session) =>
        reassignSigning(work, { session, to: { ...to, reason } }),
      ),
    );
  });
  app.post("/sign-api/decline", async (request, reply) => {
    const { reason = "" } = await read(
      request,
      Type.Object({ reason: Type.Optional(Type.String({ maxLength: limits.declineReasonLength })) }),
    );
    return answer(
      reply,
      await withSession({ doors, request }, (work, session) => declineSigning(work, { session, reason })),
    );
  });
}

async function isKept({ store }: SignDoors, hash: string): Promise<boolean> {
  return (await hasDocument(store.read, hash)) || hasDraftDocument(store.read, hash);
}

const Reassign = Type.Object({
  name: Type.String({ maxLength: limits.nameLength }),
  email: Type.String({ maxLength: limits.nameLength }),
  reason: Type.Optional(Type.String({ maxLength: limits.declineReasonLength })),
});

async function claim(doors: SignDoors, request: FastifyRequest): Promise<SessionView | GateView | RefusalView> {
  const asked = await read(request, Claim);
  const bearer = bearerOf(asked);
  return act({ doors, request, token: asked.token }, async (work) =>
    show(work, { doors, bearer, session: await claimSession(work, asked) }),
  );
}

async function enter(doors: SignDoors, request: FastifyRequest): Promise<SessionView | GateView | RefusalView> {
  const { code } = await read(request, Type.Object({ code: Type.String({ maxLength: limits.codeLength }) }));
  return withBearer({ doors, request }, async (work, bearer) =>
    show(work, { doors, bearer, session: await passGate(work, { bearer, code }) }),
  );
}

type Showing = {
  readonly doors: SignDoors;
  readonly bearer: string;
  readonly session: Session | GateView | RefusalView;
};

async function show(work: Work, { doors, bearer, session }: Showing): Promise<SessionView | GateView | RefusalView> {
  if ("ok" in session) return session;
  const { request } = session.record;
  const requester = await work.tx
    .selectFrom("accounts")
    .select("email")
    .where("account_id", "=", request.account_id)
    .executeTakeFirstOrThrow();
  const hands = await findHands(work.tx, request.request_id);
  return viewSession(session, {
    secret: doors.secret,
    bearer,
    requester: request.requester_email ?? requester.email,
    hands,
  });
}

type Visit = { readonly doors: SignDoors; readonly request: FastifyRequest };

async function withSession<T extends object>(
  { doors, request }: Visit,
  change: (work: Work, session: Session) => Promise<T>,
): Promise<T | RefusalView> {
  return withBearer({ doors, request }, async (work, bearer) => {
    const session = await resumeSession(work, bearer);
    return "ok" in session ? session : change(work, session);
  });
}

async function withBearer<T extends object>(
  { doors, request }: Visit,
  change: (work: Work, bearer: string) => Promise<T>,
): Promise<T | RefusalView> {
  const bearer = /^Bearer ([0-9a-f]{64}\.[0-9a-f]{64})$/.exec(request.headers.authorization ?? "")?.[1];
  if (!bearer) return refuse("sign_url_invalid");
  return act({ doors, request, token: bearer.slice(0, 64) }, (work) => change(work, bearer));
}

/** The signer acts: the trail names the person that the link was made for. */
async function act<T>(
  { doors, request, token }: Visit & { readonly token: string },
  change: (work: Work) => Promise<T>,
): Promise<T | RefusalView> {
  const signer = await doors.store.read
    .selectFrom("sign_links")
    .innerJoin("signatures", "signatures.signature_id", "sign_links.signature_id")
    .select(["name", "email"])
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (!signer) return refuse("sign_url_invalid");
  const actor: Actor = {
    who: `${signer.name} (${signer.email})`,
    ...clientOf(request),
  };
  return doors.transact(change, actor);
}
