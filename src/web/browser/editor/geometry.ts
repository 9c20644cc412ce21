/** Boxes on a page: points, from its top left. Nothing here knows of a browser. */

/** A rectangle. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** How large a page is. */
export type Size = Pick<Box, "width" | "height">;

/** How far something moves. */
export type Shift = { readonly dx: number; readonly dy: number };

/** A corner or an edge by which a box is pulled: compass points, the top being the north. */
export type Handle = "n" | "ne" | "e" | "se" | "s" | "sw" | "w" | "nw";

/** The least side of a field, in points: smaller ones cannot be met by a finger or an eye. */
export const leastSide = 6;

/** The box, moved and if need be shrunk so that it lies on the page, in tenths of a point. */
export function onPage(box: Box, page: Size): Box {
  const width = Math.min(Math.max(box.width, leastSide), page.width);
  const height = Math.min(Math.max(box.height, leastSide), page.height);
  return {
    x: tenths(clamp(box.x, page.width - width)),
    y: tenths(clamp(box.y, page.height - height)),
    width: tenths(width),
    height: tenths(height),
  };
}

/** The box, pulled at a handle: the opposite side stays where it is. */
export function pulled(
  box: Box,
  { handle, dx, dy, page }: Shift & { readonly handle: Handle; readonly page: Size },
): Box {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (handle.includes("w")) left = Math.min(Math.max(0, left + dx), right - leastSide);
  if (handle.includes("e")) right = Math.max(Math.min(page.width, right + dx), left + leastSide);
  if (handle.includes("n")) top = Math.min(Math.max(0, top + dy), bottom - leastSide);
  if (handle.includes("s")) bottom = Math.max(Math.min(page.height, bottom + dy), top + leastSide);
  return { x: tenths(left), y: tenths(top), width: tenths(right - left), height: tenths(bottom - top) };
}

/** The least box around all of them. */
export function around(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether two boxes have a place in common. */
export function meet(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** The shift that keeps all boxes on their pages, as near to the wanted one as that goes. */
export function boundShift(placed: readonly { readonly box: Box; readonly page: Size }[], { dx, dy }: Shift): Shift {
  const bound = (wanted: number, least: number, most: number) =>
    Math.min(Math.max(wanted, least), Math.max(least, most));
  return {
    dx: bound(
      dx,
      Math.max(...placed.map(({ box }) => -box.x)),
      Math.min(...placed.map(({ box, page }) => page.width - box.x - box.width)),
    ),
    dy: bound(
      dy,
      Math.max(...placed.map(({ box }) => -box.y)),
      Math.min(...placed.map(({ box, page }) => page.height - box.y - box.height)),
    ),
  };
}

/** Rounded to tenths of a point, finer than any eye sees. */
export function tenths(points: number): number {
  return Math.round(points * 10) / 10;
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(0, value), Math.max(0, most));
}
