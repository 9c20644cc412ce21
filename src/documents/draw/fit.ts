// How a value is set into its box: the largest size that holds it whole. Nothing is ever cut, nothing spills over.

import type { Box } from "../document.ts";
import { type Face, inkOf, leading, type SetLine, widthOf, wrap } from "./lettering.ts";
import { isScriptable } from "./undrawable.ts";

/** Sizes below which text breaks into lines, where the box has room for two, rather than shrinking on. */
const comfortable = 8;

/** Steps of the search for a size: 2^-12 of the start is far below what anybody sees. */
const searchSteps = 12;

/** Half the height of a capital, in sizes: what is centred on the middle of a line. */
const halfCapital = 0.357;

/** A first baseline below the top of a box, in sizes: room for accents on capitals. */
const rise = 1.0;

/**
 * Sets text into a box: at `fontSize` where it fits, else at the largest size at which it does, in several lines when
 * the box is tall. One line stands in the middle of a low box; in a tall one text starts at the top.
 */
export function fitText(
  box: Box,
  { text, fontSize }: { readonly text: string; readonly fontSize: number },
): readonly SetLine[] {
  const pad = Math.min(2, box.width * 0.04);
  const width = box.width - 2 * pad;
  const size = sizeFor(text, { width, height: box.height, most: fontSize });
  const lines = linesAt(text, { size, width });
  const step = size * leading;
  const isTall = lines.length > 1 || box.height >= 2.4 * step;
  const middle = box.y + box.height / 2 + size * halfCapital;
  const slack = Math.max(0, box.height - lines.length * step);
  const first = isTall ? box.y + Math.min(slack / 2, pad) + size * rise : middle;
  return lines.map((line, index) => ({ text: line, face: "plain", size, x: box.x + pad, y: first + index * step }));
}

function sizeFor(
  text: string,
  room: { readonly width: number; readonly height: number; readonly most: number },
): number {
  const { width, height, most } = room;
  const oneLine = Math.min(most, height / leading, oneLineSize(text, width));
  if (oneLine >= Math.min(most, comfortable)) return oneLine;
  const fits = (size: number) => {
    const lines = linesAt(text, { size, width });
    return (
      lines.length * size * leading <= height &&
      lines.every((line) => widthOf(line, { face: "plain", size }) <= width + 0.02)
    );
  };
  return Math.max(oneLine, largest(Math.min(most, height / leading), fits));
}

/** The size at which the text is as wide as its box; 0 when it has line breaks. */
function oneLineSize(text: string, width: number): number {
  if (/[\r\n]/.test(text)) return 0;
  return width / Math.max(widthOf(text, { face: "plain", size: 1 }), 0.001);
}

function linesAt(text: string, { size, width }: { readonly size: number; readonly width: number }): readonly string[] {
  return wrap(text, { face: "plain", size, width: width + 0.01 });
}

function largest(most: number, fits: (size: number) => boolean): number {
  if (fits(most)) return most;
  let [low, high] = [0, most];
  for (let step = 0; step < searchSteps; step += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low === 0 ? high : low;
}

/** A signature is never taller than this, however large its box. */
const largestSignature = 34;

/**
 * Sets a typed signature into a box: one line in the script font (in italics when that lacks a letter), as large as
 * the box holds, on a baseline that leaves descenders their room.
 */
export function fitSignature(box: Box, text: string): SetLine {
  const face: Face = isScriptable(text) ? "script" : "slanted";
  const ink = inkOf(text, { face, size: 1 });
  const pad = Math.min(3, box.width * 0.04);
  const reach = {
    width: Math.max(ink.left + ink.right, 0.1),
    ascent: Math.max(ink.ascent, 0.62),
    descent: Math.max(ink.descent, 0.2),
  };
  const most = face === "script" ? largestSignature : largestSignature * 0.62;
  const size = Math.min(
    most,
    (box.width - 2 * pad) / reach.width,
    (box.height * 0.92) / (reach.ascent + reach.descent),
  );
  const slack = box.height - size * (reach.ascent + reach.descent);
  const y = box.y + box.height - slack * 0.4 - size * reach.descent;
  return { text, face, size, x: box.x + pad + ink.left * size, y };
}
