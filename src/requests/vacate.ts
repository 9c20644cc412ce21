import { sql } from "kysely";
import type { Work } from "../events/work.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { placeOf } from "./groups.ts";
import { nothingBrought } from "./new-signer.ts";

/** What one who has just come to a signer's place has not done yet; and the request is theirs to see. */
export const newcomer = {
  viewed_at: null,
  locale: null,
  reminded_at: null,
  error: null,
  received_at: sql<number>`(select r.created_at from signature_requests r where r.request_id = signatures.request_id)`,
};

/** Takes away what a signer has filled in, drawn and brought, who they were found to be, and their links, so that somebody else can stand in their place. */
export async function vacate(work: Work, signature: SignatureRow): Promise<void> {
  const { signature_id: signatureId, request_id: requestId } = signature;
  for (const table of ["answers", "group_answers", "hands", "hand_links", "identifications", "sign_links"] as const)
    await work.tx.deleteFrom(table).where("signature_id", "=", signatureId).execute();
  // What is brought for a group is the group's.
  if (signature.group_guid !== null) return;
  await work.tx
    .updateTable("attachments")
    .set(nothingBrought)
    .where("request_id", "=", requestId)
    .where("signer", "=", placeOf(signature))
    .execute();
}
