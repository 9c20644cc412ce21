import { limits } from "../base/limits.ts";
import type { Page, PagePiece, PageText } from "./document.ts";
import { type Frame, type PaperBox, shownBox, shownPage } from "./frame.ts";
import { type Pdfium, scratchFloats } from "./pdfium.ts";

/** A letter as PDFium read it: its box and its place on the baseline in user space, its angle to the left in radians. */
type Glyph = PaperBox & {
  readonly index: number;
  readonly letters: string;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
};

/** Letters of one line with nothing but blanks between them. */
type Run = { text: string; readonly glyphs: Glyph[]; last: Glyph };

/** Gaps along the line and steps across it, in heights of the letters' boxes, from which on letters belong to different pieces. */
const gapMost = 1.2;
const stepMost = 0.5;

/** How far text may lean and still count as level: half a degree. */
const levelWithin = Math.PI / 360;
const quarterTurn = Math.PI / 2;

/** The share of its size by which a font is taken to reach below its baseline, where a box does not say. */
const descent = 0.2;

/** PDFium's mark for a hyphen at the end of a line. */
const lineHyphen = 0x02;

/**
 * The text of an open page in pieces of lines, in the order of the page's content: at most `limits.pageTextPieces` of them, from
 * `limits.pageTextLetters` letters. What lies beside the page is left out. Empty where PDFium finds no text.
 */
export function readPageText(
  pdfium: Pdfium,
  { page, frame }: { readonly page: number; readonly frame: Frame },
): PageText {
  const shown = shownPage(frame);
  const handle = pdfium.calls.FPDFText_LoadPage(page);
  if (handle === 0) return { ...shown, pieces: [] };
  try {
    const pieces: PagePiece[] = [];
    for (const run of runsOf({ pdfium, handle })) {
      const piece = pieceOf({ pdfium, handle }, { run, frame });
      if (piece !== null && isOn(shown, piece)) pieces.push(piece);
      if (pieces.length >= limits.pageTextPieces) break;
    }
    return { ...shown, pieces };
  } finally {
    pdfium.calls.FPDFText_ClosePage(handle);
  }
}

type TextPage = { readonly pdfium: Pdfium; readonly handle: number };

function* runsOf(page: TextPage): Generator<Run> {
  const { calls, memory } = page.pdfium;
  const { FPDFText_GetUnicode, FPDFText_IsGenerated } = memory.wasmExports;
  const count = Math.min(calls.FPDFText_CountChars(page.handle), limits.pageTextLetters);
  let run: Run | null = null;
  let isBlankBefore = false;
  for (let index = 0; index < count; index += 1) {
    const code = FPDFText_GetUnicode(page.handle, index);
    const isBreak = code === 0x0a || code === 0x0d;
    if (isBreak && run) yield run;
    if (isBreak) run = null;
    isBlankBefore ||= code === 0x20 && FPDFText_IsGenerated(page.handle, index) === 1;
    if (isBreak || (code === 0x20 && isBlankBefore)) continue;

    const glyph = readGlyph(page, { index, code });
    const goesOn: boolean = run !== null && follows(run.last, glyph);
    if (run && !goesOn) yield run;
    run = run && goesOn ? grown(run, { glyph, isApart: isBlankBefore }) : begun(glyph);
    isBlankBefore = false;
  }
  if (run) yield run;
}

function begun(glyph: Glyph): Run {
  return { text: glyph.letters, glyphs: [glyph], last: glyph };
}

function grown(run: Run, { glyph, isApart }: { readonly glyph: Glyph; readonly isApart: boolean }): Run {
  run.text += isApart ? ` ${glyph.letters}` : glyph.letters;
  run.glyphs.push(glyph);
  run.last = glyph;
  return run;
}

/** Numbers are read where PDFium writes them, without a list in between: a page has thousands of letters. */
function readGlyph(
  { pdfium, handle }: TextPage,
  { index, code }: { readonly index: number; readonly code: number },
): Glyph {
  const { scratch, memory } = pdfium;
  const { wasmExports } = memory;
  const origin = scratch + 4 * Float32Array.BYTES_PER_ELEMENT;
  wasmExports.FPDFText_GetLooseCharBox(handle, index, scratch);
  wasmExports.FPDFText_GetCharOrigin(handle, index, origin, origin + Float64Array.BYTES_PER_ELEMENT);
  const clockwise = Math.max(0, wasmExports.FPDFText_GetCharAngle(handle, index));
  const [box, point] = [scratch / Float32Array.BYTES_PER_ELEMENT, origin / Float64Array.BYTES_PER_ELEMENT];
  const { HEAPF32, HEAPF64 } = memory;
  return {
    index,
    letters: lettersOf(code),
    left: HEAPF32[box] ?? 0,
    top: HEAPF32[box + 1] ?? 0,
    right: HEAPF32[box + 2] ?? 0,
    bottom: HEAPF32[box + 3] ?? 0,
    x: HEAPF64[point] ?? 0,
    y: HEAPF64[point + 1] ?? 0,
    angle: (2 * Math.PI - clockwise) % (2 * Math.PI),
  };
}

/** A letter as people would type it: ligatures and shaped letters apart, nothing that is no letter. */
function lettersOf(code: number): string {
  if (code === lineHyphen) return "-";
  if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code > 0x10_ff_ff || (code & 0xff_fe) === 0xff_fe) return "";
  const letter = String.fromCodePoint(code);
  const isShaped = (code >= 0xfb00 && code <= 0xfdff) || (code >= 0xfe70 && code <= 0xfefc);
  return isShaped ? letter.normalize("NFKC") : letter;
}

