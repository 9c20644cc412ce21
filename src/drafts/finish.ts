import { needTemplateRoom } from "../accounts/quotas.ts";
import { present } from "../base/assert.ts";
import { Fault } from "../base/faults.ts";
import { fileColumns } from "../documents/new-file.ts";
import type { Work } from "../events/work.ts";
import { sendOnce } from "../requests/send.ts";
import { writeTemplate } from "../templates/create.ts";
import { lockOwnTemplate, lockTemplate } from "../templates/find.ts";
import { openTemplate } from "../templates/prepare.ts";
import { wordColumns } from "../templates/words.ts";
import { asRequest, asTemplate, placedFields } from "./as-request.ts";
import { checkDraft } from "./check.ts";
import { type DraftRecord, type Finished, finishedOf, keptAttachments } from "./draft.ts";
import type { DraftFault } from "./fault.ts";
import { type DraftSave, takeSave } from "./save.ts";
import type { DraftRefusal } from "./session.ts";

/** What came of finishing. */
export type Finishing =
  | { readonly finished: Finished }
  | { readonly faults: readonly DraftFault[] }
  | { readonly refused: DraftRefusal };

/**
 * Makes of a draft what it is to be, as this tab shows it: a request that goes out, or is held, once it is processed; a template
 * that is ready; or the template that it changes. Of a draft that is finished already it answers the same once more. The draft's row is held. Throws
 * `payment_required` where the account's quota is used up.
 */
export async function finishDraft(
  work: Work,
  { draft, save }: { readonly draft: DraftRecord; readonly save: DraftSave },
): Promise<Finishing> {
  const before = finishedOf(draft);
  if (before !== null) return { finished: before };
  if (draft.row.state !== "open") return { refused: "draft_preparing" };
  const taken = takeSave(draft, save);
  if ("refused" in taken) return taken;
  const faults = checkDraft(taken.draft);
  if (faults.length > 0) return { faults };
  const made = await makeOf(work, taken.draft);
  if ("finished" in made) await putAway(work, { draft, finished: made.finished });
  return made;
}

async function makeOf(work: Work, draft: DraftRecord): Promise<Finishing> {
  const { base, row } = draft;
  if (base.kind === "request") return { finished: await makeRequest(work, draft) };
  return row.edits_at === null ? { finished: await makeTemplate(work, draft) } : changeTemplate(work, draft);
}

async function makeRequest(work: Work, draft: DraftRecord): Promise<Finished> {
  const { base, row } = draft;
  if (base.kind !== "request") throw new Error("a template's draft makes no request");
  const requestId = present(row.request_id, "the id of a draft's request");
  await sendOnce(work, { draft: asRequest(draft, base), requestId });
  const first = await work.tx
    .selectFrom("signatures")
    .select("signature_id")
    .where("request_id", "=", requestId)
    .orderBy("position")
    .limit(1)
    .executeTakeFirst();
  return {
    templateId: null,
    requestId,
    signatureId: first?.signature_id ?? null,
    isHeld: base.options.isHeld === true,
  };
}

async function makeTemplate(work: Work, draft: DraftRecord): Promise<Finished> {
  const { base, row, pages } = draft;
  if (base.kind !== "template") throw new Error("a request's draft makes no template");
  const templateId = present(row.template_id, "the id of a draft's template");
  await needTemplateRoom(work, { accountId: row.account_id, testMode: base.testMode });
  await writeTemplate(work, { draft: asTemplate(draft, base), templateId });
  await openTemplate(work, {
    template: present(await lockTemplate(work, templateId), "the new template"),
    documentBlob: row.document_blob ?? "",
    pages,
    fields: placedFields(draft),
  });
  return { templateId, requestId: null, signatureId: null };
}

/** Requests made of it before stay as they are. What somebody else has changed meanwhile is not written over. */
async function changeTemplate(work: Work, draft: DraftRecord): Promise<Finishing> {
  const { base, row, pages } = draft;
  if (base.kind !== "template") throw new Error("a request's draft changes no template");
  const templateId = row.template_id ?? "";
  const found = await lockOwnTemplate(work, { accountId: row.account_id, templateId }).catch(passGone);
  if (found === null) return { refused: "draft_closed" };
  if (found.row.state !== "ready" || found.row.updated_at !== row.edits_at) return { refused: "draft_behind" };
  const { title, subject, message, roles, ccRoles, mergeFields, files, options, metadata } = asTemplate(draft, base);
  await work.tx
    .updateTable("templates")
    .set({
      title,
      subject,
      message,
      roles_json: JSON.stringify(roles),
      cc_roles_json: JSON.stringify(ccRoles),
      merge_fields_json: JSON.stringify(mergeFields),
      // It is the template that the draft began with, so its roles are those that attachments name.
      attachments_json: JSON.stringify(keptAttachments(found.attachments, draft.said.signers)),
      options_json: JSON.stringify(options),
      document_blob: row.document_blob,
      pages_json: JSON.stringify(pages),
      fields_json: JSON.stringify(placedFields(draft)),
      ...wordColumns({ title, subject, message, metadata, files: files.map(({ name }) => name) }),
      updated_at: work.at,
    })
    .where("template_id", "=", templateId)
    .execute();
  await work.tx.deleteFrom("template_files").where("template_id", "=", templateId).execute();
  await work.tx
    .insertInto("template_files")
    .values(files.map((file, position) => ({ template_id: templateId, ...fileColumns(file, position) })))
    .execute();
  return { finished: { templateId, requestId: null, signatureId: null } };
}

function passGone(error: unknown): null {
  if (error instanceof Fault && (error.faultName === "not_found" || error.faultName === "forbidden")) return null;
  throw error;
}

/** What it says lives on in what it has become; of the draft only that is left, for a tab that did not hear the answer. */
async function putAway(
  work: Work,
  { draft, finished }: { readonly draft: DraftRecord; readonly finished: Finished },
): Promise<void> {
  const { draft_id: draftId } = draft.row;
  await work.tx
    .updateTable("drafts")
    .set({ state: "finished", finished_json: JSON.stringify(finished), ...nothingLeft })
    .where("draft_id", "=", draftId)
    .execute();
  await work.tx.deleteFrom("draft_files").where("draft_id", "=", draftId).execute();
}

/** A draft without all that somebody wrote. */
export const nothingLeft = {
  base_json: "{}",
  said_json: "{}",
  fixed_json: "{}",
  pending_json: null,
  document_blob: null,
  pages_json: null,
} as const;
