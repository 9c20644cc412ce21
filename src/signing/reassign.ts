import { newShortId } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { undrawableCharacter } from "../documents/draw/undrawable.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { isEmail } from "../http/formats.ts";
import type { Saying } from "../language/saying.ts";
import { optionsOf } from "../requests/options.ts";
import { newcomer, vacate } from "../requests/vacate.ts";
import { keepWords } from "../requests/words.ts";
import type { FinishedView, ReassignRequest, RefusalView } from "../wire/session.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/**
 * Hands a signature over to somebody else: it gets a new id, the links of the one who hands over are dead, and the other begins with an
 * empty form and a mail where the request is one of mail. Who is protected by a code cannot hand over: the code was for them.
 */
export async function reassignSigning(
  work: Work,
  { session, to }: { readonly session: Session; readonly to: ReassignRequest },
): Promise<FinishedView | RefusalView> {
  const { signature, record: found } = session;
  const isGuarded = signature.pin_hash !== null || signature.sms_use === "authentication";
  if (signature.state !== "awaiting_signature" || !optionsOf(found.request).allowReassign || isGuarded)
    return refuse("unavailable");
  const [name, email, reason] = [to.name.trim(), to.email.trim(), to.reason.trim()];
  const flaws = flawsOf(session, { name, email });
  if (Object.keys(flaws).length > 0) return refuse("invalid_answer", { fields: flaws });

  const { signature_id: before, request_id: requestId, email: by } = signature;
  const signatureId = newShortId();
  await vacate(work, signature);
  await work.tx
    .updateTable("signatures")
    .set({
      signature_id: signatureId,
      name,
      email,
      ...newcomer,
      sms_phone: null,
      sms_use: null,
      reassigned_from: before,
      reassigned_by: by,
      reassignment_reason: reason === "" ? null : reason.slice(0, limits.declineReasonLength),
    })
    .where("signature_id", "=", before)
    .execute();
  await record(work, {
    requestId,
    kind: "reassigned",
    signatureId,
    facts: { to: `${name} (${email})`, reason, from: before },
  });
  await append(work, { type: "signature_request_reassigned", requestId, relatedSignatureId: signatureId });
  await keepWords(work, requestId);
  return { ok: true, state: "reassigned" };
}

function flawsOf(
  { record: { signatures } }: Session,
  { name, email }: { readonly name: string; readonly email: string },
): Readonly<Record<string, Saying>> {
  const character = undrawableCharacter(name);
  const isKnown = signatures.some((one) => one.name === name && one.email.toLowerCase() === email.toLowerCase());
  return {
    ...(name === "" || name.length > limits.nameLength ? { name: { key: "reassign.nameNeeded" } as const } : {}),
    ...(character === null ? {} : { name: { key: "flaw.undrawable", values: { character } } as const }),
    ...(email.length > limits.emailLength || !isEmail(email) ? { email: { key: "reassign.emailWrong" } as const } : {}),
    ...(isKnown ? { email: { key: "reassign.known" } as const } : {}),
  };
}
