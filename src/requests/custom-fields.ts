import type { Field, FieldType, MergeValue } from "../documents/document.ts";

/** One of `custom_fields` as v3 shows it; the api_id is empty until the document is read. */
export type CustomField = {
  readonly name: string;
  readonly type: "text" | "checkbox";
  readonly value: string | boolean | null;
  readonly required: boolean;
  readonly api_id: string;
  readonly editor: string | null;
};

type Known = { readonly apiId: string; readonly name: string; readonly type: FieldType };

/** The merge values of a request with what is known of the fields that they go into. */
export function customFieldsOf(
  values: readonly MergeValue[],
  fields: readonly (Known | Field)[],
): readonly CustomField[] {
  const merged = fields.filter(({ type }) => type === "text-merge" || type === "checkbox-merge");
  return values.map(({ name, value, required, editor }) => {
    const field = merged.find((one) => one.name === name || one.apiId === name);
    const isTick = field?.type === "checkbox-merge";
    const shown = isTick ? value === "1" || value === "true" : value;
    return { name, type: isTick ? "checkbox" : "text", value: shown, required, api_id: field?.apiId ?? "", editor };
  });
}
