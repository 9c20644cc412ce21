// A phone lends its screen: a link that leads to a pad and nothing else, for one signature, for a quarter of an hour, for one use.

import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Ink } from "../documents/document.ts";
import type { Work } from "../events/work.ts";
import { findRequest, lockRequest } from "../requests/find.ts";
import type { Db } from "../storage/store.ts";
import type { PhoneView, RefusalView } from "../wire/session.ts";
import { fieldsOf } from "./answers.ts";
import { findHands, isSound, keepInk } from "./hands.ts";
import { refuse, refuseDone } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/** Makes the link; the one of before is dead. */
export async function openPhone(work: Work, { signature, link }: Session): Promise<string | RefusalView> {
  if (signature.state !== "awaiting_signature") return refuseDone(signature);
  const token = newKey();
  await work.tx
    .deleteFrom("hand_links")
    .where((eb) => eb.or([eb("signature_id", "=", signature.signature_id), eb("expires_at", "<=", work.at)]))
    .execute();
  await work.tx
    .insertInto("hand_links")
    .values({
      token_hash: hashOf(token),
      signature_id: signature.signature_id,
      request_id: link.request_id,
      expires_at: work.at + limits.phoneLinkMs,
      used_at: null,
    })
    .execute();
  return token;
}

/** For whose signature a phone lends its screen. */
export type Phone = { readonly signatureId: string; readonly requestId: string };

/** What the phone is asked for; null: the link is dead. */
export async function findPhone(
  db: Db,
  { token, at }: { readonly token: string; readonly at: number },
): Promise<Phone | null> {
  const row = await db
    .selectFrom("hand_links")
    .select(["signature_id", "request_id"])
    .where("token_hash", "=", hashOf(token))
    .where("expires_at", ">", at)
    .where("used_at", "is", null)
    .executeTakeFirst();
  return row ? { signatureId: row.signature_id, requestId: row.request_id } : null;
}

/** Whether the signer for whom a phone lends its screen signs with initials too. */
export async function needsInitialsOf(db: Db, { signatureId, requestId }: Phone): Promise<boolean> {
  const record = await findRequest(db, requestId);
  const signature = record?.signatures.find((one) => one.signature_id === signatureId);
  if (!record || !signature) return false;
  return fieldsOf({ record, signature }).some(({ type }) => type === "initials");
}

/** Takes what was drawn on the phone. The link is used up; the page that made it finds it there. */
export async function takeFromPhone(
  work: Work,
  { token, name, initials }: { readonly token: string; readonly name: Ink; readonly initials: Ink | null },
): Promise<{ readonly saved: true } | RefusalView> {
  const known = await findPhone(work.tx, { token, at: work.at });
  if (!known) return refuse("sign_url_invalid");
  const { requestId, signatureId } = known;
  const found = await lockRequest(work, requestId);
  const isOpen = found?.signatures.some(
    (one) => one.signature_id === signatureId && one.state === "awaiting_signature",
  );
  if (!isOpen || found?.request.state !== "awaiting") return refuse("unavailable");
  if (!isSound(name) || (initials !== null && !isSound(initials)))
    return refuse("invalid_answer", { says: { key: "signature.unusable" } });
  const used = await work.tx
    .updateTable("hand_links")
    .set({ used_at: work.at })
    .where("token_hash", "=", hashOf(token))
    .where("used_at", "is", null)
    .executeTakeFirst();
  if (used.numUpdatedRows !== 1n) return refuse("sign_url_invalid");
  for (const [kind, ink] of [["name", name] as const, ["initials", initials] as const])
    if (ink !== null) await keepInk(work, { requestId, signatureId, kind, ink, byPhone: true });
  return { saved: true };
}

/** What has come from the phone so far. */
export async function lookAtPhone(work: Work, { signature, link }: Session): Promise<PhoneView> {
  const { signature_id: signatureId } = signature;
  const row = await work.tx
    .selectFrom("hand_links")
    .select("used_at")
    .where("signature_id", "=", signatureId)
    .executeTakeFirst();
  const hasCome = row?.used_at !== undefined && row.used_at !== null;
  const hands = hasCome ? (await findHands(work.tx, link.request_id)).get(signatureId) : undefined;
  return { ok: true, hands: hands ?? null };
}
