import { newId, newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { KeptPage } from "../documents/make.ts";
import { fileColumns, type NewFile } from "../documents/new-file.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import { type DraftBase, type DraftLook, type DraftSaid, fixedOf } from "./draft.ts";

/** The kind of job that prepares the document of a draft. */
export const draftKind = "draft";

/** A checked draft, ready to be written. */
export type NewDraft = {
  readonly base: DraftBase;
  readonly look: DraftLook;
  readonly said: DraftSaid;
  readonly files: readonly NewFile[];
  /** The document, where it is prepared already. */
  readonly document: { readonly blob: string; readonly pages: readonly KeptPage[] } | null;
  /** Its page is shown in an iframe of its app only. */
  readonly isEmbedded: boolean;
  /** The template that it changes: its id, and when it was changed last. */
  readonly edits: { readonly templateId: string; readonly at: number } | null;
};

/** The link to a draft's page, whose token only it tells, and the ids that the draft will have as a request or a template. */
export type DraftLink = {
  readonly token: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  readonly requestId: string | null;
  readonly templateId: string | null;
};

/** Writes a draft and promises its preparation, where it has no document yet, in one commit. Answers the link that claims it. */
export async function openDraft(work: Work, draft: NewDraft): Promise<DraftLink> {
  const draftId = newId();
  const token = newKey();
  const { base, edits, document } = draft;
  const requestId = base.kind === "request" ? newId() : null;
  const templateId = base.kind === "template" ? (edits?.templateId ?? newId()) : null;
  const expiresAt = work.at + limits.signUrlMs;
  await work.tx
    .insertInto("drafts")
    .values({
      draft_id: draftId,
      account_id: base.accountId,
      client_id: base.clientId,
      kind: base.kind,
      state: document === null ? "preparing" : "open",
      is_embedded: draft.isEmbedded ? 1 : 0,
      test_mode: base.testMode ? 1 : 0,
      base_json: JSON.stringify(base),
      look_json: JSON.stringify(draft.look),
      said_json: JSON.stringify(draft.said),
      fixed_json: JSON.stringify(fixedOf(draft.said.fields)),
      pending_json: null,
      request_id: requestId,
      template_id: templateId,
      edits_at: edits?.at ?? null,
      document_blob: document?.blob ?? null,
      pages_json: document === null ? null : JSON.stringify(document.pages),
      notice: null,
      revision: 0,
      saved_as: null,
      token_hash: hashOf(token),
      tab_hash: null,
      expires_at: expiresAt,
      claimed_at: null,
      touched_at: work.at,
      created_at: work.at,
      finished_json: null,
    })
    .execute();
  await work.tx
    .insertInto("draft_files")
    .values(draft.files.map((file, position) => ({ draft_id: draftId, ...fileColumns(file, position) })))
    .execute();
  if (document === null) await promisePreparation(work, draftId);
  return { token, expiresAt, requestId, templateId };
}

/** Promises to prepare a draft's document. */
export async function promisePreparation(work: Work, draftId: string): Promise<void> {
  await enqueue(work, { kind: draftKind, requestId: null, payload: { draftId } });
}

/** Gives a draft that is not finished a fresh link in the place of the one before, which dies with its session. */
export async function renewDraft(work: Work, draftId: string): Promise<DraftLink> {
  const token = newKey();
  const expiresAt = work.at + limits.signUrlMs;
  const renewed = { token_hash: hashOf(token), tab_hash: null, claimed_at: null, expires_at: expiresAt };
  const { request_id: requestId, template_id: templateId } = await work.tx
    .updateTable("drafts")
    .set({ ...renewed, touched_at: work.at })
    .where("draft_id", "=", draftId)
    .returning(["request_id", "template_id"])
    .executeTakeFirstOrThrow();
  return { token, expiresAt, requestId, templateId };
}
