// How a value is set into its box: fit/fitting.ts says how large, this says where, in our fonts.

import type { Box } from "../document.ts";
import { firstBaseline, fitInto, isRightToLeft, padOf } from "../fit/fitting.ts";
import { largestSignature, setSignature } from "../fit/signature.ts";
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

/** Sets a typed signature into a box, in the script font, or in italics when that lacks a letter. */
export function fitSignature(
  box: Box,
  { text, face: wanted }: { readonly text: string; readonly face: ScriptFace },
): readonly SetLine[] {
  const face: Face = isSetBy(wanted, text) ? wanted : "slanted";
  const most = face === "slanted" ? largestSignature * 0.62 : largestSignature;
  const { size, lines } = setSignature(box, { text, most, measure: (line) => inkOf(line, { face, size: 1 }) });
  return lines.map(({ text: line, x, y }) => ({ text: line, face, size, x: box.x + x, y: box.y + y }));
}
