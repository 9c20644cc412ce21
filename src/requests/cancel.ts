import { Fault } from "../base/faults.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";
import { refuseClosed } from "./closed.ts";
import { leaveUntold } from "./hearers.ts";
import { lockPartyRequest, type Party } from "./party.ts";

/**
 * Withdraws a request that is still open: its links die, and `signature_request_canceled` goes out. Throws
 * `signature_request_cancel_failed` for one that was received.
 */
export async function cancelRequest(
  work: Work,
  { requestId, ...party }: Party & { readonly requestId: string },
): Promise<void> {
  const { record: found, received } = await lockPartyRequest(work, { requestId, ...party });
  if (received !== null)
    throw new Fault("signature_request_cancel_failed", "Only who has sent this request can cancel it.");
  const { request } = found;
  refuseCancel(request);

  await work.tx
    .updateTable("signature_requests")
    .set({ state: "canceled" })
    .where("request_id", "=", requestId)
    .execute();
  await record(work, { requestId, kind: "canceled" });
  await append(work, { type: "signature_request_canceled", requestId, ...(await leaveUntold(work, request)) });
}

/** Throws, with the reason, unless a request is open: only then can it be withdrawn. */
export function refuseCancel(request: Pick<SignatureRequestRow, "state">): void {
  refuseClosed(request, {
    what: "be canceled",
    fault: (words) => new Fault("signature_request_cancel_failed", words),
  });
}
