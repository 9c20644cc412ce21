import { limits } from "../base/limits.ts";
import { type Fetched, fetchFiles } from "../documents/fetch-files.ts";
import type { PrepareOrder } from "../documents/jobs.ts";
import {
  type KeptDocument,
  keptPages,
  keptWords,
  makeDocument,
  type Unmade,
  undrawableWords,
} from "../documents/make.ts";
import type { Work } from "../events/work.ts";
import type { Preparer } from "../requests/prepare.ts";
import { type DraftRecord, fixedOf, type PendingFile } from "./draft.ts";
import { failDraft } from "./fail.ts";
import { findDraft, lockDraft } from "./find.ts";
import { firstSaid, movedFields, renewedSaid } from "./settle-fields.ts";

type Asked = {
  readonly draftId: string;
  readonly tries: number;
  /** Ends the job in the transaction of its result; throws when another worker has taken it over. */
  readonly endJob: (work: Work) => Promise<void>;
};

type Outcome = ({ readonly ok: true } & KeptDocument) | ({ readonly ok: false } & Unmade);

/**
 * Prepares the document of a draft: fetches its files, makes one of them, finds its fields. A draft whose first files are of no use has
 * failed, and the event of the request or template that it was to be says why; files that came later are left out, and the
 * editor says why. Throws only for what a later try may mend.
 */
export async function prepareDraft(preparer: Preparer, { draftId, tries, endJob }: Asked): Promise<void> {
  const found = await findDraft(preparer.store.read, draftId);
  if (found?.row.state !== "preparing") {
    await preparer.transact(endJob);
    return;
  }
  const outcome = await process(preparer, { found, tries });
  await preparer.transact(async (work) => {
    await endJob(work);
    const now = await lockDraft(work, { draftId });
    if (now?.row.state !== "preparing") return;
    if (!outcome.ok) await leaveFiles(work, { preparer, draft: now, unmade: outcome });
    else await settle(work, { draft: now, made: outcome });
  });
}

async function process(
  preparer: Preparer,
  { found, tries }: { readonly found: DraftRecord; readonly tries: number },
): Promise<Outcome> {
  const { row, base, pending } = found;
  const mergeValues = base.kind === "request" ? base.options.mergeValues : [];
  const undrawn = undrawableWords({ texts: [], fields: base.options.fields, mergeValues });
  if (undrawn !== null) return { ok: false, kind: "file", message: undrawn };
  const fetched = await gather(preparer, { found, pending });
  if (!fetched.ok) return { ok: false, kind: "file", message: fetched.message };
  const made = await makeDocument(preparer, {
    files: fetched.files,
    order: orderOf(found),
    owner: row.account_id,
    tries,
  });
  if (!made.ok) return made;
  const { prepared, documentBlob } = made;
  return { ok: true, documentBlob, pages: keptPages(prepared), fields: prepared.fields };
}

function gather(
  preparer: Preparer,
  { found, pending }: { readonly found: DraftRecord; readonly pending: readonly PendingFile[] | null },
): Promise<Fetched> {
  const asked = pending?.map(({ name, blob }, position) => ({ position, name, blob, file_url: null })) ?? found.files;
  return fetchFiles(preparer, { of: { table: "draft_files", id: found.row.draft_id }, files: asked });
}

/** At first what the caller asked for; later only where the fields of the document's own form stand, which are numbered anew. */
function orderOf({ base, said, pages, pending }: DraftRecord): Omit<PrepareOrder, "files"> {
  const { useTextTags, hideTextTags, usePreexistingFields, fields: drafts } = base.options;
  const order = {
    signerKeys: base.kind === "request" ? base.options.signerKeys : null,
    mergeValues: [],
    isTemplate: true,
    useTextTags,
    hideTextTags,
    usePreexistingFields,
    signaturePage: null,
  };
  if (pending === null)
    return { ...order, signers: said.signers.length || limits.signers, drafts, placed: said.fields };
  const own = usePreexistingFields ? [] : said.fields.filter(({ widget }) => widget !== undefined);
  return { ...order, signers: limits.signers, drafts: [], placed: movedFields(own, { pages, pending }) };
}

async function settle(
  work: Work,
  { draft, made }: { readonly draft: DraftRecord; readonly made: KeptDocument },
): Promise<void> {
  const { row, base, pending, pages: before } = draft;
  const { documentBlob, pages, fields } = made;
  const said =
    pending === null
      ? firstSaid(draft, { fields, pages })
      : renewedSaid(draft, { pages: before, pending, found: fields });
  await work.tx
    .updateTable("drafts")
    .set({
      state: "open",
      document_blob: documentBlob,
      pages_json: JSON.stringify(pages),
      said_json: JSON.stringify(said),
      fixed_json: JSON.stringify(fixedOf(said.fields)),
      // What was asked for stands in the fields now.
      base_json: JSON.stringify({ ...base, options: { ...base.options, fields: [] } }),
      pending_json: null,
      notice: null,
      revision: row.revision + 1,
      saved_as: null,
    })
    .where("draft_id", "=", row.draft_id)
    .execute();
  if (pending !== null) await replaceFiles(work, { draft, pending });
}

async function replaceFiles(
  work: Work,
  { draft, pending }: { readonly draft: DraftRecord; readonly pending: readonly PendingFile[] },
): Promise<void> {
  const { draft_id: draftId } = draft.row;
  await work.tx.deleteFrom("draft_files").where("draft_id", "=", draftId).execute();
  await work.tx
    .insertInto("draft_files")
    .values(
      pending.map(({ name, blob, bytes }, position) => ({
        draft_id: draftId,
        position,
        name,
        blob,
        bytes,
        file_url: null,
      })),
    )
    .execute();
}

/** Files that cannot be used: the draft goes on without them, or there is none. */
async function leaveFiles(
  work: Work,
  { preparer, draft, unmade }: { readonly preparer: Preparer; readonly draft: DraftRecord; readonly unmade: Unmade },
): Promise<void> {
  if (draft.row.document_blob === null) return failDraft(work, { preparer, draft, unmade });
  await work.tx
    .updateTable("drafts")
    .set({ state: "open", pending_json: null, notice: keptWords(unmade.message) })
    .where("draft_id", "=", draft.row.draft_id)
    .execute();
}

/** A draft whose preparation failed for good for the server's own reasons. */
export async function giveUpDraft(
  work: Work,
  { preparer, draftId }: { readonly preparer: Preparer; readonly draftId: string },
): Promise<void> {
  const draft = await lockDraft(work, { draftId });
  if (draft?.row.state !== "preparing") return;
  const message =
    "The document could not be processed: the server met an unexpected error again and again. Please try once more.";
  await leaveFiles(work, { preparer, draft, unmade: { kind: "file", message } });
}
