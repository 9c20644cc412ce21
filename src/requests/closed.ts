import { badRequest, Fault } from "../base/faults.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/** What is to be done with a request, as in "be edited", and the fault that says why not of one that is closed. */
type Wish = { readonly what: string; readonly fault?: (words: string) => Fault };

/**
 * Throws, with the reason, where nothing can be done any more with a request of this state, or not yet: `conflict` while it is processed,
 * `signature_request_expired`, and where it is closed the fault that is wished for, else `bad_request`.
 */
export function refuseClosed(
  { state }: Pick<SignatureRequestRow, "state">,
  { what, fault = (words) => badRequest(words) }: Wish,
): void {
  if (state === "awaiting" || state === "held") return;
  if (state === "processing")
    throw new Fault(
      "conflict",
      `This request is still being processed. It can ${what} once signature_request_sent has been called back.`,
    );
  if (state === "expired") throw expired(what);
  throw fault(`${closedWords[state] ?? "This request is closed."} It cannot ${what}.`);
}

const failed = "This request failed while it was processed";

const closedWords: Readonly<Record<string, string>> = {
  complete: "This request is complete: every signer has signed.",
  sealing: "Every signer has signed this request.",
  declined: "This request was declined and is closed.",
  error: `${failed}.`,
};

/** The fault of an expired request; `what`: what cannot be done with it. */
export function expired(what: string): Fault {
  return new Fault("signature_request_expired", `This request has expired; it can no longer ${what}.`);
}

/** Whether the end of a request has come by `at` (UTC milliseconds), though it may not be written down yet. */
export function isOver({ expires_at: end }: Pick<SignatureRequestRow, "expires_at">, at: number): boolean {
  return end !== null && end <= at;
}

/** That a request has failed, and why. */
export function failedWords({ error_message: words }: Pick<SignatureRequestRow, "error_message">): string {
  return `${failed}: ${words ?? "unknown error"}`;
}

/** The fault of a call that comes before processing has ended. */
export function stillProcessing(): Fault {
  return new Fault("conflict", "This request is still being processed. Wait for the signature_request_sent callback.");
}
