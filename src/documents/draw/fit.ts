// How a value is set into its box: fit/fitting.ts says how large, this says where, in our fonts.

import type { Box } from "../document.ts";
import { firstBaseline, fitInto, isRightToLeft, padOf } from "../fit/fitting.ts";
import type { Face, ScriptFace } from "./fonts.ts";
import { inkOf, measureIn, type SetLine } from "./lettering.ts";
import { isSetBy } from "./undrawable.ts";

/**
 * Sets text into a box: at `fontSize` where it fits, else at the largest size at which it does, in several lines when
 * the box is tall. Writing from right to left stands at the right edge.
 */
export function fitText(
  box: Box,
  { text, fontSize, face = "plain" }: { readonly text: string; readonly fontSize: number; readonly face?: Face },
): readonly SetLine[] {
  const fitted = fitInto(box, { text, fontSize, measure: measureIn(face) });
  const { size, lines, reach } = fitted;
  const first = box.y + firstBaseline(box, fitted);
  const pad = padOf(box);
  const edge = isRightToLeft(text) ? "right" : "left";
  const x = edge === "right" ? box.x + box.width - pad : box.x + pad;
  const step = size * (reach.rise + reach.drop);
  return lines.map((line, index) => ({ text: line, face, size, x, y: first + index * step, edge }));
}

/** A signature is never taller than this, however large its box. */
const largestSignature = 34;

/**
 * Sets a typed signature into a box: one line in the script font (in italics when that lacks a letter), as large as
 * the box holds, on a baseline that leaves descenders their room.
 */
export function fitSignature(
  box: Box,
  { text, face: wanted }: { readonly text: string; readonly face: ScriptFace },
): SetLine {
  const face: Face = isSetBy(wanted, text) ? wanted : "slanted";
  const ink = inkOf(text, { face, size: 1 });
  const pad = Math.min(3, box.width * 0.04);
  const reach = {
    width: Math.max(ink.left + ink.right, 0.1),
    ascent: Math.max(ink.ascent, 0.62),
    descent: Math.max(ink.descent, 0.2),
  };
  const most = face === "slanted" ? largestSignature * 0.62 : largestSignature;
  const size = Math.min(
    most,
    (box.width - 2 * pad) / reach.width,
    (box.height * 0.92) / (reach.ascent + reach.descent),
  );
  const slack = box.height - size * (reach.ascent + reach.descent);
  const y = box.y + box.height - slack * 0.4 - size * reach.descent;
  return { text, face, size, x: box.x + pad + ink.left * size, y };
}
