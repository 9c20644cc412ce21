import { PDF } from "@libpdf/core";
import { limits } from "../base/limits.ts";
import { mebibyte } from "../base/units.ts";
import { drawSheets } from "./draw/canvas.ts";
import { type CoverAsk, coverSheets } from "./draw/cover-page.ts";
import { drawCopy } from "./draw/draw.ts";
import { takeIn } from "./intake.ts";
import type { FaxDocument, FaxOrder, Outcome } from "./jobs.ts";
import type { Pdfium } from "./pdfium.ts";

/** Makes one document of the files behind its cover page, of `limits.faxPages` and `limits.faxDocumentBytes` at most. */
export async function makeFax(pdfium: Pdfium, { files, cover, watermark }: FaxOrder): Promise<Outcome<FaxDocument>> {
  const taken = await takeIn(pdfium, files);
  if (!taken.ok) return { ok: false, why: "document", fault: taken.fault };
  taken.sheets.document.close();

  const own = taken.sheets.frames.length;
  const covered =
    cover === null ? { document: taken.bytes, pages: own } : await behindCover(taken.bytes, { cover, own });
  if (covered.pages > limits.faxPages) return tooMuch(`${limits.faxPages} pages, with its cover page`);
  const document = await drawCopy({ document: covered.document, values: [], watermark });
  if (document.length > limits.faxDocumentBytes) return tooMuch(`${limits.faxDocumentBytes / mebibyte} MB`);
  return { ok: true, document, pages: covered.pages };
}

function tooMuch(most: string): Outcome<FaxDocument> {
  return { ok: false, why: "document", fault: { kind: "file", file: 0, reason: `A fax may have at most ${most}.` } };
}

async function behindCover(
  document: Uint8Array,
  { cover, own }: { readonly cover: CoverAsk; readonly own: number },
): Promise<FaxDocument> {
  const sheets = coverSheets(cover, own);
  const joined = await PDF.merge([drawSheets(sheets), document]);
  return { document: await joined.save(), pages: own + sheets.length };
}
