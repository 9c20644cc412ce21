import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { autoFillTypes, validationNames } from "../documents/document.ts";
import { Nullable } from "./shapes.ts";

/** The kinds of field, as `type` names them. */
export const fieldKinds = [
  "signature",
  "initials",
  "date_signed",
  "text",
  "checkbox",
  "radio",
  "dropdown",
  "hyperlink",
  "text-merge",
  "checkbox-merge",
] as const;
const validations = [...validationNames, "custom_regex"] as const;
/** The faces of `font_family`. */
export const fontNames = [
  "helvetica",
  "arial",
  "courier",
  "calibri",
  "cambria",
  "georgia",
  "times",
  "trebuchet",
  "verdana",
  "roboto",
  "robotoMono",
  "notoSans",
  "notoSerif",
  "notoCJK-JP-Regular",
  "notoHebrew-Regular",
  "notoSanThaiMerged",
] as const;

const Pixels = Type.Number({ minimum: -100_000, maximum: 1_000_000 });
const OptionalText = Type.Optional(Nullable(Type.String({ maxLength: limits.fieldValueLength })));
const OptionalFlag = Type.Optional(Nullable(Type.Boolean()));

/** One entry of `form_fields_per_document`. Contract: form-fields.md. */
export const FormFieldInput = Type.Object({
  document_index: Type.Integer({ minimum: 0, maximum: limits.filesPerRequest }),
  api_id: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  type: Type.Enum(fieldKinds),
  required: Type.Boolean(),
  signer: Type.Union([Type.String(), Type.Integer()]),
  x: Pixels,
  y: Pixels,
  width: Pixels,
  height: Pixels,
  page: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: limits.pagesPerRequestMost }))),
  name: OptionalText,
  placeholder: OptionalText,
  content: OptionalText,
  content_url: OptionalText,
  auto_fill_type: Type.Optional(Nullable(Type.Enum([...autoFillTypes]))),
  masked: OptionalFlag,
  link_id: Type.Optional(Nullable(Type.String({ maxLength: limits.nameLength }))),
  validation_type: Type.Optional(Nullable(Type.Enum(validations))),
  validation_custom_regex: OptionalText,
  validation_custom_regex_format_label: OptionalText,
  is_checked: OptionalFlag,
  checked: OptionalFlag,
  group: OptionalText,
  options: Type.Optional(
    Type.Array(Type.String({ maxLength: limits.nameLength }), { maxItems: limits.dropdownOptions }),
  ),
  font_family: Type.Optional(Nullable(Type.Enum(fontNames))),
  font_size: Type.Optional(Nullable(Type.Integer({ minimum: 7, maximum: 49 }))),
});

/** One entry of `form_field_groups`. */
export const FormFieldGroupInput = Type.Object({
  group_id: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  group_label: Type.String({ maxLength: limits.nameLength }),
  requirement: Type.Enum(["require_0-1", "require_1", "require_1-ormore"] as const),
});

/** A group as it was asked for. */
export type FormFieldGroupInput = Type.Static<typeof FormFieldGroupInput>;

const Id = Type.String({ minLength: 1, maxLength: limits.nameLength });
const RuleText = Type.String({ maxLength: limits.fieldValueLength });
const RuleTexts = Type.Array(RuleText, { minItems: 1, maxItems: limits.dropdownOptions });

/** One entry of `form_field_rules`. Older callers give several values as a list under `value`. */
export const FormFieldRuleInput = Type.Object({
  id: Id,
  trigger_operator: Type.Enum(["AND"] as const),
  triggers: Type.Array(
    Type.Object({
      id: Id,
      operator: Type.Enum(["is", "not", "match", "any", "none"] as const),
      value: Type.Optional(Nullable(Type.Union([RuleText, RuleTexts]))),
      values: Type.Optional(Nullable(RuleTexts)),
    }),
    { minItems: 1, maxItems: 1 },
  ),
  actions: Type.Array(
    Type.Object({
      hidden: Type.Boolean(),
      type: Type.Enum(["change-field-visibility", "change-group-visibility"] as const),
      field_id: Type.Optional(Nullable(Type.String({ maxLength: limits.nameLength }))),
      group_id: Type.Optional(Nullable(Type.String({ maxLength: limits.nameLength }))),
    }),
    { minItems: 1, maxItems: limits.fieldsPerRequest },
  ),
});

/** A rule as it was asked for. */
export type FormFieldRuleInput = Type.Static<typeof FormFieldRuleInput>;

/** Makes the two shapes of `form_field_groups` one: the list, and the legacy object by group id. */
export function flattenGroups(raw: unknown): unknown {
  const given = typeof raw === "string" ? parse(raw) : raw;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.entries(given).map(([group_id, group]: [string, unknown]) =>
    typeof group === "object" && group !== null ? { group_id, ...group } : group,
  );
}

/** A form field as it was asked for, read by its schema. */
export type FormFieldInput = Type.Static<typeof FormFieldInput>;

/**
 * Makes the two shapes of `form_fields_per_document` one: the flat list, and the legacy list of lists by document.
 * Whatever is neither is left to the schema to refuse.
 */
export function flattenFormFields(raw: unknown): unknown {
  const given = typeof raw === "string" ? parse(raw) : raw;
  if (!Array.isArray(given) || !given.some(Array.isArray)) return given;
  return given.flatMap((fields: unknown, document_index) =>
    Array.isArray(fields)
      ? fields.map((field: unknown) =>
          typeof field === "object" && field !== null ? { ...field, document_index } : field,
        )
      : [fields],
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
