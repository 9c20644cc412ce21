import { PDF, PdfNumber } from "@libpdf/core";
import { limits } from "../base/limits.ts";
import { shownPage as drawnPage, type Shown } from "./draw/geometry.ts";
import { type Frame, paperBox, shownPage } from "./frame.ts";
import { frameOf, type OpenDocument, openDocument, type Pdfium } from "./pdfium.ts";

/** A document open in PDFium with the frames of its pages, or why it cannot be used; `page` from 1. */
export type Sheets =
  | { readonly ok: true; readonly document: OpenDocument; readonly frames: readonly Frame[] }
  | { readonly ok: false; readonly reason: string; readonly page?: number };

/** How far the two readers may differ on where a page's corner is, in units of the file. */
const tolerance = 0.01;

/**
 * Opens a PDF with both readers of the house: PDFium, which shows it, and libpdf, which writes into it. A document on which they
 * differ would be signed in one form and sealed in another: it is refused. The caller closes `document`.
 */
export async function openSheets(pdfium: Pdfium, bytes: Uint8Array): Promise<Sheets> {
  const document = openDocument(pdfium, bytes);
  if ("refusal" in document) return { ok: false, reason: document.refusal };
  const sheets = await readSheets(pdfium, { document, bytes }).catch((error: unknown) => {
    document.close();
    throw error;
  });
  if (!sheets.ok) document.close();
  return sheets;
}

async function readSheets(
  pdfium: Pdfium,
  { document, bytes }: { readonly document: OpenDocument; readonly bytes: Uint8Array },
): Promise<Sheets> {
  if (document.encrypted) return { ok: false, reason: "It is encrypted. Remove its protection and send it again." };
  const count = document.pageCount;
  if (count === 0) return { ok: false, reason: "It has no pages." };
  if (count > limits.pagesPerRequestMost)
    return { ok: false, reason: `It has ${count} pages; at most ${limits.pagesPerRequestMost} are possible.` };

  const written = await PDF.load(bytes).catch(() => null);
  if (written === null) return { ok: false, reason: "It is damaged: nothing could be written into it." };
  if (written.isEncrypted) return { ok: false, reason: "It is encrypted. Remove its protection and send it again." };
  if (written.getPageCount() !== count) {
    return {
      ok: false,
      reason: `It is damaged: one reader sees ${count} pages in it, another ${written.getPageCount()}.`,
    };
  }
  const frames: Frame[] = [];
  for (const [index, { dict }] of written.getPages().entries()) {
    const resolve = written.getObject.bind(written);
    const seen = frameOf(pdfium, { document, index });
    const unit = dict.get("UserUnit", resolve);
    const frame = seen === null ? null : { ...seen, unit: unit instanceof PdfNumber ? unit.value : 1 };
    const reason = complaint(frame, drawnPage(dict, resolve));
    if (frame === null || reason !== null)
      return { ok: false, reason: reason ?? "The page cannot be opened.", page: index + 1 };
    frames.push(frame);
  }
  return { ok: true, document, frames };
}

function complaint(frame: Frame | null, drawn: Shown): string | null {
  if (frame === null) return "The page cannot be opened.";
  const { width, height } = shownPage(frame);
  if (!(width >= 1 && height >= 1 && Math.max(width, height) <= limits.pageSidePoints))
    return "The page has no usable size.";
  const corners = [
    [0, height, 0, 0],
    [width, 0, drawn.width, drawn.height],
  ] as const;
  const [a, b, c, d, e, f] = drawn.toUser;
  const same = corners.every(([x, y, drawnX, drawnY]) => {
    const seen = paperBox(frame, { x, y, width: 0, height: 0 });
    return near(seen.left, a * drawnX + c * drawnY + e) && near(seen.bottom, b * drawnX + d * drawnY + f);
  });
  return same ? null : "The page is damaged: two readers differ on its size or its rotation.";
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance;
}
