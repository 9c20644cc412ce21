/** What is done with fields, by keys, buttons and pointers alike: each is one step of undo, and is told. */
import type { EditorField } from "../../../wire/editor-view.ts";
import { type Arrangement, arranged } from "./arrange.ts";
import { announce, choose, chosenOf, type Desk, draftOf, edit } from "./desk.ts";
import { inReadingOrder, isMerge, mayBeMeNow, withChanges, withoutFields } from "./draft.ts";
import { type Box, boundShift, onPage, pulled, type Shift, type Size, tenths } from "./geometry.ts";
import { copiesOf, madeFields, type Placing } from "./making.ts";
import { kindWord, tell } from "./words.ts";

/** The size of a page; that of a letter where there is none, which cannot be. */
export function pageOf(desk: Desk, page: number): Size {
  return desk.view.pages[page - 1] ?? { width: 612, height: 792 };
}

/** Puts a new field onto a page, chooses it, and leads the focus to it. */
export function placeField(desk: Desk, placing: Placing): void {
  const draft = draftOf(desk);
  const words = { options: [1, 2].map((number) => tell("prop.option", { number })), link: tell("prop.linkText") };
  const signer = placing.signer === null && !mayBeMeNow(placing.kind) ? firstSigner(desk) : placing.signer;
  const made = madeFields(draft, { placing: { ...placing, signer }, page: pageOf(desk, placing.page), words });
  const [first] = made;
  if (!first) return;
  desk.selection = new Set(made.map(({ apiId }) => apiId));
  desk.focusNext = first.apiId;
  const says = tell("told.placed", { kind: kindWord(first), page: first.page });
  edit(desk, { draft: { ...draft, fields: [...draft.fields, ...made] }, says });
}

function firstSigner(desk: Desk): number | null {
  return draftOf(desk).signers.length > 0 ? 0 : null;
}

/** Changes fields; typing under the same key is one step. */
export function changeFields(
  desk: Desk,
  {
    ids,
    change,
    key,
  }: { readonly ids: readonly string[]; readonly change: Partial<EditorField>; readonly key?: string },
): void {
  const changes = new Map(ids.map((id) => [id, change]));
  edit(desk, { draft: withChanges(draftOf(desk), changes), key: key ?? null });
}

/** Takes members off a field that may be absent. */
export function clearMember(
  desk: Desk,
  {
    ids,
    member,
  }: {
    readonly ids: readonly string[];
    readonly member: "group" | "condition" | "validation" | "fontFamily" | "fontSize" | "autoFill" | "linkId";
  },
): void {
  const draft = draftOf(desk);
  const fields = draft.fields.map((field): EditorField => {
    if (!ids.includes(field.apiId)) return field;
    const { [member]: _, ...rest } = field;
    return rest;
  });
  edit(desk, { draft: { ...draft, fields } });
}

/** Moves what is chosen; as many steps of a key as follow each other are one step back. */
export function moveChosen(desk: Desk, shift: Shift): void {
  const fields = movable(desk);
  if (fields.length === 0) return;
  const placed = fields.map((field) => ({ box: field, page: pageOf(desk, field.page) }));
  const { dx, dy } = boundShift(placed, shift);
  const changes = new Map(fields.map((field) => [field.apiId, { x: tenths(field.x + dx), y: tenths(field.y + dy) }]));
  const [first] = fields;
  const told = { x: tenths((first?.x ?? 0) + dx), y: tenths((first?.y ?? 0) + dy), page: first?.page ?? 1 };
  edit(desk, { draft: withChanges(draftOf(desk), changes), key: "move", says: tell("told.moved", told) });
}

/** Makes what is chosen larger or smaller at its right and lower edge. */
export function resizeChosen(desk: Desk, shift: Shift): void {
  const fields = movable(desk);
  const boxes = new Map(
    fields.map((field) => [field.apiId, pulled(field, { handle: "se", ...shift, page: pageOf(desk, field.page) })]),
  );
  const first = boxes.get(fields[0]?.apiId ?? "");
  if (!first) return;
  const says = tell("told.resized", { width: first.width, height: first.height });
  edit(desk, { draft: withChanges(draftOf(desk), boxes), key: "resize", says });
}

