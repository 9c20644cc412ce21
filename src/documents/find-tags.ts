import { limits } from "../base/limits.ts";
import type { Tag } from "./document.ts";
import { type Frame, type PaperBox, shownBox } from "./frame.ts";
import { type OpenDocument, type Pdfium, scratchDoubles, scratchFloats, scratchRectangle, usePage } from "./pdfium.ts";
import { readTag } from "./tags.ts";

/** The well-formed tags of a document in the order of its content, or the first malformed one; pages from 1. */
export type FoundTags =
  | { readonly ok: true; readonly tags: readonly Tag[] }
  | { readonly ok: false; readonly reason: string; readonly page: number; readonly tag: string };

type Span = { readonly text: string; readonly start: number; readonly end: number };
type TextPage = { readonly pdfium: Pdfium; readonly handle: number };

/** A bracket span on one line: PDFium puts CR LF between lines. Longer ones are text, whatever they begin with. */
const bracketSpan = /\[[^[\]\r\n]{1,600}\]/gu;

/** The share of its size by which a font is taken to reach below its baseline. */
const descent = 0.2;

/**
 * Finds the text tags of all pages. A tag's box has the printed width of its bracket span and the height of its font size,
 * from a fifth of it below the baseline; a tag set at an angle has the box around its glyphs.
 * `frames` are the document's pages, in order.
 */
export function findTags(
  pdfium: Pdfium,
  { document, frames }: { readonly document: OpenDocument; readonly frames: readonly Frame[] },
): FoundTags {
  const tags: Tag[] = [];
  const ids = new Set<string>();
  for (const [index, frame] of frames.entries()) {
    const use = (page: number) => tagsOfPage(pdfium, { page, number: index + 1, frame, ids });
    const found = usePage(pdfium, { document, index, use });
    if (found === null) return { ok: false, reason: "The page cannot be opened.", page: index + 1, tag: "" };
    if (!found.ok) return found;
    tags.push(...found.tags);
    if (tags.length > limits.fieldsPerRequest) {
      return {
        ok: false,
        reason: `A request has at most ${limits.fieldsPerRequest} fields.`,
        page: index + 1,
        tag: tags.at(-1)?.text ?? "",
      };
    }
  }
  return { ok: true, tags };
}

function tagsOfPage(
  pdfium: Pdfium,
  {
    page,
    number,
    frame,
    ids,
  }: { readonly page: number; readonly number: number; readonly frame: Frame; readonly ids: Set<string> },
): FoundTags {
  const handle = pdfium.calls.FPDFText_LoadPage(page);
  if (handle === 0) return { ok: true, tags: [] };
  try {
    const textPage = { pdfium, handle };
    const tags: Tag[] = [];
    for (const span of bracketSpans(textPage)) {
      const read = readTag(span.text);
      if (read === null) continue;
      if (!read.ok) return { ok: false, reason: read.reason, page: number, tag: span.text };
      if (ids.has(read.tag.id))
        return { ok: false, reason: `The id "${read.tag.id}" appears twice.`, page: number, tag: span.text };
      if (read.tag.id !== "") ids.add(read.tag.id);
      tags.push({ ...read.tag, box: shownBox(frame, { paper: boxOfSpan(textPage, span), page: number }) });
    }
    return { ok: true, tags };
  } finally {
    pdfium.calls.FPDFText_ClosePage(handle);
  }
}

/** Read character by character, since only so is a position in the text the index of its glyph. */
function bracketSpans({ pdfium, handle }: TextPage): readonly Span[] {
  const count = pdfium.calls.FPDFText_CountChars(handle);
  const units = new Uint16Array(Math.max(count, 0));
  for (let index = 0; index < count; index += 1) units[index] = pdfium.calls.FPDFText_GetUnicode(handle, index);
  const text = new TextDecoder("utf-16le", { ignoreBOM: true }).decode(units);
  return [...text.matchAll(bracketSpan)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function boxOfSpan(page: TextPage, { start, end }: Span): PaperBox {
  const boxes: PaperBox[] = [];
  for (let index = start; index < end; index += 1) {
    if (page.pdfium.calls.FPDFText_IsGenerated(page.handle, index) !== 1) boxes.push(boxOfGlyph(page, index));
  }
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    bottom: Math.min(...boxes.map((box) => box.bottom)),
    right: Math.max(...boxes.map((box) => box.right)),
    top: Math.max(...boxes.map((box) => box.top)),
  };
}

/** Along the line from PDFium's loose box, which is the advance; across it from baseline and font size, since its ascents differ by font. */
function boxOfGlyph({ pdfium, handle }: TextPage, index: number): PaperBox {
  const { calls, scratch } = pdfium;
  calls.FPDFText_GetLooseCharBox(handle, index, scratch);
  const loose = scratchRectangle(pdfium);
  calls.FPDFText_GetCharOrigin(handle, index, scratch, scratch + Float64Array.BYTES_PER_ELEMENT);
  const [x = 0, y = 0] = scratchDoubles(pdfium, 2);
  calls.FPDFText_GetMatrix(handle, index, scratch);
  const [, , c = 0, d = 0] = scratchFloats(pdfium, 4);
  const size = calls.FPDFText_GetFontSize(handle, index);
  const up = { x: c * size, y: d * size };

  if (Math.abs(up.x) <= Math.abs(up.y) / 1000) {
    const [bottom, top] = lineExtent(y, up.y);
    return { ...loose, bottom, top };
  }
  if (Math.abs(up.y) <= Math.abs(up.x) / 1000) {
    const [left, right] = lineExtent(x, up.x);
    return { ...loose, left, right };
  }
  return loose;
}

/** The lower and the upper edge of a line of text, of which the font size points from the baseline to the top. */
function lineExtent(baseline: number, size: number): readonly [number, number] {
  const a = baseline - descent * size;
  const b = baseline + (1 - descent) * size;
  return [Math.min(a, b), Math.max(a, b)];
}
