import { Fault } from "../base/faults.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";
import { lockOwnRequest } from "./find.ts";
import { untold } from "./hearers.ts";

/** Withdraws a request that is still open: its links die, and `signature_request_canceled` goes out. */
export async function cancelRequest(
  work: Work,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<void> {
  const { request } = await lockOwnRequest(work, { accountId, requestId });
  refuseCancel(request);

  await work.tx
    .updateTable("signature_requests")
    .set({ state: "canceled" })
    .where("request_id", "=", requestId)
    .execute();
  await record(work, { requestId, kind: "canceled" });
  await append(work, { type: "signature_request_canceled", requestId, ...untold(request) });
}

/** Throws, with the reason, unless a request is open: only then can it be withdrawn. */
export function refuseCancel(request: Pick<SignatureRequestRow, "state">): void {
  if (request.state === "processing")
    throw new Fault(
      "conflict",
      "This request is still being processed. Cancel it once signature_request_sent has been called back.",
    );
  if (request.state === "expired")
    throw new Fault("signature_request_expired", "This request has expired; there is nothing to cancel.");
  if (request.state !== "awaiting" && request.state !== "held")
    throw new Fault(
      "signature_request_cancel_failed",
      closedWords[request.state] ?? "This request is closed and cannot be canceled.",
    );
}

const closedWords: Readonly<Record<string, string>> = {
  complete: "This request is complete: every signer has signed, so it cannot be canceled.",
  sealing: "Every signer has signed, so this request cannot be canceled.",
  declined: "This request was declined and is closed; it cannot be canceled.",
  error: "This request failed while it was processed; there is nothing to cancel.",
};
