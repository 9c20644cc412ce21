// Signatures and initials that are not simply typed: drawn, uploaded, or typed in another face. Adopted once, they stand in every field
// of their kind; what the field itself keeps is the name.

import { isDeepStrictEqual } from "node:util";
import { inflateSync } from "node:zlib";
import { limits } from "../base/limits.ts";
import type { Ink } from "../documents/document.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { Hands, RefusalView } from "../wire/session.ts";
import { refuse, refuseDone } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/** For which fields: those of the name, or those of the initials. */
export type HandKind = keyof Hands;

/** What is kept of somebody's pen; `ink` null: the house's own script again. */
export type NewHand = { readonly kind: HandKind; readonly ink: Ink | null };

/** Keeps how a signer's name or initials look from now on. Refused when the signer is done, or the ink is none. */
export async function saveHand(
  work: Work,
  { session: { signature, link }, hand: { kind, ink } }: { readonly session: Session; readonly hand: NewHand },
): Promise<RefusalView | null> {
  if (signature.state !== "awaiting_signature") return refuseDone(signature);
  if (ink !== null && !isSound(ink)) return refuse("invalid_answer", { says: { key: "signature.unusable" } });
  const { signature_id: signatureId } = signature;
  if (ink !== null) await keepInk(work, { requestId: link.request_id, signatureId, kind, ink });
  else await work.tx.deleteFrom("hands").where("signature_id", "=", signatureId).where("kind", "=", kind).execute();
  return null;
}

/** Keeps the looks that a signer sees while signing, whatever another tab has kept meanwhile. */
export async function keepHands(
  work: Work,
  { session, hands }: { readonly session: Session; readonly hands: Hands },
): Promise<RefusalView | null> {
  const kept = (await findHands(work.tx, session.link.request_id)).get(session.signature.signature_id) ?? {};
  for (const kind of ["name", "initials"] as const) {
    const ink = hands[kind] ?? null;
    if (isDeepStrictEqual(ink, kept[kind] ?? null)) continue;
    const refused = await saveHand(work, { session, hand: { kind, ink } });
    if (refused) return refused;
  }
  return null;
}

type Keeping = {
  readonly requestId: string;
  readonly signatureId: string;
  readonly kind: HandKind;
  readonly ink: Ink;
  readonly byPhone?: boolean;
};

/** Writes ink over that of before. */
export async function keepInk(
  work: Work,
  { requestId, signatureId, kind, ink, byPhone = false }: Keeping,
): Promise<void> {
  await work.tx.deleteFrom("hands").where("signature_id", "=", signatureId).where("kind", "=", kind).execute();
  await work.tx
    .insertInto("hands")
    .values({
      signature_id: signatureId,
      kind,
      request_id: requestId,
      ink_json: JSON.stringify(ink),
      by_phone: byPhone ? 1 : 0,
      made_at: work.at,
    })
    .execute();
}

/** The hands of a request's signers, by signature. */
export async function findHands(db: Db, requestId: string): Promise<ReadonlyMap<string, Hands>> {
  const rows = await db.selectFrom("hands").selectAll().where("request_id", "=", requestId).execute();
  const hands = new Map<string, Hands>();
  for (const { signature_id: id, kind, ink_json: ink } of rows)
    hands.set(id, { ...hands.get(id), [kind]: JSON.parse(ink) as Ink });
  return hands;
}

/** How a signer made the signature, in the audit trail's words: `typed`, `drawn`, `uploaded`, and whether on a phone beside the desk. */
export async function findWayOfSigning(db: Db, signatureId: string): Promise<string> {
  const hand = await db
    .selectFrom("hands")
    .select(["ink_json", "by_phone"])
    .where("signature_id", "=", signatureId)
    .orderBy("kind", "desc")
    .executeTakeFirst();
  const { form } = hand ? (JSON.parse(hand.ink_json) as Ink) : { form: "typed" as const };
  return `${ways[form]}${hand?.by_phone === 1 ? " on another device" : ""}`;
}

const ways: Readonly<Record<Ink["form"], string>> = { typed: "typed", drawn: "drawn", picture: "uploaded" };

/** Whether ink of the right shape can be drawn: so that nothing fails when the document is completed. */
export function isSound(ink: Ink): boolean {
  if (ink.form === "typed") return true;
  if (ink.form === "picture") return isPicture(ink);
  const numbers = ink.strokes.flat();
  const isWhole = ink.strokes.every((stroke) => stroke.length > 0 && stroke.length % 3 === 0);
  return isWhole && numbers.length > 0 && numbers.length <= 3 * limits.penPoints;
}

function isPicture({ width, height, pixels }: Extract<Ink, { readonly form: "picture" }>): boolean {
  const bytes = width * height * 4;
  try {
    return inflateSync(Buffer.from(pixels, "base64"), { maxOutputLength: bytes }).length === bytes;
  } catch {
    return false;
  }
}