/** Whether a letter goes on with the line: set at the same angle, on the same baseline, near. Some writing goes backwards. */
function follows(last: Glyph, glyph: Glyph): boolean {
  if (Math.abs(Math.sin((glyph.angle - last.angle) / 2)) > levelWithin) return false;
  const [x, y] = [glyph.x - last.x, glyph.y - last.y];
  const [cos, sin] = [Math.cos(last.angle), Math.sin(last.angle)];
  const along = x * cos + y * sin;
  const across = y * cos - x * sin;
  const height = Math.max(heightOf(glyph), heightOf(last));
  const gap = Math.abs(along) - lengthOf(along >= 0 ? last : glyph);
  return Math.abs(across) <= stepMost * height && gap <= gapMost * height;
}

function isUpright({ angle }: Glyph): boolean {
  return Math.round(angle / quarterTurn) % 2 === 0;
}

function heightOf(glyph: Glyph): number {
  return isUpright(glyph) ? glyph.top - glyph.bottom : glyph.right - glyph.left;
}

function lengthOf(glyph: Glyph): number {
  return isUpright(glyph) ? glyph.right - glyph.left : glyph.top - glyph.bottom;
}

function pieceOf(page: TextPage, { run, frame }: { readonly run: Run; readonly frame: Frame }): PagePiece | null {
  const text = run.text.toWellFormed().replaceAll("\ufffd", "").trim();
  const glyphs = run.glyphs.filter(({ letters }) => letters.trim() !== "");
  const first = glyphs[0];
  if (text === "" || !first) return null;
  const lean = Math.abs(first.angle - Math.round(first.angle / quarterTurn) * quarterTurn);
  const [x, y, ...more] = lean <= levelWithin ? levelPlace(glyphs, frame) : leaningPlace(page, { glyphs, frame });
  const [width, height, turn] = more.map(rounded);
  return [text, rounded(x), rounded(y), width ?? 0, height ?? 0, turn ?? 0];
}

type Place = readonly [x: number, y: number, width: number, height: number, turn: number];

function levelPlace(glyphs: readonly Glyph[], frame: Frame): Place {
  const all = around(glyphs);
  const most = heightMost(glyphs);
  const usual = around(glyphs.filter((glyph) => heightOf(glyph) <= most));
  const isFlat = glyphs[0] === undefined || isUpright(glyphs[0]);
  const paper = isFlat
    ? { ...all, bottom: usual.bottom, top: usual.top }
    : { ...all, left: usual.left, right: usual.right };
  const { x, y, width, height } = shownBox(frame, { paper, page: 1 });
  const turn = Math.round(turnOf(glyphs, frame) / 90) * 90;
  if (turn === 90) return [x + width, y, height, width, turn];
  if (turn === 180) return [x + width, y + height, width, height, turn];
  return turn === 270 ? [x, y + height, height, width, turn] : [x, y, width, height, 0];
}

/** Fonts of rare letters may claim many times the height of what is printed: a line is as high as most of its letters, and half more at most. */
function heightMost(glyphs: readonly Glyph[]): number {
  const heights = glyphs.map(heightOf).sort((a, b) => a - b);
  return 1.5 * (heights[Math.floor(heights.length / 2)] ?? 0);
}

function around(boxes: readonly PaperBox[]): PaperBox {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.left);
    bottom = Math.min(bottom, box.bottom);
    right = Math.max(right, box.right);
    top = Math.max(top, box.top);
  }
  return { left, bottom, right, top };
}

/** From baseline and font size: the boxes of leaning letters have air around them. */
function leaningPlace(
  { pdfium, handle }: TextPage,
  { glyphs, frame }: { readonly glyphs: readonly Glyph[]; readonly frame: Frame },
): Place {
  const { wasmExports } = pdfium.memory;
  const [first, last] = [glyphs[0], glyphs.at(-1)];
  wasmExports.FPDFText_GetMatrix(handle, first?.index ?? 0, pdfium.scratch);
  const [, , c = 0, d = 1] = scratchFloats(pdfium, 4);
  const size = wasmExports.FPDFText_GetFontSize(handle, first?.index ?? 0) * Math.hypot(c, d) * frame.unit;
  const start = shownPoint(frame, first);
  const end = shownPoint(frame, last);
  const span = Math.hypot(end.x - start.x, end.y - start.y);
  const advance = glyphs.length > 1 ? span / (glyphs.length - 1) : size / 2;
  const turn = turnOf(glyphs, frame);
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const rise = (1 - descent) * size;
  return [start.x + rise * sin, start.y - rise * cos, span + advance, size, turn];
}

function shownPoint(frame: Frame, { x, y }: { readonly x: number; readonly y: number } = { x: 0, y: 0 }) {
  return shownBox(frame, { paper: { left: x, right: x, bottom: y, top: y }, page: 1 });
}

/** How far the text is turned clockwise as shown, from 0 to below 360 degrees. */
function turnOf(glyphs: readonly Glyph[], frame: Frame): number {
  const turn = (frame.rotation - ((glyphs[0]?.angle ?? 0) * 180) / Math.PI + 720) % 360;
  return turn > 359.5 ? 0 : turn;
}

/** Whether the page shows something of the piece. */
function isOn(page: Page, [, x, y, width, height, turn]: PagePiece): boolean {
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const xs = [0, width * cos, -height * sin, width * cos - height * sin].map((each) => x + each);
  const ys = [0, width * sin, height * cos, width * sin + height * cos].map((each) => y + each);
  return Math.max(...xs) > 0 && Math.max(...ys) > 0 && Math.min(...xs) < page.width && Math.min(...ys) < page.height;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
