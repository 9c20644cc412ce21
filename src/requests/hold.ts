// Requests that their sender holds back: prepared, and not sent yet.

import { badRequest } from "../base/faults.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { type Behind, record } from "../evidence/trail.ts";
import { enqueue } from "../outbox/jobs.ts";
import { isOver } from "./closed.ts";
import { lockOwnRequest, type RequestRecord } from "./find.ts";
import { isForcedDecline } from "./forced.ts";

/** Holds back a request that is prepared: `signature_request_prepared` tells, and nobody is asked. The caller has set its state. */
export async function holdRequest(work: Work, requestId: string): Promise<void> {
  await setSignatures(work, { requestId, state: "on_hold_by_requester" });
  await record(work, { requestId, kind: "prepared" });
  await append(work, { type: "signature_request_prepared", requestId });
}

/** Sends a request that is held back, as if it were prepared just now. Throws `bad_request` where it is not held, or its end has come. */
export async function releaseRequest(
  work: Work,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<void> {
  const found = await lockOwnRequest(work, { accountId, requestId });
  if (found.request.state !== "held")
    throw badRequest("This request is not on hold: there is nothing to release.", "signature_request_id");
  if (isOver(found.request, work.at))
    throw badRequest("This request has expired: it can no longer be released.", "signature_request_id");
  await work.tx
    .updateTable("signature_requests")
    .set({ state: "awaiting" })
    .where("request_id", "=", requestId)
    .execute();
  await setSignatures(work, { requestId, state: "awaiting_signature" });
  await releaseSigners(work, { found, documentBlob: found.request.document_blob });
}

/** Tells that a request is sent, and does what its signers' addresses ask for in test mode. */
export async function releaseSigners(
  work: Work,
  { found, documentBlob, ...behind }: Behind & { readonly found: RequestRecord; readonly documentBlob: string | null },
): Promise<void> {
  const requestId = found.request.request_id;
  await record(work, { requestId, kind: "sent", facts: { document: documentBlob }, ...behind });
  await append(work, { type: "signature_request_sent", requestId });
  for (const signature of found.signatures) {
    if (found.request.test_mode === 1 && isForcedDecline(signature.email))
      await enqueue(work, { kind: "decline", requestId, payload: { signatureId: signature.signature_id } });
  }
}

async function setSignatures(
  work: Work,
  { requestId, state }: { readonly requestId: string; readonly state: string },
): Promise<void> {
  await work.tx.updateTable("signatures").set({ state }).where("request_id", "=", requestId).execute();
}
