import { present } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { coverBoxes } from "./cover.ts";
import type { DocumentFault } from "./document.ts";
import { appendPages, drawSignaturePage } from "./draw/draw.ts";
import type { SignatureAsk, SignatureField } from "./draw/signature-page.ts";
import { findTags } from "./find-tags.ts";
import { shownPage } from "./frame.ts";
import { type TakenIn, takeIn } from "./intake.ts";
import type { Outcome, Prepared, PrepareOrder, Refused } from "./jobs.ts";
import type { Pdfium } from "./pdfium.ts";
import { drawPicture } from "./picture.ts";
import { rehearse } from "./rehearse.ts";
import { openSheets, type Sheets } from "./sheets.ts";

type Opened = Sheets & { readonly ok: true };
type Draft = Pick<Prepared, "document" | "filePages" | "tags" | "signaturePageFields">;

/** Makes one document of the files, finds its tags, proves that it can be finished, and draws its first pages. */
export async function prepare(pdfium: Pdfium, order: PrepareOrder): Promise<Outcome<Prepared>> {
  const taken = await takeIn(pdfium, order.files);
  if (!taken.ok) return refused(taken.fault);

  const draft = await draftOf(pdfium, { taken, order }).finally(() => taken.sheets.document.close());
  if ("why" in draft) return draft;
  const opened = await openSheets(pdfium, draft.document);
  if (!opened.ok) return refused({ kind: "file", file: 0, reason: opened.reason });
  return finish(pdfium, { draft, opened }).finally(() => opened.document.close());
}

/** The document with what intake itself writes: covers over tags, the signature page. */
async function draftOf(
  pdfium: Pdfium,
  { taken, order }: { readonly taken: TakenIn & { readonly ok: true }; readonly order: PrepareOrder },
): Promise<Draft | Refused> {
  const { bytes, sheets, filePages } = taken;
  const found = order.useTextTags ? findTags(pdfium, sheets) : { ok: true as const, tags: [] };
  if (!found.ok) {
    const kind = found.tag === "" ? "file" : "tag";
    return refused({
      kind,
      reason: found.reason,
      ...placeOf(filePages, found.page),
      ...(kind === "tag" ? { tag: found.tag } : {}),
    });
  }
  const { tags } = found;
  if (tags.length === 0 && order.appendSignaturePage !== null) {
    return {
      filePages,
      tags,
      ...(await withSignaturePage(bytes, { ask: order.appendSignaturePage, before: sheets.frames.length })),
    };
  }
  const hides = order.hideTextTags && tags.length > 0;
  const document = hides
    ? await coverBoxes(bytes, { boxes: tags.map((tag) => tag.box), frames: sheets.frames })
    : bytes;
  return { document, filePages, tags, signaturePageFields: [] };
}

async function withSignaturePage(
  document: Uint8Array,
  { ask, before }: { readonly ask: SignatureAsk; readonly before: number },
): Promise<Pick<Draft, "document" | "signaturePageFields">> {
  const { page, fields } = await drawSignaturePage(ask);
  const moved = fields.map(
    (field): SignatureField => ({ ...field, box: { ...field.box, page: field.box.page + before } }),
  );
  return { document: await appendPages({ document, pages: page }), signaturePageFields: moved };
}

async function finish(
  pdfium: Pdfium,
  { draft, opened }: { readonly draft: Draft; readonly opened: Opened },
): Promise<Outcome<Prepared>> {
  const pages = opened.frames.map(shownPage);
  const trouble = await rehearse(pdfium, { document: draft.document, pages });
  if (trouble !== null) return refused({ kind: "file", file: 0, reason: `The document cannot be used. ${trouble}` });

  const firstPictures: Uint8Array[] = [];
  for (const [index] of pages.slice(0, limits.picturesPrepared).entries()) {
    const picture = await drawPicture(pdfium, {
      document: opened.document,
      page: index + 1,
      width: limits.pictureWidths[0],
    });
    firstPictures.push(present(picture, `picture of page ${index + 1}`));
  }
  return { ok: true, ...draft, pages, firstPictures };
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
