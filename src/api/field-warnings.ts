import type { FieldDraft } from "../documents/document.ts";
import { unusedGroups } from "../wire/form-field-groups.ts";
import type { Warning } from "../wire/shapes.ts";

/** What is told of fields that cover each other, or may lie beside their page; and of defined groups (`form_field_groups`) that no field names. */
export function fieldWarnings(fields: readonly FieldDraft[], groups: unknown): readonly Warning[] {
  return [...overlapWarnings(fields), ...placementWarnings(fields), ...groupWarnings(fields, groups)];
}

/** Fields of one file, placed by the same system, that cover each other: the first pair is told. */
function overlapWarnings(fields: readonly FieldDraft[]): readonly Warning[] {
  const places = Map.groupBy(fields, ({ documentIndex, page }) => `${documentIndex} ${page}`);
  for (const onPage of places.values()) {
    const inOrder = onPage.toSorted((a, b) => a.y - b.y);
    for (const [index, one] of inOrder.entries()) {
      const other = inOrder.slice(index + 1).find((next) => next.y >= bottomOf(one) || isOver(one, next));
      if (other === undefined || other.y >= bottomOf(one)) continue;
      const words = `The fields ${one.apiId} and ${other.apiId} cover each other.`;
      return [{ warning_name: "form_fields_overlap", warning_msg: words }];
    }
  }
  return [];
}

function isOver(a: FieldDraft, b: FieldDraft): boolean {
  return a.x < rightOf(b) && b.x < rightOf(a) && a.y < bottomOf(b) && b.y < bottomOf(a);
}

function rightOf({ x, width, page }: FieldDraft): number {
  return x + width * unitsOf(page);
}

function bottomOf({ y, height, page }: FieldDraft): number {
  return y + height * unitsOf(page);
}

/** Sizes are measured at 80 DPI always, places at 72 where a page is named. */
function unitsOf(page: number | null): number {
  return page === null ? 1 : 72 / 80;
}

/** How large pages are is known later: till then each is taken for Letter. */
function placementWarnings(fields: readonly FieldDraft[]): readonly Warning[] {
  const outside = fields.filter(leavesLetter).map(({ apiId }) => apiId);
  if (outside.length === 0) return [];
  const words =
    "may lie outside of its page, taken for Letter. A field that leans over an edge is moved onto its page; one that lies wholly outside cannot be placed, and processing fails.";
  return [{ warning_name: "form_fields_placement", warning_msg: `${cut(outside.join(", "))}: ${words}` }];
}

/** Letter is 612 by 792 at 72 DPI, 680 by 880 at 80, where x begins at 100. */
function leavesLetter(field: FieldDraft): boolean {
  const { x, y, page } = field;
  const [left, right, bottom] = page === null ? [100, 780, 880] : [0, 612, 792];
  // Where no page is named, y runs on through pages: of those behind the first nobody knows yet where they begin.
  const isBehind = page === null && y >= bottom;
  return x < left || rightOf(field) > right || y < 0 || (!isBehind && bottomOf(field) > bottom);
}

function groupWarnings(fields: readonly FieldDraft[], groups: unknown): readonly Warning[] {
  const unused = unusedGroups(groups, fields);
  if (unused.length === 0) return [];
  const words = "no checkbox and no radio button that is taken is in it, so it was ignored";
  return [
    { warning_name: "parameter_ignored", warning_msg: `form_field_groups, ${cut(unused.join(", "))}: ${words}.` },
  ];
}

function cut(names: string): string {
  return names.length > 500 ? `${names.slice(0, 500)}…` : names;
}
