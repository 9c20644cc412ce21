/**
 * Ink that is no letters: where it stands in its box, and the outline of a stroke. The page and the document both ask here, so
 * that what is shown is what is sealed. Points have x to the right, y downwards.
 */

/** How strokes become ribbons (perfect-freehand): a pen that thins with speed, or follows the pressure where there is some. */
export const penOptions = { size: 6, thinning: 0.6, smoothing: 0.5, streamline: 0.4 } as const;

/** A size; any unit. */
export type Size = { readonly width: number; readonly height: number };

/** Drawn ink is never taller than this, in points, however large its box. */
const tallest = 60;

/** How ink of this size is scaled and moved into a box: as large as the box holds, at its left, in the middle of its height. */
export function placeInk(ink: Size, box: Size): { readonly scale: number; readonly x: number; readonly y: number } {
  const pad = Math.min(3, box.width * 0.04);
  const scale = Math.min(
    (box.width - 2 * pad) / Math.max(ink.width, 1),
    (box.height * 0.96) / Math.max(ink.height, 1),
    tallest / Math.max(ink.height, 1),
  );
  return { scale, x: pad, y: (box.height - ink.height * scale) / 2 };
}

/** The points of a stroke, kept as one row of numbers: x, y and pressure of each. */
export function pointsOf(stroke: readonly number[]): [number, number, number][] {
  return Array.from({ length: Math.floor(stroke.length / 3) }, (_, index) => [
    stroke[3 * index] ?? 0,
    stroke[3 * index + 1] ?? 0,
    stroke[3 * index + 2] ?? 0.5,
  ]);
}

/** An SVG path around a ribbon, rounded between its corners. */
export function outlinePath(corners: readonly (readonly number[])[]): string {
  const [first, ...rest] = corners;
  if (!first || rest.length < 2) return "";
  const all = [...rest, first];
  const curves = all.map((corner, index) => {
    const next = all[(index + 1) % all.length] ?? corner;
    return `${round(corner[0])} ${round(corner[1])} ${round(mean(corner[0], next[0]))} ${round(mean(corner[1], next[1]))}`;
  });
  const [start] = rest;
  return `M${round(mean(first[0], start?.[0]))} ${round(mean(first[1], start?.[1]))}Q${curves.join(" ")}Z`;
}

function mean(one = 0, other = 0): number {
  return (one + other) / 2;
}

function round(value = 0): string {
  return String(Math.round(value * 100) / 100);
}
