import type { Secret } from "../base/secrets.ts";
import type { Field } from "../documents/document.ts";
import { type DraftRecord, type Finished, finishedOf } from "../drafts/draft.ts";
import { defaultDateFormat } from "../requests/options.ts";
import { viewPage } from "../signing/view.ts";
import type { EditorField, EditorFinished, EditorView, PreparingView } from "./editor-view.ts";

/** What a view of a draft needs beside it. */
export type EditorRendering = { readonly secret: Secret; readonly bearer: string };

/** What the editor's page is shown of a draft: all of it, that it is being prepared, or what it has become. */
export function viewDraft(
  draft: DraftRecord,
  { secret, bearer }: EditorRendering,
): EditorView | PreparingView | EditorFinished {
  const finished = finishedOf(draft);
  if (finished !== null) return viewFinished(draft, finished);
  if (draft.row.state === "preparing") return viewPreparing(bearer);
  const { row, base, look, said, files, pages } = draft;
  const { subjectFirst, signersFirst, preview, stepper, isSelfSigning, redirectUrl } = look;
  const isRequest = base.kind === "request";
  return {
    ...said,
    fields: said.fields.map(viewField),
    ok: true,
    session: bearer,
    state: "open",
    kind: base.kind,
    revision: row.revision,
    templateId: row.template_id,
    requestId: look.tellsRequest ? row.request_id : null,
    signatureId: null,
    testMode: row.test_mode === 1,
    files: files.map(({ name, position }) => ({ name, pages: pages.filter(({ file }) => file === position).length })),
    pages: pages.map((page, index) => viewPage(page, { number: index + 1, hash: row.document_blob ?? "", secret })),
    allow: {
      signers: look.signers,
      names: look.unnamed,
      documents: look.documents,
      ccs: look.ccs,
      meNow: look.meNow,
      fields: look.fields,
    },
    show: { preview, stepper, signersFirst, subjectFirst },
    isSelfSigning,
    isHeld: isRequest && base.options.isHeld === true,
    dateFormat: base.options.dateFormat || defaultDateFormat,
    redirectUrl,
    notice: row.notice,
  };
}

/** That the documents are being prepared. */
export function viewPreparing(bearer: string): PreparingView {
  return { ok: true, session: bearer, state: "preparing" };
}

/** What the draft has become. */
export function viewFinished({ row }: DraftRecord, finished: Finished): EditorFinished {
  const kind = row.kind === "template" ? "template" : "request";
  return { ok: true, state: "done", kind, ...finished, isHeld: finished.isHeld ?? false };
}

function viewField({ box, widget, ...field }: Field): EditorField {
  const { page, x, y, width, height } = box;
  return { ...field, page, x, y, width, height, ...(widget === undefined ? {} : { isFixed: true }) };
}
