import type { Picture } from "../evidence/tools.ts";
import type { ShownBox } from "./story-paper.ts";

/** Pixels a point in pictures of `pictureOf`. */
const scale = 2;
const dark = 140;

/** Dark pixels within a part of a box, given as shares of its width. */
export function inkIn(
  picture: Picture,
  { box, from, to }: { readonly box: ShownBox; readonly from: number; readonly to: number },
): number {
  let ink = 0;
  const left = Math.round((box.x + box.width * from) * scale);
  const right = Math.round((box.x + box.width * to) * scale);
  for (let y = Math.round(box.y * scale); y < Math.round((box.y + box.height) * scale); y += 1) {
    for (let x = left; x < right; x += 1) if (greyAt(picture, { x, y }) < dark) ink += 1;
  }
  return ink;
}

/**
 * The places, in points, where two pictures differ: outside of the boxes widened by `margin` points, by more than
 * `allows` grey values at that place.
 */
export function differences(
  [before, after]: readonly [Picture, Picture],
  ask: {
    readonly boxes: readonly ShownBox[];
    readonly margin: number;
    readonly allows: (point: { readonly x: number; readonly y: number }) => number;
  },
): readonly string[] {
  const found: string[] = [];
  for (let y = 0; y < before.height; y += 1) {
    for (let x = 0; x < before.width; x += 1) {
      const point = { x: x / scale, y: y / scale };
      const by = Math.abs(greyAt(before, { x, y }) - greyAt(after, { x, y }));
      if (by <= ask.allows(point) || ask.boxes.some((box) => isWithin(box, { point, margin: ask.margin }))) continue;
      found.push(`${point.x}, ${point.y} by ${by}`);
    }
  }
  return found;
}

/** How far a point is from the diagonal that rises from the lower left corner. */
export function fromDiagonal(
  { x, y }: { readonly x: number; readonly y: number },
  { width, height }: { readonly width: number; readonly height: number },
): number {
  return Math.abs((x - width / 2) * height + (y - height / 2) * width) / Math.hypot(width, height);
}

function greyAt({ grey, width }: Picture, { x, y }: { readonly x: number; readonly y: number }): number {
  return grey[y * width + x] ?? 255;
}

function isWithin(
  box: ShownBox,
  { point, margin }: { readonly point: { readonly x: number; readonly y: number }; readonly margin: number },
): boolean {
  const { x, y } = point;
  return (
    x >= box.x - margin && x <= box.x + box.width + margin && y >= box.y - margin && y <= box.y + box.height + margin
  );
}
