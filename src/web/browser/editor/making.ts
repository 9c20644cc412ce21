/** New fields, and copies of fields. */
import { limits } from "../../../base/limits.ts";
import type { EditorField } from "../../../wire/editor-view.ts";
import type { Draft, Kind } from "./draft.ts";
import { onPage, type Size } from "./geometry.ts";

const sizes: Readonly<Record<Kind, Size>> = {
  signature: { width: 160, height: 36 },
  initials: { width: 60, height: 30 },
  date_signed: { width: 90, height: 20 },
  text: { width: 160, height: 20 },
  checkbox: { width: 14, height: 14 },
  radio: { width: 14, height: 14 },
  dropdown: { width: 140, height: 20 },
  hyperlink: { width: 140, height: 20 },
  "text-merge": { width: 160, height: 20 },
  "checkbox-merge": { width: 14, height: 14 },
};

/** How far apart the two radio buttons of a new group stand, and a copy from what it was copied from; in points. */
const apart = 22;

/** How large a new field of a kind is, in points. */
export function sizeOf(kind: Kind): Size {
  return sizes[kind];
}

/** How much room what comes of a placing takes around the place: the second radio button of a group stands below. */
export function roomOf(kind: Kind): Size {
  const { width, height } = sizes[kind];
  return { width, height: kind === "radio" ? height + 2 * apart : height };
}

/** What is placed, for whom, and where its middle stands. */
export type Placing = {
  readonly kind: Kind;
  readonly signer: number | null;
  /** The merge field's. */
  readonly name?: string;
  readonly page: number;
  readonly x: number;
  readonly y: number;
};

/** The fields that come of a placing: one, or the two radio buttons of a new group. */
export function madeFields(
  draft: Draft,
  { placing, page, words }: { readonly placing: Placing; readonly page: Size; readonly words: MadeWords },
): readonly EditorField[] {
  const { kind, signer, name = "" } = placing;
  const { width, height } = sizes[kind];
  const free = freeIds(draft);
  const box = (dy: number) => onPage({ x: placing.x - width / 2, y: placing.y - height / 2 + dy, width, height }, page);
  const field = (dy: number): EditorField => ({
    apiId: free(),
    type: kind,
    name,
    signer: kind === "text-merge" || kind === "checkbox-merge" ? null : signer,
    required: kind === "signature" || kind === "initials" || kind === "text" || kind === "dropdown",
    page: placing.page,
    ...box(dy),
  });

  if (kind === "radio") {
    const group = { id: freeGroup(draft), label: "", least: 1, most: 1 };
    return [0, apart].map((dy) => ({ ...field(dy), group, checked: false }));
  }
  if (kind === "checkbox") return [{ ...field(0), checked: false }];
  if (kind === "dropdown") return [{ ...field(0), options: words.options }];
  if (kind === "hyperlink") return [{ ...field(0), content: words.link, contentUrl: "https://" }];
  return [field(0)];
}

/** What a new field says until somebody writes something better. */
export type MadeWords = { readonly options: readonly string[]; readonly link: string };

/** Copies of fields, a little lower. Radio buttons that are all copied make a group of their own; a single one joins its group. */
export function copiesOf(
  draft: Draft,
  { fields, pages }: { readonly fields: readonly EditorField[]; readonly pages: readonly Size[] },
): readonly EditorField[] {
  const free = freeIds(draft);
  const copied = fields.filter(({ isFixed }) => isFixed !== true);
  const ids = new Map(copied.map(({ apiId }) => [apiId, free()]));
  const groups = new Map<string, string>();
  const taken: EditorField[] = [...draft.fields];

  return copied.map((field): EditorField => {
    const page = pages[field.page - 1] ?? { width: 612, height: 792 };
    const { group, condition, ...rest } = field;
    const copy: EditorField = {
      ...rest,
      ...onPage({ ...field, x: field.x, y: field.y + Math.max(field.height + 4, 12) }, page),
      apiId: ids.get(field.apiId) ?? field.apiId,
      ...(field.checked === undefined ? {} : { checked: field.type === "radio" ? false : field.checked }),
      ...(condition ? { condition: { ...condition, field: ids.get(condition.field) ?? condition.field } } : {}),
    };
    if (!group) return copy;
    const together = copied.filter((other) => other.group?.id === group.id).length;
    const all = draft.fields.filter((other) => other.group?.id === group.id).length;
    if (together < 2 || together < all) return { ...copy, group };
    const id = groups.get(group.id) ?? freeGroup({ fields: taken });
    groups.set(group.id, id);
    taken.push({ ...copy, group: { ...group, id } });
    return { ...copy, group: { ...group, id } };
  });
}

/** Ids that no field has, one after the other. */
function freeIds({ fields }: Pick<Draft, "fields">): () => string {
  const taken = new Set(fields.map(({ apiId }) => apiId));
  let number = 0;
  return () => {
    do number += 1;
    while (taken.has(`field_${number}`));
    return `field_${number}`;
  };
}

/** An id that no group has. */
export function freeGroup({ fields }: Pick<Draft, "fields">): string {
  const taken = new Set(fields.map(({ group }) => group?.id));
  for (let number = 1; number <= limits.fieldsPerRequest; number += 1)
    if (!taken.has(`group_${number}`)) return `group_${number}`;
  return `group_${limits.fieldsPerRequest + 1}`;
}
