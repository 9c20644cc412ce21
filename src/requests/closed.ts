import { badRequest, Fault } from "../base/faults.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/** Throws, with the reason, where a request of this state cannot be changed any more, or not yet. `what`: to do what with it, as in "be edited". */
export function refuseClosed({ state }: Pick<SignatureRequestRow, "state">, what: string): void {
  if (state === "awaiting" || state === "held") return;
  if (state === "processing")
    throw new Fault(
      "conflict",
      `This request is still being processed. It can ${what} once signature_request_sent has been called back.`,
    );
  if (state === "expired")
    throw new Fault("signature_request_expired", `This request has expired; it can no longer ${what}.`);
  throw badRequest(`${closedWords[state] ?? "This request is closed."} It cannot ${what}.`);
}

const closedWords: Readonly<Record<string, string>> = {
  complete: "This request is complete: every signer has signed.",
  sealing: "Every signer has signed this request.",
  declined: "This request was declined and is closed.",
  error: "This request failed while it was processed.",
};
