/** What is edited, and what can be asked of it. */
import type { EditorField, EditorSave } from "../../../wire/editor-view.ts";

/** All that one step of undo brings back. */
export type Draft = Omit<EditorSave, "revision">;

/** The kinds of field, in the order of the palette. */
export const kinds = [
  "signature",
  "initials",
  "date_signed",
  "text",
  "checkbox",
  "radio",
  "dropdown",
  "hyperlink",
] as const;

/** What may stand in the palette beside the kinds: merge fields go by their own names. */
export type Kind = EditorField["type"];

/** The fields with these ids, in the draft's order. */
export function fieldsOf({ fields }: Pick<Draft, "fields">, ids: ReadonlySet<string>): readonly EditorField[] {
  return fields.filter(({ apiId }) => ids.has(apiId));
}

/** The fields as they are read: by page, then from top to bottom, and from left to right where they stand in one line. */
export function inReadingOrder(fields: readonly EditorField[]): readonly EditorField[] {
  return fields.toSorted((one, other) => {
    if (one.page !== other.page) return one.page - other.page;
    const [oneMiddle, otherMiddle] = [one.y + one.height / 2, other.y + other.height / 2];
    const isOneLine = Math.abs(oneMiddle - otherMiddle) < Math.min(one.height, other.height) / 2;
    return isOneLine ? one.x - other.x : oneMiddle - otherMiddle;
  });
}

/** Whether an integrator fills the field by its merge field's name. */
export function isMerge({ type }: Pick<EditorField, "type">): boolean {
  return type === "text-merge" || type === "checkbox-merge";
}

/** Whether the sender fills the field now. */
export function isMeNow(field: Pick<EditorField, "type" | "signer">): boolean {
  return field.signer === null && !isMerge(field);
}

/** Whether the sender may fill a field of this kind now: a signature is its signer's own, and a day of signing comes with it. */
export function mayBeMeNow(type: Kind): boolean {
  return type === "text" || type === "checkbox" || type === "dropdown" || type === "hyperlink";
}

/** The draft with some fields changed; each gets what `change` says, by its id. */
export function withChanges(draft: Draft, changes: ReadonlyMap<string, Partial<EditorField>>): Draft {
  const fields = draft.fields.map((field) => {
    const change = changes.get(field.apiId);
    return change ? { ...field, ...change } : field;
  });
  return { ...draft, fields };
}

/** The draft without some fields. Rules that asked for one of them are gone with it. */
export function withoutFields(draft: Draft, ids: ReadonlySet<string>): Draft {
  const left = draft.fields.filter(({ apiId }) => !ids.has(apiId));
  const fields = left.map((field) => {
    if (!field.condition || !ids.has(field.condition.field)) return field;
    const { condition, ...rest } = field;
    return rest;
  });
  return { ...draft, fields };
}

/** The draft as it goes to the server, which takes no blank choices and no blank values of rules: what is not written yet is not there. */
export function asSent(draft: Draft): Draft {
  const written = (texts: readonly string[]) => texts.filter((text) => text.trim() !== "");
  const fields = draft.fields.map(
    ({ options, condition, ...field }): EditorField => ({
      ...field,
      ...(options ? { options: written(options) } : {}),
      ...(condition ? { condition: { ...condition, values: written(condition.values) } } : {}),
    }),
  );
  return { ...draft, fields };
}
