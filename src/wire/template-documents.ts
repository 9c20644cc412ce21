// The documents of a template on the wire, with their fields.

import { Type } from "typebox";
import type { Field, Group } from "../documents/document.ts";
import { oldPlaceOf } from "../documents/placement.ts";
import type { MergeField, Template } from "../templates/template.ts";
import { Nullable } from "./shapes.ts";

const Text = Nullable(Type.String());

const place = { x: Type.Integer(), y: Type.Integer(), width: Type.Integer(), height: Type.Integer() };

/** What fields of text say beside. These names are v3's own. */
const lettering = {
  avg_text_length: Type.Optional(Type.Object({ num_lines: Type.Integer(), num_chars_per_line: Type.Integer() })),
  isMultiline: Type.Optional(Type.Boolean()),
  originalFontSize: Type.Optional(Type.Integer()),
  fontFamily: Type.Optional(Type.String()),
};

/** A field that a signer fills. */
export const TemplateFormField = Type.Object({
  api_id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  /** The number of the role, from 1. */
  signer: Type.String(),
  ...place,
  required: Type.Boolean(),
  group: Text,
  ...lettering,
  validation_type: Type.Optional(Text),
  validation_custom_regex: Type.Optional(Text),
  validation_custom_regex_format_label: Type.Optional(Text),
});

/** A merge field; one that stands nowhere has its name and type alone. */
export const TemplateCustomField = Type.Object({
  name: Type.String(),
  type: Type.Enum(["text", "checkbox"]),
  api_id: Type.Optional(Type.String()),
  signer: Type.Optional(Text),
  x: Type.Optional(Type.Integer()),
  y: Type.Optional(Type.Integer()),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  required: Type.Optional(Type.Boolean()),
  group: Type.Optional(Text),
  ...lettering,
});

const Requirement = Type.Object({ requirement: Type.String(), groupLabel: Type.String() });

/** A file of a template. */
export const TemplateDocument = Type.Object({
  name: Type.String(),
  index: Type.Integer(),
  field_groups: Type.Array(Type.Object({ name: Type.String(), rule: Requirement })),
  form_fields: Type.Array(TemplateFormField),
  custom_fields: Type.Array(TemplateCustomField),
  static_fields: Type.Array(TemplateFormField),
});

/** The documents of a template, with the fields that stand on each. */
export function renderTemplateDocuments({
  files,
  pages,
  fields,
  mergeFields,
}: Template): Type.Static<typeof TemplateDocument>[] {
  const merged = new Set(fields.filter(isMerge).map(({ name, apiId }) => name || apiId));
  const lost = mergeFields.filter(({ name }) => !merged.has(name));
  return files.map(({ name, position }) => {
    const before = Math.max(
      0,
      pages.findIndex((page) => page.file === position),
    );
    const sheets = pages.filter((page) => page.file === position);
    const mine = fields.filter(({ box }) => pages[box.page - 1]?.file === position);
    const renderField = (field: Field) => ({
      api_id: field.apiId,
      name: field.name,
      type: field.type,
      signer: field.signer === null ? "me_now" : String(field.signer + 1),
      ...oldPlaceOf(field.box, { pages: sheets, before }),
      required: field.required,
      group: field.group?.id ?? null,
      ...letteringOf(field),
      ...validationOf(field),
    });
    return {
      name,
      index: position,
      field_groups: groupsOf(mine).map((group) => ({
        name: group.id,
        rule: { requirement: requirementOf(group), groupLabel: group.label },
      })),
      form_fields: mine.filter((field) => !isMerge(field) && field.signer !== null).map(renderField),
      custom_fields: [
        ...mine.filter(isMerge).map((field) => asCustom(field, renderField(field))),
        ...(position === 0 ? lost.map(({ name: own, type }: MergeField) => ({ name: own, type })) : []),
      ],
      static_fields: mine.filter((field) => !isMerge(field) && field.signer === null).map(renderField),
    };
  });
}

function isMerge({ type }: Field): boolean {
  return type === "text-merge" || type === "checkbox-merge";
}

type FormField = Type.Static<typeof TemplateFormField>;

function asCustom(field: Field, shown: FormField): Type.Static<typeof TemplateCustomField> {
  return {
    ...shown,
    name: field.name || field.apiId,
    type: field.type === "checkbox-merge" ? "checkbox" : "text",
    signer: field.signer === null ? null : shown.signer,
  };
}

/** Half an em is about the width of a Latin letter. */
function letteringOf({ type, box, fontFamily = "helvetica", fontSize = 12 }: Field) {
  if (type !== "text" && type !== "text-merge" && type !== "hyperlink") return {};
  const lines = Math.max(1, Math.floor(box.height / (fontSize * 1.25)));
  return {
    avg_text_length: { num_lines: lines, num_chars_per_line: Math.max(1, Math.floor(box.width / (fontSize / 2))) },
    isMultiline: lines > 1,
    originalFontSize: fontSize,
    fontFamily,
  };
}

function validationOf({ type, validation }: Field) {
  if (type !== "text") return {};
  return {
    validation_type: validation?.type ?? null,
    validation_custom_regex: validation?.pattern ?? null,
    validation_custom_regex_format_label: validation?.words ?? null,
  };
}

function groupsOf(fields: readonly Field[]): readonly Group[] {
  const groups = new Map(fields.flatMap(({ group }) => (group ? [[group.id, group] as const] : [])));
  return [...groups.values()];
}

function requirementOf({ least, most }: Group): string {
  if (most === 1) return least === 0 ? "require_0-1" : "require_1";
  return least === 0 ? "require_0-ormore" : `require_${least}-ormore`;
}
