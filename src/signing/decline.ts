import { limits } from "../base/limits.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { lockRequest } from "../requests/find.ts";
import { optionsOf } from "../requests/options.ts";
import { keepWords } from "../requests/words.ts";
import type { FinishedView, RefusalView } from "../wire/session.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/** Declines: closes the request for everybody and tells why. */
export async function declineSigning(
  work: Work,
  { session, reason }: { readonly session: Session; readonly reason: string },
): Promise<FinishedView | RefusalView> {
  const { signature, record: found } = session;
  if (signature.state === "declined") return { ok: true, state: "declined" };
  if (signature.state === "signed" || !optionsOf(found.request).allowDecline) return refuse("unavailable");
  await decline(work, {
    requestId: found.request.request_id,
    signatureId: signature.signature_id,
    reason: reason.trim().slice(0, limits.declineReasonLength) || null,
  });
  return { ok: true, state: "declined" };
}

/** Declines for a signer whose test address asks for it; nothing when the request is not open any more. */
export async function declineByForce(
  work: Work,
  { requestId, signatureId }: { readonly requestId: string; readonly signatureId: string },
): Promise<void> {
  const found = await lockRequest(work, requestId);
  const signature = found?.signatures.find((one) => one.signature_id === signatureId);
  if (found?.request.state !== "awaiting" || signature?.state !== "awaiting_signature") return;
  await decline(work, { requestId, signatureId, reason: null });
}

async function decline(
  work: Work,
  {
    requestId,
    signatureId,
    reason,
  }: { readonly requestId: string; readonly signatureId: string; readonly reason: string | null },
): Promise<void> {
  await work.tx
    .updateTable("signatures")
    .set({ state: "declined", decline_reason: reason })
    .where("signature_id", "=", signatureId)
    .execute();
  await work.tx
    .updateTable("signature_requests")
    .set({ state: "declined" })
    .where("request_id", "=", requestId)
    .execute();
  await record(work, { requestId, kind: "declined", signatureId, facts: { reason } });
  await append(work, {
    type: "signature_request_declined",
    requestId,
    relatedSignatureId: signatureId,
    ...(reason === null ? {} : { message: reason }),
  });
  if (reason !== null) await keepWords(work, requestId);
}
