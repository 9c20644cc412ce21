import type { Point } from "./document.ts";
import { type Pdfium, scratchDoubles, scratchFloats } from "./pdfium.ts";

/** The text of a page, open in PDFium: its glyphs are counted from 0. */
export type TextPage = { readonly pdfium: Pdfium; readonly handle: number };

/** Where a glyph's origin is, in the user space of the page. */
export function originOf({ pdfium, handle }: TextPage, index: number): Point {
  const { memory, scratch } = pdfium;
  memory.wasmExports.FPDFText_GetCharOrigin(handle, index, scratch, scratch + Float64Array.BYTES_PER_ELEMENT);
  const [x = 0, y = 0] = scratchDoubles(pdfium, 2);
  return { x, y };
}

/** From a glyph's baseline to the top of its font: the font's size, in the direction in which letters stand. */
export function upOf({ pdfium, handle }: TextPage, index: number): Point {
  const { memory, scratch } = pdfium;
  memory.wasmExports.FPDFText_GetMatrix(handle, index, scratch);
  const [, , c = 0, d = 0] = scratchFloats(pdfium, 4);
  const size = memory.wasmExports.FPDFText_GetFontSize(handle, index);
  return { x: c * size, y: d * size };
}

/** Whether a glyph is printed: PDFium makes up blanks between words that stand apart, and ends of lines. */
export function isPrinted({ pdfium, handle }: TextPage, index: number): boolean {
  return pdfium.memory.wasmExports.FPDFText_IsGenerated(handle, index) !== 1;
}

/** The letter of a glyph; what is no letter of Unicode's first plane is a blank. */
export function letterOf({ pdfium, handle }: TextPage, index: number): string {
  const unit = pdfium.memory.wasmExports.FPDFText_GetUnicode(handle, index);
  return unit > 0 && unit <= 0xffff ? String.fromCharCode(unit) : " ";
}
