import { Fault } from "../base/faults.ts";
import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import { expired, failedWords, stillProcessing } from "../requests/closed.ts";
import { lockOwnRequest } from "../requests/find.ts";
import { isSpared } from "../requests/groups.ts";
import { isTurn } from "../requests/turn.ts";
import type { Db } from "../storage/store.ts";

/** A link to the signing page: its token is known only to whom it is given, the house keeps the hash. */
export type NewLink = { readonly token: string; readonly hash: string; readonly expiresAt: number | null };

type LinkFor = { readonly signatureId: string; readonly requestId: string; readonly kind: "embedded" | "mail" };

/** Makes a link for one signer: an embedded one lives 60 minutes, one in a mail as long as its request is open. */
export async function makeLink(work: Work, { signatureId, requestId, kind }: LinkFor): Promise<NewLink> {
  const token = newKey();
  const hash = hashOf(token);
  const expiresAt = kind === "embedded" ? work.at + limits.signUrlMs : null;
  await work.tx
    .insertInto("sign_links")
    .values({
      token_hash: hash,
      signature_id: signatureId,
      request_id: requestId,
      kind,
      created_at: work.at,
      expires_at: expiresAt,
      claimed_at: null,
      tab_hash: null,
      reported: 0,
      pin_passed_at: null,
      sms_passed_at: null,
      eid_passed_at: null,
    })
    .execute();
  return { token, hash, expiresAt };
}

/** Whether whoever has the link is still asked to sign: a message that carries it is owed no longer than that. */
export async function isStillAsked(db: Db, hash: string): Promise<boolean> {
  const row = await db
    .selectFrom("sign_links")
    .innerJoin("signatures", "signatures.signature_id", "sign_links.signature_id")
    .innerJoin("signature_requests", "signature_requests.request_id", "sign_links.request_id")
    .select("sign_links.token_hash")
    .where("sign_links.token_hash", "=", hash)
    .where("signatures.state", "=", "awaiting_signature")
    .where("signature_requests.state", "=", "awaiting")
    .executeTakeFirst();
  return row !== undefined;
}

/** The link that `embedded/sign_url` hands out: only for a signer of an embedded request whose turn it is. */
export async function makeSignUrl(
  work: Work,
  { accountId, signatureId }: { readonly accountId: string; readonly signatureId: string },
): Promise<NewLink> {
  const known = await work.tx
    .selectFrom("signatures")
    .select("request_id")
    .where("signature_id", "=", signatureId)
    .executeTakeFirst();
  const { request, signatures } = await lockOwnRequest(work, { accountId, requestId: known?.request_id ?? "" });
  if (request.state === "processing") throw stillProcessing();
  if (request.state === "expired") throw expired("be signed");
  if (request.state === "held")
    throw new Fault("conflict", "This request is on hold: release it first, then its sign URLs can be fetched.");
  if (request.is_embedded === 0)
    throw new Fault(
      "conflict",
      "This request was sent by mail: its signers sign through the links in their mails, not embedded.",
    );
  const signature = signatures.find((one) => one.signature_id === signatureId);
  if (signature?.state === "signed") throw new Fault("conflict", `${signature.name} has signed already.`);
  if (signature !== undefined && isSpared(signature))
    throw new Fault("conflict", `Somebody else has signed for the group of ${signature.name}.`);
  if (request.state !== "awaiting")
    throw new Fault(
      "conflict",
      request.state === "error" ? failedWords(request) : "This request is closed and can no longer be signed.",
    );
  if (!isTurn(signatures, signatureId))
    throw new Fault("conflict", "It is not this signer's turn yet: others sign before.");
  return makeLink(work, { signatureId, requestId: request.request_id, kind: "embedded" });
}
