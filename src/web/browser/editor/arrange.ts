/** Puts several fields in order. The first of them, in reading order, is the one that the others follow. */
import type { EditorField } from "../../../wire/editor-view.ts";
import { inReadingOrder } from "./draft.ts";
import { around, type Box, type Size, tenths } from "./geometry.ts";

/** The ways to put fields in order. */
export const arrangements = ["left", "center", "right", "top", "middle", "bottom", "size", "across", "down"] as const;

/** One of the ways. */
export type Arrangement = (typeof arrangements)[number];

/** How many fields an arrangement needs to have something to do. */
export function leastFor(arrangement: Arrangement): number {
  return arrangement === "across" || arrangement === "down" ? 3 : 2;
}

/**
 * New places by field id. Fields of another page than the first keep to their page; lines from top to bottom hold over pages,
 * those from left to right and equal distances only among the fields of the first one's page. Fixed fields stay.
 */
export function arranged(fields: readonly EditorField[], arrangement: Arrangement): ReadonlyMap<string, Partial<Box>> {
  const sorted = inReadingOrder(fields);
  const [first] = sorted;
  if (!first) return new Map();
  const isOverPages = arrangement === "left" || arrangement === "center" || arrangement === "right";
  const moved = sorted.filter(({ page }) => isOverPages || arrangement === "size" || page === first.page);
  if (arrangement === "across" || arrangement === "down") return spread(moved, arrangement);
  const frame = around(moved);
  return new Map(
    moved
      .filter(({ isFixed }) => isFixed !== true)
      .map((field) => [field.apiId, placeIn(frame, { arrangement, field, first })]),
  );
}

type Placing = { readonly arrangement: Arrangement; readonly field: Box; readonly first: Size };

function placeIn(frame: Box, { arrangement, field, first }: Placing): Partial<Box> {
  switch (arrangement) {
    case "left":
      return { x: frame.x };
    case "center":
      return { x: tenths(frame.x + (frame.width - field.width) / 2) };
    case "right":
      return { x: tenths(frame.x + frame.width - field.width) };
    case "top":
      return { y: frame.y };
    case "middle":
      return { y: tenths(frame.y + (frame.height - field.height) / 2) };
    case "bottom":
      return { y: tenths(frame.y + frame.height - field.height) };
    default:
      return { width: first.width, height: first.height };
  }
}

/** Equal distances between them; the outermost stay. */
function spread(fields: readonly EditorField[], way: "across" | "down"): ReadonlyMap<string, Partial<Box>> {
  const [start, size] = way === "across" ? (["x", "width"] as const) : (["y", "height"] as const);
  const sorted = fields.toSorted((one, other) => one[start] - other[start]);
  const frame = around(sorted);
  const taken = sorted.reduce((sum, field) => sum + field[size], 0);
  const gap = (frame[size] - taken) / Math.max(1, sorted.length - 1);
  let at = frame[start];
  const places = new Map<string, Partial<Box>>();
  for (const field of sorted) {
    if (field.isFixed !== true) places.set(field.apiId, { [start]: tenths(at) });
    at += field[size] + gap;
  }
  return places;
}
