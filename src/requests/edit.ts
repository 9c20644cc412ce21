import { Fault } from "../base/faults.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { refuseClosed } from "./closed.ts";
import { dropExpiry } from "./expire.ts";
import { lockOwnRequest, type RequestRecord } from "./find.ts";
import { countRequestUse } from "./quota.ts";
import { type Draft, draftColumns, fillRequest } from "./send.ts";
import { keepWords } from "./words.ts";

/**
 * Puts a draft in the place of all that an open request, which nobody has signed, or a failed one says: its id and its audit trail go on,
 * everything else is new, the signatures with new ids among it. The old links die. It is processed as a new one is, and then
 * `signature_request_sent` tells; who signs no more is told of by `signature_request_signer_removed`, and by mail. It counts as another
 * request: throws `payment_required`.
 */
export async function editRequest(
  work: Work,
  { draft, requestId }: { readonly draft: Draft; readonly requestId: string },
): Promise<void> {
  const found = await lockOwnRequest(work, { accountId: draft.accountId, requestId });
  refuseEdit(found);
  await countRequestUse(work, draft);
  const removed = found.signatures.filter((one) => !draft.signers.some(({ email }) => isSame(email, one.email)));
  await releaseRemoved(work, { found, removed });
  await dropContents(work, requestId);
  await work.tx
    .updateTable("signature_requests")
    .set(draftColumns(draft))
    .where("request_id", "=", requestId)
    .execute();
  await fillRequest(work, { draft, requestId, createdAt: found.request.created_at });
  const files = draft.files.map(({ name }) => name);
  await record(work, { requestId, kind: "edited", facts: { change: changeOf(found, draft), files } });
  for (const { signature_id: relatedSignatureId } of removed)
    await append(work, { type: "signature_request_signer_removed", requestId, relatedSignatureId });
  await keepWords(work, requestId);
}

function refuseEdit({ request, signatures }: RequestRecord): void {
  if (request.state !== "error") refuseClosed(request, { what: "be edited" });
  const signed = signatures.find(({ state }) => state === "signed");
  if (signed)
    throw new Fault(
      "conflict",
      `${signed.name} has signed this request already: it can be edited only while nobody has. Cancel it and send another.`,
    );
}

/** Those who were asked by mail and are asked no more are told so. */
async function releaseRemoved(
  work: Work,
  { found: { request }, removed }: { readonly found: RequestRecord; readonly removed: readonly SignatureRow[] },
): Promise<void> {
  if (request.is_embedded === 1 || removed.length === 0) return;
  const { request_id: requestId, title, subject } = request;
  const links = await work.tx
    .selectFrom("sign_links")
    .select("signature_id")
    .where("request_id", "=", requestId)
    .execute();
  const asked = new Set(links.map((link) => link.signature_id));
  for (const signer of removed)
    if (asked.has(signer.signature_id))
      work.letters.push({ kind: "release", requestId, to: signer, was: { title, subject } });
}

/** All but the row itself, its trail, its events and its letters; what was promised of the old contents as well. */
async function dropContents(work: Work, requestId: string): Promise<void> {
  for (const table of [
    "answers",
    "group_answers",
    "hands",
    "hand_links",
    "fields",
    "attachments",
    "identifications",
    "sign_links",
    "signatures",
    "request_files",
    "request_parts",
    "request_templates",
  ] as const)
    await work.tx.deleteFrom(table).where("request_id", "=", requestId).execute();
  await work.tx
    .deleteFrom("jobs")
    .where("request_id", "=", requestId)
    // A worker that still processes the old contents finds its job gone when it ends it, and keeps nothing of them.
    .where((eb) => eb.or([eb("kind", "=", "prepare"), eb("kind", "in", ["decline", "pictures"]).and("leased", "=", 0)]))
    .execute();
  await dropExpiry(work, requestId);
}

function changeOf({ request, signatures }: RequestRecord, draft: Draft): string {
  const was = signatures.map(({ name, email }) => `${name} (${email})`);
  const is = draft.signers.map(({ name, email }) => `${name} (${email})`);
  const gone = was.filter((one) => !is.includes(one));
  const come = is.filter((one) => !was.includes(one));
  return [
    "Documents and fields replaced",
    ...(request.title === draft.title ? [] : [`title before: ${request.title}`]),
    ...(gone.length === 0 ? [] : [`no longer asked: ${gone.join(", ")}`]),
    ...(come.length === 0 ? [] : [`newly asked: ${come.join(", ")}`]),
  ].join("; ");
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
