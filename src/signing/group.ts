// Signing for a group: each member fills in a form of their own, and the first to finish signs for all.

import type { AnswerValue } from "../documents/document.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { RequestRecord } from "../requests/find.ts";
import { sparedState } from "../requests/groups.ts";
import type { AnswerRow } from "../storage/signing-tables.ts";
import type { SignatureRow } from "../storage/tables.ts";
import type { Session } from "./signer-session.ts";

/** Keeps what a member has typed so far apart from what the others have. */
export async function keepMemberAnswers(work: Work, rows: readonly AnswerRow[]): Promise<void> {
  await work.tx
    .insertInto("group_answers")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["signature_id", "api_id"]).doUpdateSet((eb) => ({
        value_json: eb.ref("excluded.value_json"),
        answered_at: eb.ref("excluded.answered_at"),
      })),
    )
    .execute();
}

/** The request as this signer sees it: in a group that has not signed, with what this member has typed. */
export async function withOwnAnswers(
  work: Work,
  { found, signature }: { readonly found: RequestRecord; readonly signature: SignatureRow },
): Promise<RequestRecord> {
  if (signature.group_guid === null || signature.state === "signed") return found;
  const rows = await work.tx
    .selectFrom("group_answers")
    .select(["api_id", "value_json"])
    .where("signature_id", "=", signature.signature_id)
    .execute();
  const own = rows.map(({ api_id: id, value_json: value }) => [id, JSON.parse(value) as AnswerValue] as const);
  return { ...found, answers: new Map([...found.answers, ...own]) };
}

/** Ends a signer's group once this signer has signed: nothing is asked of the others, and what they have filled in is gone. Nothing for who is in none. */
export async function settleGroup(work: Work, { record: found, signature }: Session): Promise<void> {
  const { group_guid: guid, group_name: group, request_id: requestId } = signature;
  if (guid === null) return;
  const members = found.signatures.filter((one) => one.group_guid === guid);
  const others = members.filter((one) => one.signature_id !== signature.signature_id);
  for (const { signature_id: id } of members)
    await work.tx.deleteFrom("group_answers").where("signature_id", "=", id).execute();
  for (const { signature_id: id } of others) {
    for (const table of ["hands", "hand_links"] as const)
      await work.tx.deleteFrom(table).where("signature_id", "=", id).execute();
    await work.tx
      .updateTable("signatures")
      .set({ state: sparedState, code_hash: null, code_expires_at: null })
      .where("signature_id", "=", id)
      .execute();
  }
  const spared = others.map(({ name, email }) => `${name} (${email})`).join(", ");
  const message = `Group ${group ?? ""}${spared === "" ? "" : `; not needed any more: ${spared}`}`;
  await record(work, { requestId, kind: "group_signed", signatureId: signature.signature_id, facts: { message } });
}
