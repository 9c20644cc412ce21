import { hashOf } from "../base/secrets.ts";
import type { DraftRow } from "../storage/draft-tables.ts";
import type { Db } from "../storage/store.ts";
import { type DraftRecord, draftOf } from "./draft.ts";

/** Loads a draft by its id alone: for the house's own work. */
export async function findDraft(db: Db, draftId: string): Promise<DraftRecord | null> {
  const row = await db.selectFrom("drafts").selectAll().where("draft_id", "=", draftId).executeTakeFirst();
  return row ? withFiles(db, row) : null;
}

/** Takes the row of a draft until the commit, by its id or by the token of its link; null when there is none. */
export async function lockDraft(
  work: { readonly tx: Db },
  by: { readonly draftId: string } | { readonly token: string },
): Promise<DraftRecord | null> {
  const row = await work.tx
    .updateTable("drafts")
    .set((eb) => ({ revision: eb.ref("revision") }))
    .$if("draftId" in by, (query) => query.where("draft_id", "=", "draftId" in by ? by.draftId : ""))
    .$if("token" in by, (query) => query.where("token_hash", "=", hashOf("token" in by ? by.token : "")))
    .returningAll()
    .executeTakeFirst();
  return row ? withFiles(work.tx, row) : null;
}

/** The draft, still open, of a template that is not there yet; null when there is none. Its row is held. */
export async function lockTemplateDraft(
  work: { readonly tx: Db },
  { accountId, templateId }: { readonly accountId: string; readonly templateId: string },
): Promise<DraftRecord | null> {
  const row = await work.tx
    .updateTable("drafts")
    .set((eb) => ({ revision: eb.ref("revision") }))
    .where("template_id", "=", templateId)
    .where("account_id", "=", accountId)
    .where("edits_at", "is", null)
    .where("state", "in", ["preparing", "open"])
    .returningAll()
    .executeTakeFirst();
  return row ? withFiles(work.tx, row) : null;
}

/** Whether a draft that is not finished has the document of this hash. */
export async function hasDraftDocument(db: Db, hash: string): Promise<boolean> {
  const row = await db
    .selectFrom("drafts")
    .select("draft_id")
    .where("document_blob", "=", hash)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function withFiles(db: Db, row: DraftRow): Promise<DraftRecord> {
  const files = await db
    .selectFrom("draft_files")
    .selectAll()
    .where("draft_id", "=", row.draft_id)
    .orderBy("position")
    .execute();
  return draftOf(row, files);
}
