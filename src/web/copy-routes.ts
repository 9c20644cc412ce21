import type { FastifyInstance, FastifyReply } from "fastify";
import type { Actor } from "../events/work.ts";
import { refuse } from "../signing/refusal.ts";
import type { WithSession } from "./sign-door.ts";

/** What giving signers their copy needs. */
export type CopyDoors = {
  /** Sends the document of an account's request as it is now, told in the audit trail as given to the actor. */
  readonly sendDocument: (
    reply: FastifyReply,
    asked: { readonly accountId: string; readonly requestId: string; readonly actor: Actor },
  ) => Promise<FastifyReply>;
  readonly withSession: WithSession;
};

/** Mounts the signer's own copy: the document as it is now, sealed once everybody has signed. */
export function mountCopy(app: FastifyInstance, { sendDocument, withSession }: CopyDoors): void {
  app.post("/sign-api/copy", async (request, reply) => {
    const said = await withSession(request, (work, { record: { request: found }, signature }) =>
      Promise.resolve(
        signature.state !== "signed" || found.state === "sealing"
          ? refuse("unavailable")
          : { accountId: found.account_id, requestId: found.request_id, actor: work.actor },
      ),
    );
    reply.header("cache-control", "no-store");
    return "ok" in said ? reply.send(said) : sendDocument(reply, said);
  });
}
