import type { SignatureRow } from "../storage/tables.ts";
import { isSettled } from "./groups.ts";

type Turn = Pick<SignatureRow, "signature_id" | "sign_order" | "state">;

/** Who may sign now: in an ordered request those with the lowest unfinished order, else everybody who has not signed. Whose group is done does not. */
export function whoseTurn<S extends Turn>(signatures: readonly S[]): readonly S[] {
  const open = signatures.filter((signature) => !isSettled(signature));
  const lowest = Math.min(...open.map((signature) => signature.sign_order ?? 0));
  return open.filter((signature) => (signature.sign_order ?? 0) === lowest);
}

/** Whether it is this signer's turn. */
export function isTurn(signatures: readonly Turn[], signatureId: string): boolean {
  return whoseTurn(signatures).some((signature) => signature.signature_id === signatureId);
}
