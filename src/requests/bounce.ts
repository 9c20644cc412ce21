import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { lockRequest } from "./find.ts";
import { keepWords } from "./words.ts";

/** Whose mail came back, and in which words. */
export type Bounce = {
  readonly requestId: string;
  readonly signatureId: string;
  readonly email: string;
  readonly words: string;
};

/** Tells that a signer's mail could not be delivered, while the signer is still asked: by its event, in the trail, at the signature. */
export async function bounceSigner(work: Work, { requestId, signatureId, email, words }: Bounce): Promise<void> {
  const found = await lockRequest(work, requestId);
  const signature = found?.signatures.find((one) => one.signature_id === signatureId);
  if (found?.request.state !== "awaiting" || signature?.state !== "awaiting_signature") return;
  const message = `Mail to ${email} came back: ${words}`;
  await work.tx.updateTable("signatures").set({ error: message }).where("signature_id", "=", signatureId).execute();
  await record(work, { requestId, kind: "bounced", signatureId, facts: { email, message: words } });
  await append(work, {
    type: "signature_request_email_bounce",
    requestId,
    relatedSignatureId: signatureId,
    message,
  });
  await keepWords(work, requestId);
}
