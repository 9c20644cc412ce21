// All that is drawn into documents: values, watermark, the signature page, the audit trail. Every change is an
// incremental update. Skia sets the text (shaped, subset: a third of the time and two thirds of the bytes that libpdf's
// own text takes), libpdf carries it into the document. Loads both: only the document children import this file.

import { PdfDict, type PdfObject, type PdfRef } from "@libpdf/core";
import { assert, present } from "../../base/assert.ts";
import type { DrawnValue, TrailPage } from "../document.ts";
import { type Attachment, attach } from "./attach.ts";
import { drawSheets } from "./canvas.ts";
import { type Shown, shownPage } from "./geometry.ts";
import { type Painting, paintOver } from "./paint.ts";
import { addPlaceholder, type SealFacts, type SealRoom, settlePlaceholder } from "./placeholder.ts";
import { type SignatureAsk, type SignatureField, signatureSheets } from "./signature-page.ts";
import { trailSheets } from "./trail-page.ts";
import { appendLeaves, formOf, lastPage, openUpdate, saveUpdate, takeLeaves, type Update } from "./update.ts";
import { overlaysOf } from "./values.ts";
import { watermarkSheet } from "./watermark.ts";
import { settleWidgets } from "./widgets.ts";

/**
 * The page that a request without fields gets, as a PDF of one or more Letter pages, and the lines on it: `box.page`
 * counts from 1 within that PDF.
 */
export async function drawSignaturePage(
  ask: SignatureAsk,
): Promise<{ readonly page: Uint8Array; readonly fields: readonly SignatureField[] }> {
  const { sheets, fields } = signatureSheets(ask);
  return { page: drawSheets(sheets), fields };
}

/** The document with the pages of a PDF that `drawSignaturePage` made behind its own. */
export async function appendPages({
  document,
  pages,
}: {
  readonly document: Uint8Array;
  readonly pages: Uint8Array;
}): Promise<Uint8Array> {
  const update = await openUpdate(document);
  appendLeaves(update, await takeLeaves(update, pages));
  return await saveUpdate(update);
}

/** What is drawn over a document's pages: values in their boxes, and the words across every page of a test. */
export type Drawing = {
  readonly document: Uint8Array;
  readonly values: readonly DrawnValue[];
  readonly watermark: string | null;
};

/** The document with the values in their boxes, unsealed. */
export async function drawCopy(drawing: Drawing): Promise<Uint8Array> {
  if (drawing.values.length === 0 && drawing.watermark === null) return drawing.document;
  const update = await openUpdate(drawing.document);
  await drawOver(update, { ...drawing, trail: null });
  return await saveUpdate(update);
}

/** What the finished document has beside what is drawn: its audit trail as pages, files, and what its seal says. */
export type Completion = Drawing & {
  readonly trail: TrailPage | null;
  readonly attachments: readonly Attachment[];
  readonly seal: SealFacts;
};

/**
 * The finished document: values drawn, audit trail and files behind it, and room for the seal. `byteRange` covers every byte but
 * the zeros of /Contents and their < >; `contents` are the zeros.
 */
export async function completeDocument({
  trail,
  attachments,
  seal,
  ...drawing
}: Completion): Promise<{ readonly bytes: Uint8Array } & SealRoom> {
  const update = await openUpdate(drawing.document);
  const [first = lastPage(update)] = await drawOver(update, { ...drawing, trail });
  for (const attachment of attachments) attach(update, attachment);
  const mark = addPlaceholder(update, { page: first, facts: { kind: "seal", ...seal } });
  const bytes = await saveUpdate(update);
  return { bytes, ...settlePlaceholder(bytes, mark) };
}

/** The audit trail as a document of its own, as `completeDocument` leaves one. */
export async function completeTrail({
  trail,
  ...rest
}: Omit<Completion, "document" | "values" | "trail"> & { readonly trail: TrailPage }): ReturnType<
  typeof completeDocument
> {
  return completeDocument({ ...rest, document: drawSheets(trailSheets(trail)), values: [], trail: null });
}

/** Draws all in one go, so that a font comes into the document once; answers the audit pages. */
async function drawOver(
  update: Update,
  { values, watermark, trail }: Omit<Drawing, "document"> & { readonly trail: TrailPage | null },
): Promise<readonly PdfRef[]> {
  const pages = update.pdf.getPages().map(({ dict }) => placed(update, dict));
  const overlays = overlaysOf(values, (page) => present(pages[page - 1], `page ${page} of the document`).shown);
  const trailPages = trail === null ? [] : trailSheets(trail);
  const sizes = watermark === null ? [] : sizesOf([...pages.map(({ shown }) => shown), ...trailPages]);
  const words = watermark ?? "";
  const sheets = [...sizes.map((size) => watermarkSheet({ ...size, words })), ...overlays.map(({ sheet }) => sheet)];
  if (sheets.length + trailPages.length === 0) return [];
  const leaves = await takeLeaves(update, drawSheets([...sheets, ...trailPages]));
  const says = [...sizes.map(() => words), ...overlays.map((overlay) => overlay.says)];
  const forms = leaves.slice(0, sheets.length).map((leaf, index) => formOf(update, { leaf, says: says[index] }));
  const added = appendLeaves(update, leaves.slice(sheets.length));
  settleWidgets(update, values);

  const marks = new Map(sizes.map((size, index) => [nameOf(size), forms[index]]));
  const drawn = overlays.map((overlay, index) => ({ ...overlay, form: forms[sizes.length + index] }));
  [...pages, ...added.map((ref) => placed(update, update.resolve(ref)))].forEach(({ dict, shown }, index) => {
    const over = drawn.filter(({ page }) => page === index + 1);
    const paintings = [{ form: marks.get(nameOf(shown)) }, ...over].flatMap(({ form }): Painting[] =>
      form === undefined ? [] : [{ form, matrix: shown.toUser }],
    );
    if (paintings.length > 0) paintOver(update, { page: dict, paintings });
  });
  return added;
}

type Size = { readonly width: number; readonly height: number };

function placed(update: Update, dict: PdfObject | null): { readonly dict: PdfDict; readonly shown: Shown } {
  assert(dict instanceof PdfDict, "a page is a dictionary");
  return { dict, shown: shownPage(dict, update.resolve) };
}

/** Each size once: pages of one size share a watermark. */
function sizesOf(sizes: readonly Size[]): readonly Size[] {
  return [...new Map(sizes.map((size) => [nameOf(size), size])).values()];
}

function nameOf({ width, height }: Size): string {
  return `${width} x ${height}`;
}
