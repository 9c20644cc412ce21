import type { Box, Field } from "./document.ts";

/**
 * Fields with the widgets as they are numbered in another document, told by their places: `found` is what that document's own form has. A
 * field whose widget is not there any more has none.
 */
export function renumbered(
  fields: readonly Field[],
  found: readonly Pick<Field, "box" | "widget">[],
): readonly Field[] {
  return fields.map(({ widget, ...field }) => {
    const same = widget === undefined ? undefined : found.find(({ box }) => isSamePlace(box, field.box));
    return same?.widget === undefined ? field : { ...field, widget: same.widget };
  });
}

function isSamePlace(a: Box, b: Box): boolean {
  const isNear = (one: number, other: number) => Math.abs(one - other) < 0.5;
  return a.page === b.page && isNear(a.x, b.x) && isNear(a.y, b.y) && isNear(a.width, b.width);
}
