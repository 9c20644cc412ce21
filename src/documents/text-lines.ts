// Lines of text put together by where their glyphs stand. PDFium's own text does so for most pages; where text or page is
// turned and each glyph was painted by itself, it takes pieces of one line for lines of their own.

import { isPrinted, letterOf, originOf, type TextPage, upOf } from "./text-glyphs.ts";

/** A line: its text, and the glyph of each of its characters; -1 for a blank that was put between. */
export type Line = { readonly text: string; readonly glyphs: readonly number[] };

type Glyph = {
  readonly index: number;
  readonly size: number;
  readonly angle: number;
  /** Its place along its line, and how far the line is from the origin of the page. */
  readonly along: number;
  readonly across: number;
};

/** Angles that differ by less run the same way, in radians. */
const sameAngle = 0.02;
/** Baselines that differ by less of a size are one; glyphs farther apart are two pieces of text, with a blank between. */
const sameLine = 0.15;
const apart = 1.1;

/** The lines of a page's first `count` glyphs, each read along its own direction. */
export function linesOf(page: TextPage, count: number): readonly Line[] {
  const glyphs: Glyph[] = [];
  for (let index = 0; index < count; index += 1) {
    if (isPrinted(page, index)) glyphs.push(glyphAt(page, index));
  }
  const lines: Glyph[][] = [];
  for (const glyph of glyphs.toSorted((a, b) => a.angle - b.angle || a.across - b.across)) {
    const last = lines.at(-1);
    const first = last?.[0];
    if (last && first && isSameLine(first, glyph)) last.push(glyph);
    else lines.push([glyph]);
  }
  return lines.map((line) =>
    readLine(
      page,
      line.toSorted((a, b) => a.along - b.along),
    ),
  );
}

function glyphAt(page: TextPage, index: number): Glyph {
  const { x, y } = originOf(page, index);
  const up = upOf(page, index);
  // Letters stand at a right angle to their line.
  const angle = Math.atan2(-up.x, up.y);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { index, angle, size: Math.hypot(up.x, up.y), along: x * cos + y * sin, across: y * cos - x * sin };
}

function isSameLine(a: Glyph, b: Glyph): boolean {
  return Math.abs(a.angle - b.angle) < sameAngle && Math.abs(a.across - b.across) < sameLine * Math.max(a.size, b.size);
}

function readLine(page: TextPage, line: readonly Glyph[]): Line {
  let text = "";
  const glyphs: number[] = [];
  for (const [place, glyph] of line.entries()) {
    const before = line[place - 1];
    if (before && glyph.along - before.along > apart * glyph.size) {
      text += " ";
      glyphs.push(-1);
    }
    text += letterOf(page, glyph.index);
    glyphs.push(glyph.index);
  }
  return { text, glyphs };
}
