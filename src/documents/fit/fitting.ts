/**
 * How a text is set into its box: the largest size, up to the wanted one, at which it is held whole. Nothing is ever cut,
 * nothing spills over. Runs in the page and where documents are drawn: it touches nothing of Node's or the browser's.
 */
import { breakLines, type Measure } from "./breaks.ts";

/** A box in points. */
export type Room = { readonly width: number; readonly height: number };

/** A text as it is set: size in points, its lines, and how far a line reaches above and below its baseline, in sizes. */
export type Fitted = { readonly size: number; readonly lines: readonly string[]; readonly reach: Reach };

/** How far a line reaches above and below its baseline, in sizes; both together are the distance of two baselines. */
export type Reach = { readonly rise: number; readonly drop: number };

/** Sizes below which text breaks into lines, where the box has room for two, rather than shrinking on. */
const comfortable = 8;

/** Half the height of a capital, in sizes: what is centred on the middle of a line. */
const halfCapital = 0.357;

/** Steps of the search for a size: 2^-12 of the start is far below what anybody sees. */
const searchSteps = 12;

/** A wrapped line may be wider by what the search leaves open. */
const slack = 0.02;

/** Writing with marks far above or below its letters. */
const tall =
  /[\p{Script=Arabic}\p{Script=Thai}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Hebrew}]/u;

/** How far lines of this text reach: room for accents on capitals, or for the marks of taller writing. */
function reachOf(text: string): Reach {
  return tall.test(text) ? { rise: 1.25, drop: 0.5 } : { rise: 1, drop: 0.25 };
}

/** Blank on each side of a text in its box, in points. */
export function padOf({ width }: Room): number {
  return Math.min(2, width * 0.04);
}

/** Sets a text into a box at `fontSize` points where it fits, else at the largest size at which it does, in several lines where the box is tall. */
export function fitInto(
  box: Room,
  { text, fontSize, measure }: { readonly text: string; readonly fontSize: number; readonly measure: Measure },
): Fitted {
  const reach = reachOf(text);
  const leading = reach.rise + reach.drop;
  const width = box.width - 2 * padOf(box);
  const linesAt = (size: number) => breakLines(text, { measure, width: (width + 0.01) / size });
  const most = Math.min(fontSize, box.height / leading);
  const oneLine = Math.min(most, oneLineSize(text, { measure, width }));
  const least = isArea(box, fontSize) ? fontSize : Math.min(fontSize, comfortable);
  if (oneLine >= least) return { size: oneLine, lines: linesAt(oneLine), reach };

  const fits = (size: number) => {
    const lines = linesAt(size);
    return lines.length * size * leading <= box.height && lines.every((line) => measure(line) * size <= width + slack);
  };
  const size = Math.max(oneLine, largest(most, fits));
  return { size, lines: linesAt(size), reach };
}

/** Whether a box is for several lines: text wraps there before it shrinks, and starts at the top. */
export function isArea({ height }: Pick<Room, "height">, fontSize: number): boolean {
  return height >= 3 * fontSize;
}

/**
 * Where the first baseline stands below the top of the box, in points: one line stands in the middle of a low box; in a tall
 * one text starts at the top.
 */
export function firstBaseline(box: Room, { size, lines, reach }: Fitted): number {
  const step = size * (reach.rise + reach.drop);
  const isTall = lines.length > 1 || box.height >= 2.4 * step;
  if (!isTall) return box.height / 2 + size * halfCapital;
  const free = Math.max(0, box.height - lines.length * step);
  return Math.min(free / 2, padOf(box)) + size * reach.rise;
}

/** Whether a line is read from right to left: its first letter with a direction says so. */
export function isRightToLeft(text: string): boolean {
  const first = /[\p{L}]/u.exec(text)?.[0] ?? "";
  return /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(first);
}

/** The size at which the text is as wide as its box; 0 when it has line ends. */
function oneLineSize(text: string, { measure, width }: { readonly measure: Measure; readonly width: number }): number {
  return /[\r\n]/.test(text) ? 0 : width / Math.max(measure(text), 0.001);
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
