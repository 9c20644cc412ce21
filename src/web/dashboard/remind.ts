import type { FastifyReply } from "fastify";
import { Fault, notFound } from "../../base/faults.ts";
import { findRequest } from "../../requests/find.ts";
import { remindSigner } from "../../requests/remind.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { showRequest } from "./request.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Reminds a signer by letter, as the API does; who cannot be reminded is told beside their name. */
export async function remindIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const requestId = idOf(visit);
  const accountId = account.account_id;
  const record = await findRequest(house.store.read, requestId);
  const signature = record?.signatures.find(({ signature_id: id }) => id === form.get("signature"));
  if (record?.request.account_id !== accountId || signature === undefined) throw notFound();
  const { email, name, signature_id: signatureId } = signature;
  const refused = await refusing(() =>
    house.transact((work) => remindSigner(work, { accountId, requestId, email, name }), actorOf(visit)),
  );
  if (refused instanceof Fault)
    return showRequest(visit, { signatureId, words: wordsOf(refused), status: refused.status });
  return reply.redirect(`/app/requests/${requestId}?done=reminded`, 303);
}
