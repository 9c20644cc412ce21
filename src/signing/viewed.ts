import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { Session } from "./signer-session.ts";

/** Tells that a signer has come to see the document: behind the last gate. */
export async function tellViewed(work: Work, { signature, link }: Session): Promise<void> {
  if (signature.state !== "awaiting_signature") return;
  await work.tx
    .updateTable("signatures")
    .set({ viewed_at: work.at })
    .where("signature_id", "=", signature.signature_id)
    .execute();
  await record(work, { requestId: link.request_id, kind: "viewed", signatureId: signature.signature_id });
  await append(work, {
    type: "signature_request_viewed",
    requestId: link.request_id,
    relatedSignatureId: signature.signature_id,
  });
}
