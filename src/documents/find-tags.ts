import { type Frame, type PaperBox, shownBox } from "./frame.ts";
import { type OpenDocument, type Pdfium, scratchRectangle, usePage } from "./pdfium.ts";
import { type FoundTags, resolveTags, type Span } from "./resolve-tags.ts";
import { isPrinted, letterOf, originOf, type TextPage, upOf } from "./text-glyphs.ts";
import { linesOf } from "./text-lines.ts";

/** A bracket span in the text of a page, and its printed glyphs. */
type Run = { readonly text: string; readonly glyphs: readonly number[] };

/** A bracket span on one line: PDFium puts CR LF between lines. Longer ones are text, whatever they begin with. */
const bracketSpan = /\[[^[\]\r\n]{1,600}\]/gu;

/** The share of its size by which a font is taken to reach below its baseline. */
const descent = 0.2;

/**
 * Finds the text tags of all pages, definitions and their uses resolved. A tag's box has the printed width of its bracket
 * span and the height of its font size, from a fifth of it below the baseline; a tag set at an angle has the box around its
 * glyphs. `frames` are the document's pages, in order.
 */
export function findTags(
  pdfium: Pdfium,
  { document, frames }: { readonly document: OpenDocument; readonly frames: readonly Frame[] },
): FoundTags {
  const spans: Span[] = [];
  for (const [index, frame] of frames.entries()) {
    const use = (page: number) => spansOfPage(pdfium, { page, number: index + 1, frame });
    const found = usePage(pdfium, { document, index, use });
    if (found === null)
      return {
        ok: false,
        reason: "The page cannot be opened.",
        page: index + 1,
        tag: "",
        signer: null,
        fromZero: false,
      };
    spans.push(...found);
  }
  return resolveTags(spans);
}

function spansOfPage(
  pdfium: Pdfium,
  { page, number, frame }: { readonly page: number; readonly number: number; readonly frame: Frame },
): readonly Span[] {
  const handle = pdfium.calls.FPDFText_LoadPage(page);
  if (handle === 0) return [];
  try {
    const textPage = { pdfium, handle };
    return bracketRuns(textPage).map(({ text, glyphs }) => {
      const paper = boxAround(glyphs.map((index) => boxOfGlyph(textPage, index)));
      return {
        text,
        box: shownBox(frame, { paper, page: number }),
        origins: glyphs.map((index) => originOf(textPage, index)),
      };
    });
  } finally {
    pdfium.calls.FPDFText_ClosePage(handle);
  }
}

/** The spans with their glyphs. Most pages have none: that is seen from their text in one piece. */
function bracketRuns(page: TextPage): readonly Run[] {
  const count = page.pdfium.calls.FPDFText_CountChars(page.handle);
  const whole = count > 0 ? wholeText(page, count) : "";
  if (!whole.includes("[")) return [];
  const text = whole.length === count ? whole : textByGlyph(page, count);
  const runs = [...text.matchAll(bracketSpan)].map((match): Run => {
    const all = Array.from(match[0], (_, offset) => match.index + offset);
    return { text: match[0], glyphs: all.filter((index) => isPrinted(page, index)) };
  });
  if (text.split("[").length - 1 === runs.length) return runs;

  // A bracket that is not closed may be text, or the beginning of a tag that PDFium has taken apart.
  const known = new Set(runs.flatMap(({ glyphs }) => glyphs));
  return [...runs, ...runsByPlace(page, count).filter(({ glyphs }) => !glyphs.some((index) => known.has(index)))];
}

function runsByPlace(page: TextPage, count: number): readonly Run[] {
  return linesOf(page, count).flatMap(({ text, glyphs }) =>
    [...text.matchAll(bracketSpan)].map(({ 0: span, index }) => ({
      text: span,
      glyphs: glyphs.slice(index, index + span.length).filter((glyph) => glyph !== -1),
    })),
  );
}

function wholeText({ pdfium: { calls, memory }, handle }: TextPage, count: number): string {
  const pointer = memory.wasmExports.malloc((count + 1) * 2);
  if (pointer === 0) throw new Error("No memory for the text of a page.");
  try {
    const units = calls.FPDFText_GetText(handle, 0, count, pointer);
    return decode(memory.HEAPU8.subarray(pointer, pointer + Math.max(0, units - 1) * 2));
  } finally {
    memory.wasmExports.free(pointer);
  }
}

/** Read character by character: PDFium leaves some out of a text in one piece, and then only so is a position the index of a glyph. */
function textByGlyph(page: TextPage, count: number): string {
  return Array.from({ length: count }, (_, index) => letterOf(page, index)).join("");
}

function decode(utf16: Uint8Array): string {
  return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(utf16);
}

function boxAround(boxes: readonly PaperBox[]): PaperBox {
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    bottom: Math.min(...boxes.map((box) => box.bottom)),
    right: Math.max(...boxes.map((box) => box.right)),
    top: Math.max(...boxes.map((box) => box.top)),
  };
}

/** Along the line from PDFium's loose box, which is the advance; across it from baseline and font size, since its ascents differ by font. */
function boxOfGlyph(page: TextPage, index: number): PaperBox {
  const { pdfium, handle } = page;
  pdfium.memory.wasmExports.FPDFText_GetLooseCharBox(handle, index, pdfium.scratch);
  const loose = scratchRectangle(pdfium);
  const { x, y } = originOf(page, index);
  const up = upOf(page, index);

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
