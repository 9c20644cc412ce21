// Identification of a signer by an electronic identity (is_eid): the last gate before the document, in the hands of a provider. It is
// passed by the tab that went there, with what the browser that came back from there brings: whoever sends the provider's address to
// somebody else gets no further themselves.

import { newKey, newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, hashOf, macOf, type Secret, sameText } from "../base/secrets.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { EidStanding } from "../providers/eid.ts";
import { lockRequest } from "../requests/find.ts";
import type { IdentificationRow } from "../storage/signing-tables.ts";
import type { Db } from "../storage/store.ts";
import type { RefusalView } from "../wire/session.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/** What the encrypted address is bound to that a signer comes back to. */
export const returnPurpose = "eid return";

/** An identification that was begun: its name, and the secret in the address to which the browser returns. */
export type Begun = { readonly id: string; readonly token: string; readonly name: string; readonly email: string };

/**
 * Writes down that a signer goes to be identified, unless they have gone too often. `returnTo`: the path of the signing page, with its
 * link. The session holds the request's row, so that two who begin at once are counted both.
 */
export async function beginIdentification(
  work: Work,
  { session, returnTo, provider }: { readonly session: Session; readonly returnTo: string; readonly provider: string },
): Promise<Begun | RefusalView> {
  const { link, signature } = session;
  if (await hasGoneTooOften(work, session)) return refuse("unavailable", { says: { key: "gate.tooMany" } });
  const [id, token] = [newUuid(work.at), newKey()];
  await work.tx
    .insertInto("identifications")
    .values({
      token_hash: hashOf(token),
      identification_id: id,
      link_hash: link.token_hash,
      tab_hash: link.tab_hash ?? "",
      signature_id: signature.signature_id,
      request_id: link.request_id,
      provider,
      return_cipher: encrypt(work.secret, { purpose: returnPurpose, text: returnTo }),
      state: "pending",
      person: null,
      reference: null,
      words: null,
      developed: null,
      created_at: work.at,
      expires_at: work.at + limits.eidMs,
    })
    .execute();
  return { id, token, name: signature.name, email: signature.email };
}

async function hasGoneTooOften({ tx, at }: Work, { link, signature }: Session): Promise<boolean> {
  const begun = await tx
    .selectFrom("identifications")
    .select("identification_id")
    .where("request_id", "=", link.request_id)
    .where("signature_id", "=", signature.signature_id)
    .where("created_at", ">", at - limits.eidsWithinMs)
    .limit(limits.eidsMost)
    .execute();
  return begun.length >= limits.eidsMost;
}

/** An identification by the secret of its return address; null when there is none, or its time is over. */
export async function findIdentification(
  db: Db,
  { token, at }: { readonly token: string; readonly at: number },
): Promise<IdentificationRow | null> {
  const row = await db
    .selectFrom("identifications")
    .selectAll()
    .where("token_hash", "=", hashOf(token))
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return row ?? null;
}

/** Whether the newest identification of a link has failed: its gate says so. */
export async function hasFailed(db: Db, { link }: Pick<Session, "link">): Promise<boolean> {
  const row = await db
    .selectFrom("identifications")
    .select("state")
    .where("link_hash", "=", link.token_hash)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.state === "failed";
}

/** Back to the signing page (a path), with the proof that opens the gate there once the signer is identified. */
type WayBack = { readonly returnTo: string; readonly proof: string | null };

/** Writes down how an identification ended, once, with its entry in the trail and, when it failed, its event. Answers where the browser goes. */
export async function settleIdentification(
  work: Work,
  { row, standing }: { readonly row: IdentificationRow; readonly standing: EidStanding },
): Promise<WayBack> {
  const returnTo = decrypt(work.secret, { purpose: returnPurpose, sealed: row.return_cipher });
  const outside: WayBack = { returnTo, proof: null };
  const inside: WayBack = { returnTo, proof: proofOf(work.secret, row) };
  if (standing.state === "pending") return row.state === "identified" ? inside : outside;
  const { request_id: requestId, signature_id: signatureId } = row;
  const found = await lockRequest(work, requestId);
  const signature = found?.signatures.find((one) => one.signature_id === signatureId);
  const isOpen = found?.request.state === "awaiting" && signature?.state === "awaiting_signature";
  const ended = await work.tx
    .updateTable("identifications")
    .set(endOf(standing))
    .where("token_hash", "=", row.token_hash)
    .where("state", "=", "pending")
    .executeTakeFirst();
  if (!isOpen) return outside;
  if (ended.numUpdatedRows !== 1n) return (await isIdentified(work.tx, row)) ? inside : outside;
  if (standing.state === "failed") {
    const { words: message } = standing;
    await record(work, { requestId, kind: "not_identified", signatureId, facts: { message } });
    await append(work, {
      type: "signature_request_incomplete_qes",
      requestId,
      relatedSignatureId: signatureId,
      message,
    });
    return outside;
  }
  const message = `${standing.person}, by ${row.provider}, reference ${standing.reference}`;
  await record(work, { requestId, kind: "identified", signatureId, facts: { message } });
  return inside;
}

/** Whether somebody who came back a moment ago has ended it well. */
async function isIdentified(db: Db, { token_hash: hash }: IdentificationRow): Promise<boolean> {
  const row = await db.selectFrom("identifications").select("state").where("token_hash", "=", hash).executeTakeFirst();
  return row?.state === "identified";
}

/** Whether a proof says that the signer came back identified to the tab that holds the link now. */
export async function isProven(
  work: Work,
  { link, proof }: Pick<Session, "link"> & { readonly proof: string },
): Promise<boolean> {
  const rows = await work.tx
    .selectFrom("identifications")
    .select("token_hash")
    .where("link_hash", "=", link.token_hash)
    .where("tab_hash", "=", link.tab_hash ?? "")
    .where("state", "=", "identified")
    .where("expires_at", ">", work.at)
    .execute();
  return rows.some((row) => sameText(proofOf(work.secret, row), proof));
}

/** Of the secret in the address to which the browser returns: who comes there twice is let in twice. */
function proofOf(secret: Secret, { token_hash: hash }: Pick<IdentificationRow, "token_hash">): string {
  return macOf(secret, `${returnPurpose} ${hash}`).slice(0, limits.codeLength);
}

function endOf(standing: Exclude<EidStanding, { state: "pending" }>) {
  return standing.state === "failed"
    ? { state: "failed", words: standing.words }
    : { state: "identified", person: standing.person, reference: standing.reference };
}
