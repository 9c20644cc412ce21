import type { Field, FieldDraft } from "../documents/document.ts";
import type { KeptPage } from "../documents/make.ts";
import type { TemplateFileRow, TemplateRow } from "../storage/template-tables.ts";

/** Who signs, by the part that the signer plays; with an order where the roles sign one after another. */
export type Role = { readonly name: string; readonly order: number | null };

/** A merge field that requests may fill, wherever it stands. */
export type MergeField = { readonly name: string; readonly type: "text" | "checkbox" };

/** A file that a role is asked to bring; `signer` is the index of the role. */
export type TemplateAttachment = {
  readonly id: string;
  readonly signer: number;
  readonly name: string;
  readonly instructions: string | null;
  readonly required: boolean;
};

/** What the caller asked of the document, and what requests take over. */
export type TemplateOptions = {
  readonly useTextTags: boolean;
  readonly hideTextTags: boolean;
  readonly usePreexistingFields: boolean;
  readonly fields: readonly FieldDraft[];
  readonly allowReassign: boolean;
  readonly formView: "disabled" | "enabled" | "enabled_by_default" | "forced";
  readonly dateFormat: string;
  /** The fields and pages of the template whose files these replace. */
  readonly like: { readonly fields: readonly Field[]; readonly pages: readonly KeptPage[] } | null;
};

/** A template with what it says. */
export type Template = {
  readonly row: TemplateRow;
  readonly files: readonly TemplateFileRow[];
  readonly roles: readonly Role[];
  /** Names. */
  readonly ccRoles: readonly string[];
  readonly mergeFields: readonly MergeField[];
  readonly attachments: readonly TemplateAttachment[];
  readonly options: TemplateOptions;
  /** Of the prepared document; none before it is ready. */
  readonly pages: readonly KeptPage[];
  /** In reading order; their signers are indexes of the roles. None before it is ready. */
  readonly fields: readonly Field[];
};

/** A template of its rows. */
export function templateOf(row: TemplateRow, files: readonly TemplateFileRow[]): Template {
  return {
    row,
    files,
    roles: JSON.parse(row.roles_json) as Role[],
    ccRoles: JSON.parse(row.cc_roles_json) as string[],
    mergeFields: JSON.parse(row.merge_fields_json) as MergeField[],
    attachments: JSON.parse(row.attachments_json) as TemplateAttachment[],
    options: JSON.parse(row.options_json) as TemplateOptions,
    pages: row.pages_json === null ? [] : (JSON.parse(row.pages_json) as KeptPage[]),
    fields: row.fields_json === null ? [] : (JSON.parse(row.fields_json) as Field[]),
  };
}

/** Every merge field that requests may fill: those that were named, and those that stand in the document only, by name or else api_id. */
export function mergeFieldsOf({
  mergeFields,
  fields,
}: Pick<Template, "mergeFields" | "fields">): readonly MergeField[] {
  const all = new Map(mergeFields.map((one) => [one.name, one]));
  for (const { type, name, apiId } of fields) {
    if (type !== "text-merge" && type !== "checkbox-merge") continue;
    const known = name || apiId;
    if (!all.has(known)) all.set(known, { name: known, type: type === "text-merge" ? "text" : "checkbox" });
  }
  return [...all.values()];
}
