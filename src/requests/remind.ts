import { isRecent } from "../base/clock.ts";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { expired, isOver, refuseClosed } from "./closed.ts";
import { lockOwnRequest, lockRequest, type RequestRecord } from "./find.ts";
import { isSpared } from "./groups.ts";
import { isTurn, whoseTurn } from "./turn.ts";

/** Whom to remind, of which request. */
export type Reminder = {
  readonly accountId: string;
  readonly requestId: string;
  readonly email: string;
  /** Needed when signers share an address. */
  readonly name: string | null;
};

/** Reminds one signer by mail, at most once an hour; not in embedded requests. */
export async function remindSigner(work: Work, { accountId, requestId, email, name }: Reminder): Promise<void> {
  const found = await lockOwnRequest(work, { accountId, requestId });
  refuseUnasked(found, work.at);
  const signature = pickSigner(found.signatures, { email, name });
  if (signature.state === "signed")
    throw new Fault("invalid_reminder", `${signature.name} has signed already.`, "email_address");
  if (isSpared(signature))
    throw new Fault(
      "invalid_reminder",
      `Somebody else has signed for the group of ${signature.name}.`,
      "email_address",
    );
  if (!isTurn(found.signatures, signature.signature_id))
    throw new Fault("invalid_reminder", `It is not ${signature.name}'s turn to sign yet.`, "email_address");
  if (restUntil(signature, work.at) !== null)
    throw new Fault("invalid_reminder", `${signature.name} was reminded less than an hour ago.`, "email_address");

  await tellReminder(work, { requestId, signature });
}

/** Until when somebody who was reminded is left in peace, in UTC milliseconds; null for who may be reminded at this time. */
export function restUntil({ reminded_at: last }: Pick<SignatureRow, "reminded_at">, at: number): number | null {
  return last !== null && isRecent(last, { at, ms: limits.remindEveryMs }) ? last + limits.remindEveryMs : null;
}

/** The kind of the job that reminds before a request expires. */
export const remindKind = "remind";

/** Promises the reminders 7 and 3 days before a mailed request expires, where so much time is left. */
export async function promiseReminders(
  work: Work,
  { requestId, expiresAt }: { readonly requestId: string; readonly expiresAt: number },
): Promise<void> {
  for (const before of limits.remindBeforeMs) {
    const delayMs = expiresAt - before - work.at;
    if (delayMs > 0) await enqueue(work, { kind: remindKind, requestId, payload: { expiresAt }, delayMs });
  }
}

/**
 * Reminds everybody whose turn it is of a request that will expire at this time (UTC milliseconds; null: at whichever), but for
 * those who were reminded within a day. Of a request whose end has been moved since it does nothing: others are promised for that.
 */
export async function remindBeforeExpiry(
  work: Work,
  { requestId, expiresAt }: { readonly requestId: string; readonly expiresAt: number | null },
): Promise<void> {
  const found = await lockRequest(work, requestId);
  const { state, is_embedded: isEmbedded, expires_at: end } = found?.request ?? {};
  if (!found || state !== "awaiting" || isEmbedded === 1 || (end ?? 0) <= work.at) return;
  if (expiresAt !== null && end !== expiresAt) return;
  const isRested = (last: number | null) => !isRecent(last, { at: work.at, ms: limits.remindRestMs });
  for (const signature of whoseTurn(found.signatures))
    if (isRested(signature.reminded_at)) await tellReminder(work, { requestId, signature });
}

async function tellReminder(
  work: Work,
  { requestId, signature }: { readonly requestId: string; readonly signature: SignatureRow },
): Promise<void> {
  await work.tx
    .updateTable("signatures")
    .set({ reminded_at: work.at })
    .where("signature_id", "=", signature.signature_id)
    .execute();
  await record(work, {
    requestId,
    kind: "reminded",
    signatureId: signature.signature_id,
    facts: { email: signature.email },
  });
  await append(work, { type: "signature_request_remind", requestId, relatedSignatureId: signature.signature_id });
}

function refuseUnasked({ request }: RequestRecord, at: number): void {
  refuseClosed(request, { what: "be reminded of", fault: (words) => new Fault("invalid_reminder", words) });
  if (isOver(request, at)) throw expired("be reminded of");
  if (request.state === "held")
    throw new Fault("invalid_reminder", "This request is on hold: nobody is asked yet. Release it first.");
  if (request.is_embedded === 1)
    throw new Fault("invalid_reminder", "Signers of an embedded request get no mail, so they cannot be reminded.");
}

function pickSigner(
  signatures: readonly SignatureRow[],
  { email, name }: Pick<Reminder, "email" | "name">,
): SignatureRow {
  const same = signatures.filter((signature) => signature.email.toLowerCase() === email.toLowerCase());
  const [first] = name === null ? same : same.filter((signature) => signature.name === name);
  if (!first)
    throw badRequest(
      `email_address not valid: no signer of this request has this address${name === null ? "" : " and name"}`,
      "email_address",
    );
  if (name === null && same.length > 1) throw badRequest("name is needed: several signers share this address", "name");
  return first;
}
