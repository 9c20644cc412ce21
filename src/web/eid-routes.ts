import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Clock } from "../base/clock.ts";
import { Fault, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Actor, Transact, Work } from "../events/work.ts";
import { clientOf } from "../http/client.ts";
import type { EidProvider, EidStanding } from "../providers/eid.ts";
import { beginIdentification, findIdentification, settleIdentification } from "../signing/identify.ts";
import { refuse } from "../signing/refusal.ts";
import { resumeAtEid } from "../signing/session.ts";
import type { IdentificationRow } from "../storage/signing-tables.ts";
import type { Store } from "../storage/store.ts";
import { type IdentifyView, identifiedMark } from "../wire/identification.ts";
import type { RefusalView } from "../wire/session.ts";
import { sendDevelopment, sendTrouble } from "./eid-pages.ts";
import { answer } from "./sign-door.ts";

/** What the doors of identification need; `eid` null: nobody identifies. */
export type EidDoors = {
  readonly log: Log;
  readonly store: Store;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly eid: EidProvider | null;
  readonly read: <S extends Type.TObject>(request: FastifyRequest, schema: S) => Promise<Type.Static<S>>;
  /** Acts as the signer of the session that the request carries. */
  readonly withBearer: <T extends object>(
    request: FastifyRequest,
    change: (work: Work, bearer: string) => Promise<T>,
  ) => Promise<T | RefusalView>;
};

/** The signing page, as a path of this server. */
const ReturnTo = Type.String({
  pattern: "^/(?:sign/|editor/embeddedSign\\?)[^\\\\\\s]*$",
  maxLength: limits.urlLength,
});

/** Mounts the way to a provider of electronic identification and back, and the page of the development provider. */
export function mountEid(app: FastifyInstance, doors: EidDoors): void {
  app.post("/sign-api/identify", async (request, reply) => answer(reply, await begin(doors, request)));
  // A person's browser comes to these: what goes wrong is told on a page.
  const errorHandler = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
    void tellTrouble(doors, { error, request, reply });
  app.get("/eid/done/:token", { errorHandler }, (request, reply) => settle(doors, { request, reply }));
  app.get("/eid/development/:token", { errorHandler }, async (request, reply) => {
    const row = await findOpen(doors, request);
    return showDevelopment(doors, { reply, row, token: tokenOf(request) });
  });
  for (const [end, developed] of [
    ["confirm", "confirmed"],
    ["fail", "failed"],
  ] as const)
    app.post(`/eid/development/:token/${end}`, { errorHandler }, async (request, reply) => {
      const row = await findOpen(doors, request);
      await doors.transact(async ({ tx }) => {
        await tx
          .updateTable("identifications")
          .set({ developed })
          .where("token_hash", "=", row.token_hash)
          .where("developed", "is", null)
          .execute();
      });
      return reply.redirect(`/eid/done/${tokenOf(request)}`, 303);
    });
}

async function begin(doors: EidDoors, request: FastifyRequest): Promise<IdentifyView | RefusalView> {
  const { returnTo } = await doors.read(request, Type.Object({ returnTo: ReturnTo }));
  const { eid } = doors;
  if (eid === null) return refuse("unavailable");
  const begun = await doors.withBearer(request, async (work, bearer) => {
    const session = await resumeAtEid(work, bearer);
    return "ok" in session ? session : beginIdentification(work, { session, returnTo, provider: eid.name });
  });
  if ("ok" in begun) return begun;
  const returnUrl = `${doors.publicUrl}/eid/done/${begun.token}`;
  try {
    return { ok: true, url: await eid.begin({ ...begun, returnUrl }) };
  } catch (error) {
    doors.log.error({ request: request.id, err: error }, "an identification could not begin");
    return refuse("unavailable");
  }
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** The browser comes back: the provider is asked how it went. A second look changes nothing. */
async function settle(doors: EidDoors, { request, reply }: Exchange): Promise<FastifyReply> {
  const { eid } = doors;
  const row = await findIdentification(doors.store.read, { token: tokenOf(request), at: doors.clock() });
  if (row === null || eid === null) throw gone();
  const standing = row.state === "pending" ? await look(doors, { eid, row, request }) : ({ state: "pending" } as const);
  const actor = await signerOf(doors, { row, request });
  const { returnTo, proof } = await doors.transact((work) => settleIdentification(work, { row, standing }), actor);
  const back = proof === null ? returnTo : `${returnTo}#${identifiedMark}${proof}`;
  return reply.header("referrer-policy", "no-referrer").redirect(back, 303);
}

type Looking = { readonly eid: EidProvider; readonly row: IdentificationRow; readonly request: FastifyRequest };

async function look({ log }: EidDoors, { eid, row, request }: Looking): Promise<EidStanding> {
  try {
    return await eid.look(row.identification_id);
  } catch (error) {
    log.error({ request: request.id, err: error }, "an identification could not be asked after");
    throw new Fault(
      "unavailable",
      "The provider of electronic identification does not say just now how it went. Nothing is lost: try again in a moment.",
    );
  }
}

async function signerOf(
  { store }: EidDoors,
  { row, request }: { readonly row: IdentificationRow; readonly request: FastifyRequest },
): Promise<Actor> {
  const { name, email } = await store.read
    .selectFrom("signatures")
    .select(["name", "email"])
    .where("signature_id", "=", row.signature_id)
    .executeTakeFirstOrThrow();
  return { who: `${name} (${email})`, ...clientOf(request) };
}

function tokenOf(request: FastifyRequest): string {
  const { token } = request.params as { readonly token: string };
  return token;
}

/** One of the development provider that is still open. */
async function findOpen(doors: EidDoors, request: FastifyRequest): Promise<IdentificationRow> {
  const token = tokenOf(request);
  const row = await findIdentification(doors.store.read, { token, at: doors.clock() });
  if (row === null || doors.eid?.kind !== "development") throw gone();
  return row;
}

type Showing = { readonly reply: FastifyReply; readonly row: IdentificationRow; readonly token: string };

async function showDevelopment(doors: EidDoors, { reply, row, token }: Showing): Promise<FastifyReply> {
  const { name } = await doors.store.read
    .selectFrom("signatures")
    .select("name")
    .where("signature_id", "=", row.signature_id)
    .executeTakeFirstOrThrow();
  return sendDevelopment(reply, { name, token });
}

/** Tells a person what went wrong; what is our own fault goes to the log. */
function tellTrouble(
  { log }: EidDoors,
  { error, request, reply }: Exchange & { readonly error: FastifyError },
): FastifyReply {
  if (error instanceof Fault) return sendTrouble(reply, error);
  log.error({ request: request.id, route: request.routeOptions.url, err: error }, "a page failed");
  return sendTrouble(reply, {
    status: 500,
    message: `Something went wrong on the server; its log has the details under ${request.id}.`,
  });
}

function gone() {
  return notFound("This identification is over. Open the signing page again.");
}
