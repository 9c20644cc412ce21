import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { validationNames } from "../documents/document.ts";
import { Nullable } from "./shapes.ts";

const kinds = [
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
const fills = ["firstName", "lastName", "name", "email", "company", "title"] as const;
const fonts = [
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
  type: Type.Enum(kinds),
  required: Type.Boolean(),
  signer: Type.Union([Type.String(), Type.Integer()]),
  x: Pixels,
  y: Pixels,
  width: Pixels,
  height: Pixels,
  page: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: limits.pagesPerRequest }))),
  name: OptionalText,
  placeholder: OptionalText,
  content: OptionalText,
  content_url: OptionalText,
  auto_fill_type: Type.Optional(Nullable(Type.Enum(fills))),
  masked: OptionalFlag,
  validation_type: Type.Optional(Nullable(Type.Enum(validations))),
  validation_custom_regex: OptionalText,
  validation_custom_regex_format_label: OptionalText,
  is_checked: OptionalFlag,
  checked: OptionalFlag,
  group: OptionalText,
  options: Type.Optional(
    Type.Array(Type.String({ maxLength: limits.nameLength }), { maxItems: limits.dropdownOptions }),
  ),
  font_family: Type.Optional(Nullable(Type.Enum(fonts))),
  font_size: Type.Optional(Nullable(Type.Integer({ minimum: 7, maximum: 49 }))),
});

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
