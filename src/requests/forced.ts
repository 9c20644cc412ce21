import type { Failure } from "./fail.ts";
import type { RequestRecord } from "./find.ts";

/** Failures that a signer's address forces in test mode. Contract: events.md section 11. */
const forced: ReadonlyMap<string, Failure> = new Map([
  [
    "overlayerror",
    { event: "file_error", status: "error_file", message: "A file error was forced by a signer's address." },
  ],
  [
    "componenterror",
    {
      event: "signature_request_invalid",
      status: "error_component_position",
      message: "An invalid form field placement was forced by a signer's address.",
    },
  ],
  [
    "doctagerror",
    {
      event: "signature_request_invalid",
      status: "error_text_tag",
      message: "Invalid text tags were forced by a signer's address.",
    },
  ],
  [
    "unknownerror",
    { event: "unknown_error", status: "error_unknown", message: "An unknown error was forced by a signer's address." },
  ],
]);

/** The failure that a test asks for, or null. */
export function forcedFailure({ request, signatures }: RequestRecord): Failure | null {
  if (request.test_mode === 0) return null;
  for (const { email } of signatures) {
    const failure = forced.get(forcedWord(email));
    if (failure === undefined) continue;
    // A file is nobody's in particular.
    if (failure.status === "error_file") return failure;
    const those = signatures.filter((one) => forced.get(forcedWord(one.email)) === failure);
    return { ...failure, guilty: those.map(({ position }) => position) };
  }
  return null;
}

/** Whether a signer of this address declines by itself in test mode. */
export function isForcedDecline(email: string): boolean {
  return forcedWord(email) === "declined";
}

function forcedWord(email: string): string {
  return /\+([a-z]+)@hellosign\.com$/i.exec(email)?.[1]?.toLowerCase() ?? "";
}