/** Moves what is chosen by so many pages, as far as there are any. */
export function turnChosen(desk: Desk, pages: number): void {
  const all = desk.view.pages.length;
  const fields = movable(desk);
  const changes = new Map(
    fields.map((field) => {
      const page = Math.min(Math.max(1, field.page + pages), all);
      return [field.apiId, { page, ...onPage(field, pageOf(desk, page)) }];
    }),
  );
  const first = fields[0] && changes.get(fields[0].apiId);
  if (!first) return;
  desk.focusNext = fields[0]?.apiId ?? null;
  const says = tell("told.moved", { x: first.x, y: first.y, page: first.page });
  edit(desk, { draft: withChanges(draftOf(desk), changes), key: "turn", says });
}

/** Puts fields where a pointer has brought them. */
export function putFields(desk: Desk, places: ReadonlyMap<string, Box & { readonly page: number }>): void {
  const [[id, first] = []] = places;
  if (id === undefined || !first) return;
  desk.focusNext = id;
  const says = tell("told.moved", { x: first.x, y: first.y, page: first.page });
  edit(desk, { draft: withChanges(draftOf(desk), places), says });
}

/** Removes what is chosen; the focus goes to the field before. */
export function removeChosen(desk: Desk): void {
  if (desk.selection.size === 0) return;
  const order = inReadingOrder(draftOf(desk).fields);
  const at = order.findIndex(({ apiId }) => desk.selection.has(apiId));
  const left = order.filter(({ apiId }) => !desk.selection.has(apiId));
  desk.focusNext = (left[Math.max(0, at - 1)] ?? left[0])?.apiId ?? "";
  const says = tell("told.removed", { count: desk.selection.size });
  edit(desk, { draft: withoutFields(draftOf(desk), desk.selection), says });
  desk.isSideOpen = false;
  desk.onChange();
}

/** Remembers what is chosen, to be put in again. */
export function copyChosen(desk: Desk): void {
  desk.clipboard = chosenOf(desk);
  announce(desk, tell("told.copied", { count: desk.clipboard.length }));
}

/** Puts copies of fields in, and chooses them. */
export function pasteFields(desk: Desk, fields: readonly EditorField[]): void {
  const draft = draftOf(desk);
  const copies = copiesOf(draft, { fields, pages: desk.view.pages });
  if (copies.length === 0) return;
  desk.selection = new Set(copies.map(({ apiId }) => apiId));
  desk.focusNext = copies[0]?.apiId ?? null;
  // The next copy stands below this one.
  desk.clipboard = desk.clipboard === fields ? copies : desk.clipboard;
  const says = tell("told.pasted", { count: copies.length });
  edit(desk, { draft: { ...draft, fields: [...draft.fields, ...copies] }, says });
}

/** Copies of what is chosen. */
export function duplicateChosen(desk: Desk): void {
  pasteFields(desk, chosenOf(desk));
}

/** Puts what is chosen in order. */
export function arrangeChosen(desk: Desk, arrangement: Arrangement): void {
  const wanted = arranged(chosenOf(desk), arrangement);
  const boxes = new Map(
    chosenOf(desk).flatMap((field) => {
      const place = wanted.get(field.apiId);
      return place ? [[field.apiId, onPage({ ...field, ...place }, pageOf(desk, field.page))] as const] : [];
    }),
  );
  edit(desk, { draft: withChanges(draftOf(desk), boxes), says: tell("told.arranged") });
}

/** Gives what is chosen to somebody, with all of its groups; what they cannot fill stays with whom it was. */
export function giveChosen(desk: Desk, signer: number | null): void {
  const groups = new Set(chosenOf(desk).map(({ group }) => group?.id));
  const meant = draftOf(desk).fields.filter(
    ({ apiId, group }) => desk.selection.has(apiId) || (group !== undefined && groups.has(group.id)),
  );
  const given = meant.filter((field) => !isMerge(field) && (signer !== null || mayBeMeNow(field.type)));
  changeFields(desk, { ids: given.map(({ apiId }) => apiId), change: { signer } });
}

/** Chooses every field. */
export function chooseAll(desk: Desk): void {
  choose(
    desk,
    draftOf(desk).fields.map(({ apiId }) => apiId),
  );
  announce(desk, tell("told.chosen", { count: desk.selection.size }));
}

function movable(desk: Desk): readonly EditorField[] {
  const fields = chosenOf(desk).filter(({ isFixed }) => isFixed !== true);
  if (fields.length === 0 && desk.selection.size > 0) announce(desk, tell("told.fixed"));
  return fields;
}
