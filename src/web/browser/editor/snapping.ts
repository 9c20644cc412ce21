/** Where a box that is moved or pulled would rather stand: in line with others, with the page's edges and its middle. */
import { around, type Box, type Handle, type Shift, type Size } from "./geometry.ts";

/** A line that the box has come to stand on: at this `x` from top to bottom, or at this `y` from left to right. */
export type Guide = { readonly axis: "x" | "y"; readonly at: number };

/** What snapping adds to a movement, and the lines that made it. */
export type Snap = Shift & { readonly guides: readonly Guide[] };

type Surroundings = {
  readonly others: readonly Box[];
  readonly page: Size;
  /** How near a line must be to draw the box to it, in points. */
  readonly reach: number;
};

/** Draws a moved box to the nearest line in each direction, by any of its edges or its middle. */
export function snapMoved(box: Box, surroundings: Surroundings): Snap {
  const x = nearest(linesOf(box.x, box.width), "x", surroundings);
  const y = nearest(linesOf(box.y, box.height), "y", surroundings);
  return { dx: x.shift, dy: y.shift, guides: [...x.guides, ...y.guides] };
}

/** Draws the sides that a handle pulls, likewise; the others stay. */
export function snapPulled(box: Box, { handle, ...surroundings }: Surroundings & { readonly handle: Handle }): Snap {
  const sides = (start: number, size: number, [first, last]: readonly [string, string]) => [
    ...(handle.includes(first) ? [start] : []),
    ...(handle.includes(last) ? [start + size] : []),
  ];
  const x = nearest(sides(box.x, box.width, ["w", "e"]), "x", surroundings);
  const y = nearest(sides(box.y, box.height, ["n", "s"]), "y", surroundings);
  return { dx: x.shift, dy: y.shift, guides: [...x.guides, ...y.guides] };
}

/** Several boxes move as one: the box around them is drawn. */
export function snapTogether(boxes: readonly Box[], surroundings: Surroundings): Snap {
  return snapMoved(around(boxes), surroundings);
}

function nearest(
  lines: readonly number[],
  axis: Guide["axis"],
  { others, page, reach }: Surroundings,
): { readonly shift: number; readonly guides: readonly Guide[] } {
  const marks = [
    ...linesOf(0, axis === "x" ? page.width : page.height),
    ...others.flatMap((other) => (axis === "x" ? linesOf(other.x, other.width) : linesOf(other.y, other.height))),
  ];
  let best: { readonly shift: number; readonly at: number } | null = null;
  for (const line of lines)
    for (const at of marks) {
      const shift = at - line;
      if (Math.abs(shift) <= reach && (best === null || Math.abs(shift) < Math.abs(best.shift))) best = { shift, at };
    }
  return best === null ? { shift: 0, guides: [] } : { shift: best.shift, guides: [{ axis, at: best.at }] };
}

/** Start, middle and end. */
function linesOf(start: number, size: number): readonly number[] {
  return [start, start + size / 2, start + size];
}
