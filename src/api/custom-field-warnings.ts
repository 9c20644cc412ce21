import type { FieldDraft, MergeValue } from "../documents/document.ts";
import type { NewSigner } from "../requests/new-signer.ts";
import { mayEdit } from "../wire/custom-fields.ts";
import type { Warning } from "../wire/shapes.ts";

/** The least size of letters that the API lets anybody ask for, in points. */
const smallest = 7;

/** Points of a unit of width and height, and how wide and how far apart letters are, in sizes: about right for Latin. */
const [pointsPerUnit, letterWidth, lineHeight] = [72 / 80, 0.5, 1.25] as const;

/** Its size is in units of 80 DPI. */
type Known = Pick<FieldDraft, "name" | "apiId" | "type" | "width" | "height">;

type Asked = {
  readonly fields: readonly Known[];
  /** As given, before editors are left out. */
  readonly values: readonly MergeValue[];
  readonly signers: readonly NewSigner[];
  /** Then fields may also come from the document, and a value that fits none here may fit there. */
  readonly useTextTags: boolean;
};

/** What becomes of `custom_fields` otherwise than meant, as far as that can be known before the document is read. */
export function customFieldWarnings({ fields, values, signers, useTextTags }: Asked): readonly Warning[] {
  const merged = fields.filter(({ type }) => type === "text-merge" || type === "checkbox-merge");
  const strangers = useTextTags ? [] : values.filter((value) => !merged.some((field) => takes(field, value)));
  const editors = mayEdit(signers) ? [] : values.filter(({ editor }) => editor !== null);
  return [
    ...warnAbout(strangers, "no merge field has such a name, so the value went nowhere"),
    ...warnAbout(editors, "with several signers in no order nobody can edit a merge field; the editor was ignored"),
    ...tooLongWarnings(merged, values),
  ];
}

function takes({ name, apiId }: Known, value: MergeValue): boolean {
  return value.name === name || value.name === apiId;
}

function warnAbout(values: readonly MergeValue[], words: string): readonly Warning[] {
  if (values.length === 0) return [];
  const names = values.map(({ name }) => name).join(", ");
  return [{ warning_name: "parameter_ignored", warning_msg: `custom_fields, ${cut(names)}: ${words}.` }];
}

/** Nothing is ever cut off a value: one that is too long is drawn smaller than anybody would ask for. */
function tooLongWarnings(fields: readonly Known[], values: readonly MergeValue[]): readonly Warning[] {
  const long = values.filter(({ value, ...named }) =>
    fields.some((field) => takes(field, { value, ...named }) && (value?.length ?? 0) > lettersIn(field)),
  );
  const [first] = long;
  if (first === undefined) return [];
  const each = long.map(({ name }) => ({
    warning_name: "custom_field_value_too_long",
    warning_msg: `custom_fields, ${cut(name)}: the value fits its field only in letters smaller than ${smallest} points.`,
  }));
  const names = cut(long.map(({ name }) => name).join(", "));
  const words = `Some values of custom_fields are too long for their fields: ${names}.`;
  return [...each, { warning_name: "custom_field_values_too_long", warning_msg: words }];
}

/** How many of the smallest letters a field holds, about. */
function lettersIn({ type, width, height }: Known): number {
  if (type !== "text-merge") return Number.POSITIVE_INFINITY;
  const lines = Math.max(1, Math.floor((height * pointsPerUnit) / (smallest * lineHeight)));
  return lines * Math.floor((width * pointsPerUnit) / (smallest * letterWidth));
}

function cut(names: string): string {
  return names.length > 500 ? `${names.slice(0, 500)}…` : names;
}
