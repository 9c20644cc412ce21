import { limits } from "../base/limits.ts";
import type { DocumentFault, Field } from "./document.ts";
import { appendPages, drawSignaturePage } from "./draw/draw.ts";
import type { SignatureAsk, SignatureField } from "./draw/signature-page.ts";
import { namedBy, placeFields } from "./fields.ts";
import { findTags } from "./find-tags.ts";
import { shownPage } from "./frame.ts";
import { hidePrinted } from "./hide-printed.ts";
import { type TakenIn, takeIn } from "./intake.ts";
import type { Outcome, Prepared, PreparedPage, PrepareOrder, Refused } from "./jobs.ts";
import { drawPage } from "./page.ts";
import type { Pdfium } from "./pdfium.ts";
import { findFormFields } from "./preexisting.ts";
import { rehearse } from "./rehearse.ts";
import { openSheets, type Sheets } from "./sheets.ts";
import { renumbered } from "./widgets.ts";

type Opened = Sheets & { readonly ok: true };
type Draft = Pick<Prepared, "document" | "filePages" | "fields">;

/** Makes one document of the files with its fields, proves that it can be finished, and draws its first pages. */
export async function prepare(pdfium: Pdfium, order: PrepareOrder): Promise<Outcome<Prepared>> {
  const taken = await takeIn(pdfium, order.files);
  if (!taken.ok) return refused(taken.fault);

  const { sheets } = taken;
  const draft = await draftOf(pdfium, { taken, order }).finally(() => sheets.document.close());
  if ("why" in draft) return draft;
  const opened = await openSheets(pdfium, draft.document);
  if (!opened.ok) return refused({ kind: "file", file: 0, reason: opened.reason });
  return finish(pdfium, { draft, opened }).finally(() => opened.document.close());
}

/** The document with its fields, and with what intake itself changes in it: hidden tags, the signature page. */
async function draftOf(
  pdfium: Pdfium,
  { taken, order }: { readonly taken: TakenIn & { readonly ok: true }; readonly order: PrepareOrder },
): Promise<Draft | Refused> {
  const { bytes, sheets, filePages } = taken;
  const found = order.useTextTags ? findTags(pdfium, sheets) : { ok: true as const, tags: [], definitions: [] };
  if (!found.ok) {
    const kind = found.tag === "" ? "file" : "tag";
    return refusedAt(filePages, { ...found, kind, ...namedBy(found, order) });
  }

  const formFields = order.usePreexistingFields ? await findFormFields(bytes, sheets.frames) : [];
  const ready = await withWidgets(order.placed ?? [], { bytes, sheets });
  const isBare = found.tags.length + order.drafts.length + formFields.length + ready.length === 0;
  const ask = isBare ? order.signaturePage : null;
  const signaturePage = ask === null ? null : await signaturePageBehind(sheets.frames.length, ask);
  const pages = sheets.frames.map(shownPage);
  const placed = placeFields({
    order: { ...order, placed: ready },
    tags: found.tags,
    formFields,
    pages,
    filePages,
    signaturePageFields: signaturePage?.fields ?? [],
  });
  if (!placed.ok) return refusedAt(filePages, placed);

  const { fields } = placed;
  if (signaturePage !== null)
    return { filePages, fields, document: await appendPages({ document: bytes, pages: signaturePage.page }) };
  const printed = order.hideTextTags ? [...found.tags, ...found.definitions] : [];
  return { filePages, fields, document: await hidePrinted(bytes, { printed, frames: sheets.frames }) };
}

/** Fields that are placed already, with their widgets as they are numbered in this document: joining numbers them anew. */
async function withWidgets(
  placed: readonly Field[],
  { bytes, sheets }: { readonly bytes: Uint8Array; readonly sheets: Opened },
): Promise<readonly Field[]> {
  if (placed.every(({ widget }) => widget === undefined)) return placed;
  const found = await findFormFields(bytes, sheets.frames);
  return renumbered(placed, found);
}

async function signaturePageBehind(
  before: number,
  ask: SignatureAsk,
): Promise<{ readonly page: Uint8Array; readonly fields: readonly SignatureField[] }> {
  const { page, fields } = await drawSignaturePage(ask);
  return { page, fields: fields.map((field) => ({ ...field, box: { ...field.box, page: field.box.page + before } })) };
}

async function finish(
  pdfium: Pdfium,
  { draft, opened }: { readonly draft: Draft; readonly opened: Opened },
): Promise<Outcome<Prepared>> {
  const pages = opened.frames.map(shownPage);
  const trouble = await rehearse(pdfium, { ...draft, pages });
  if (trouble !== null) return refused({ kind: "file", file: 0, reason: `The document cannot be used. ${trouble}` });

  const firstPages: PreparedPage[] = [];
  for (let page = 1; page <= Math.min(pages.length, limits.picturesPrepared); page += 1) {
    const drawn = drawPage(pdfium, { document: opened.document, page });
    if (drawn === null)
      return refusedAt(draft.filePages, { kind: "file", reason: "The page is damaged: it cannot be shown.", page });
    firstPages.push(drawn);
  }
  return { ok: true, ...draft, pages, firstPages };
}

type Flaw = Pick<DocumentFault, "kind" | "reason" | "page" | "tag" | "signers">;

/** A refusal told at the file and the page in it. */
function refusedAt(filePages: readonly number[], { kind, reason, page, tag, signers }: Flaw): Refused {
  const place = page === undefined ? { file: 0 } : placeOf(filePages, page);
  return refused({ kind, reason, ...place, ...(tag ? { tag } : {}), ...(signers ? { signers } : {}) });
}

/** Which file a page of the whole document belongs to, and where in it. */
function placeOf(filePages: readonly number[], page: number): { readonly file: number; readonly page: number } {
  let before = 0;
  for (const [file, count] of filePages.entries()) {
    if (page <= before + count) return { file, page: page - before };
    before += count;
  }
  return { file: filePages.length - 1, page: page - before };
}

function refused(fault: DocumentFault): Refused {
  return { ok: false, why: "document", fault };
}
