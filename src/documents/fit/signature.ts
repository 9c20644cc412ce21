/**
 * How a typed signature is set into its box: as large as the box holds, on one line, or on up to three where one would be too small to
 * read. Runs in the page and where documents are drawn: it touches nothing of Node's or the browser's.
 */
import type { Room } from "./fitting.ts";

/** How far the ink of a text reaches around the start of its baseline, in sizes. */
export type InkReach = {
  readonly left: number;
  readonly right: number;
  readonly ascent: number;
  readonly descent: number;
};

/** A signature as it is set: its size in points, and where each line begins on its baseline, from the top left of the box. */
export type SetSignature = {
  readonly size: number;
  readonly lines: readonly { readonly text: string; readonly x: number; readonly y: number }[];
};

type Asked = {
  readonly text: string;
  /** The largest size, in points. */
  readonly most: number;
  readonly measure: (text: string) => InkReach;
};

/** A signature is never taller than this, in points, however large its box. */
export const largestSignature = 34;

/** Below this size a name of several words breaks into lines where that makes it larger. */
const comfortable = 12;

const mostLines = 3;

/** Of the height of the box: the rest is air. */
const share = 0.92;

/** Sets a signature into a box. Lines break between words only; every descender has its room. */
export function setSignature(box: Room, asked: Asked): SetSignature {
  const one = setLines(box, { ...asked, lines: [asked.text] });
  const words = asked.text.split(" ").filter((word) => word !== "");
  if (one.size >= Math.min(comfortable, asked.most) || words.length < 2) return one;
  const counts = Array.from({ length: Math.min(mostLines, words.length) - 1 }, (_, index) => index + 2);
  return counts
    .map((count) => setLines(box, { ...asked, lines: evenLines(words, { count, measure: asked.measure }) }))
    .reduce((best, next) => (next.size > best.size ? next : best), one);
}

function setLines(
  box: Room,
  { lines, most, measure }: Omit<Asked, "text"> & { readonly lines: readonly string[] },
): SetSignature {
  const inks = lines.map(measure);
  const width = Math.max(0.1, ...inks.map(({ left, right }) => left + right));
  const ascent = Math.max(0.62, ...inks.map((ink) => ink.ascent));
  const descent = Math.max(0.2, ...inks.map((ink) => ink.descent));
  const pad = Math.min(3, box.width * 0.04);
  const high = lines.length * (ascent + descent);
  const size = Math.min(most, (box.width - 2 * pad) / width, (box.height * share) / high);
  const top = (box.height - size * high) * 0.6;
  return {
    size,
    lines: lines.map((text, index) => ({
      text,
      x: pad + (inks[index]?.left ?? 0) * size,
      y: top + size * (ascent + index * (ascent + descent)),
    })),
  };
}

/** The words in so many lines that the longest is as short as can be. */
function evenLines(
  words: readonly string[],
  { count, measure }: { readonly count: number; readonly measure: Asked["measure"] },
): readonly string[] {
  const widths = words.map((word) => widthOf(measure(word)));
  const gap = Math.max(0.1, widthOf(measure("n n")) - 2 * widthOf(measure("n")));
  const width = (from: number, to: number) =>
    widths.slice(from, to).reduce((sum, one) => sum + one, 0) + (to - from - 1) * gap;
  const broken = (from: number, left: number): { readonly widest: number; readonly ends: readonly number[] } => {
    if (left === 1) return { widest: width(from, words.length), ends: [words.length] };
    const ways = Array.from({ length: words.length - left + 1 - from }, (_, index) => {
      const end = from + index + 1;
      const rest = broken(end, left - 1);
      return { widest: Math.max(width(from, end), rest.widest), ends: [end, ...rest.ends] };
    });
    return ways.reduce((best, next) => (next.widest < best.widest ? next : best));
  };
  const { ends } = broken(0, count);
  return ends.map((end, index) => words.slice(ends[index - 1] ?? 0, end).join(" "));
}

function widthOf({ left, right }: InkReach): number {
  return left + right;
}
