// What a caller's `custom_fields` put into merge fields. Contract: form-fields.md.

import type { Field, FieldType, MergeValue } from "./document.ts";

/** A field that a value may be merged into. */
type Mergeable = Pick<Field, "type" | "name" | "apiId" | "signer" | "required">;

/** The values, and whose index the editor of one is: null where it names nobody. */
export type Merging = {
  readonly mergeValues: readonly MergeValue[];
  readonly editorOf: (value: MergeValue) => number | null;
};

/** The field with the value of its name or api_id; as it is where it is no merge field or has no value. */
export function withMerged<F extends Mergeable>(field: F, { mergeValues, editorOf }: Merging): F {
  if (field.type !== "text-merge" && field.type !== "checkbox-merge") return field;
  const value = mergeValues.find(({ name }) => name === field.name || name === field.apiId);
  if (value === undefined) return field;
  const signer = field.signer ?? editorOf(value);
  const required = signer !== null && (value.required || (field.signer !== null && field.required));
  return { ...field, signer, required, ...mergedInto(field.type, value) };
}

/** What a merge value puts into a field. */
export function mergedInto(type: FieldType, { value }: Pick<MergeValue, "value">): Pick<Field, "content" | "checked"> {
  if (type === "checkbox-merge") return { checked: truthOf(value) ?? false };
  return value === null ? {} : { content: value };
}

/** A truth as callers write it; null where it is none. Nothing at all is false. */
export function truthOf(value: string | null): boolean | null {
  if (value === "1" || value === "true") return true;
  return value === "0" || value === "false" || value === null || value === "" ? false : null;
}
