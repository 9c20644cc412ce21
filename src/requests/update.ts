import { badRequest } from "../base/faults.ts";
import { newShortId } from "../base/ids.ts";
import { undrawable } from "../documents/draw/undrawable.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { refuseClosed } from "./closed.ts";
import { dropExpiry, promiseExpiry } from "./expire.ts";
import { lockOwnRequest, pagesOf, type RequestRecord } from "./find.ts";
import { isSpared } from "./groups.ts";
import { optionsOf } from "./options.ts";
import { newcomer, vacate } from "./vacate.ts";
import { keepWords } from "./words.ts";

/** What is to be changed of a request: a signer's name or address, its end; null: left as it is. */
export type RequestUpdate = {
  readonly accountId: string;
  readonly requestId: string;
  readonly signatureId: string;
  readonly name: string | null;
  readonly email: string | null;
  /** UTC milliseconds on the hour. */
  readonly expiresAt: number | null;
};

/**
 * Changes one signer of an open request, or its end. Who has another address is somebody else: the signature gets a new id and an empty
 * form, its old links die, and by mail the new one is asked and the old one told. No event tells of it.
 */
export async function updateRequest(work: Work, update: RequestUpdate): Promise<void> {
  const { requestId, expiresAt } = update;
  const found = await lockOwnRequest(work, update);
  refuseClosed(found.request, { what: "be updated" });
  const signature = pickSignature(found, update);
  if (update.name === null && update.email === null && expiresAt === null)
    throw badRequest("Give email_address, name or expires_at: there is nothing to change.", "email_address");

  const name = update.name ?? signature.name;
  const email = update.email ?? signature.email;
  refuseSigner(found, { signature, name, email });
  const signatureId = email === signature.email ? signature.signature_id : newShortId();
  if (signatureId !== signature.signature_id) await replaceSigner(work, { found, signature, signatureId, email });
  await work.tx.updateTable("signatures").set({ name }).where("signature_id", "=", signatureId).execute();
  if (expiresAt !== null && expiresAt !== found.request.expires_at) {
    await work.tx
      .updateTable("signature_requests")
      .set({ expires_at: expiresAt })
      .where("request_id", "=", requestId)
      .execute();
    await dropExpiry(work, requestId);
    await promiseExpiry(work, { requestId, expiresAt, isEmbedded: found.request.is_embedded === 1 });
  }
  const change = changeOf(found, { signature, name, email, expiresAt });
  await record(work, { requestId, kind: "updated", signatureId, facts: { change, before: signature.signature_id } });
  await keepWords(work, requestId);
}

function pickSignature(found: RequestRecord, { signatureId }: RequestUpdate): SignatureRow {
  const signature = found.signatures.find((one) => one.signature_id === signatureId);
  if (!signature) throw badRequest("signature_id not valid: this request has no such signature", "signature_id");
  if (signature.state === "signed")
    throw badRequest(`signature_id not valid: ${signature.name} has signed already`, "signature_id");
  if (isSpared(signature))
    throw badRequest(
      `signature_id not valid: somebody else has signed for the group of ${signature.name}`,
      "signature_id",
    );
  if (hasSignaturePage(found))
    throw badRequest(
      "This request has a signature page on which its signers stand: they cannot be changed. Edit the request instead.",
      "signature_id",
    );
  return signature;
}

/** Whether the house appended a page with the signers' names: one that comes from none of the files. */
function hasSignaturePage({ request }: RequestRecord): boolean {
  const pages = pagesOf(request);
  if (pages.some(({ file }) => file !== undefined)) return pages.some(({ file }) => file === undefined);
  const { fields, useTextTags, usePreexistingFields } = optionsOf(request);
  return fields.length === 0 && !useTextTags && !usePreexistingFields;
}

type Changed = { readonly signature: SignatureRow; readonly name: string; readonly email: string };

function refuseSigner({ signatures }: RequestRecord, { signature, name, email }: Changed): void {
  const words = undrawable(name);
  if (words !== null) throw badRequest(`name not valid: this version's fonts do not have ${words}`, "name");
  const isKnown = signatures.some(
    (one) => one !== signature && one.name === name && one.email.toLowerCase() === email.toLowerCase(),
  );
  if (isKnown) throw badRequest("email_address not valid: this signer is there already", "email_address");
}

type Replacing = {
  readonly found: RequestRecord;
  readonly signature: SignatureRow;
  readonly signatureId: string;
  readonly email: string;
};

/** Nothing of the one before is left to the one who comes, but the place and the phone, which the sender gave. A pin is kept only as a hash with the old id in it. */
async function replaceSigner(work: Work, { found, signature, signatureId, email }: Replacing): Promise<void> {
  const { signature_id: before, request_id: requestId } = signature;
  if (signature.pin_hash !== null)
    throw badRequest(
      "email_address not valid: this signer has a pin, which belongs to them. Edit the request to give another.",
      "email_address",
    );
  const wasAsked = await work.tx
    .selectFrom("sign_links")
    .select("token_hash")
    .where("signature_id", "=", before)
    .limit(1)
    .executeTakeFirst();
  await vacate(work, signature);
  const anew = {
    signature_id: signatureId,
    email,
    ...newcomer,
    code_hash: null,
  };
  await work.tx.updateTable("signatures").set(anew).where("signature_id", "=", before).execute();
  // Nobody is asked while the sender holds it back.
  if (found.request.is_embedded === 1 || found.request.state === "held") return;
  work.letters.push({ kind: "ask", requestId, signatureId });
  if (wasAsked) work.letters.push({ kind: "release", requestId, to: signature, was: found.request });
}

function changeOf(
  { request }: RequestRecord,
  { signature, name, email, expiresAt }: Changed & Pick<RequestUpdate, "expiresAt">,
): string {
  const [was, is] = [`${signature.name} (${signature.email})`, `${name} (${email})`];
  const day = (at: number | null) => (at === null ? "none" : new Date(at).toISOString());
  return [
    ...(was === is ? [] : [`Signer ${was} is now ${is}`]),
    ...(expiresAt === null ? [] : [`Expires ${day(expiresAt)}, before: ${day(request.expires_at)}`]),
  ].join("; ");
}
