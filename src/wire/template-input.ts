import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { defaultDateFormat } from "../requests/options.ts";
import type { TemplateDraft } from "../templates/create.ts";
import type { MergeField, Role } from "../templates/template.ts";
import { readAttachments, readFiles } from "./draft-files.ts";
import { readFormFields } from "./form-fields.ts";
import { readMetadata } from "./metadata.ts";
import { type Asked, readClientId } from "./request-draft.ts";
import { SignatureRequestInput } from "./request-input.ts";
import { Nullable } from "./shapes.ts";
import { trimName } from "./trim-name.ts";

const { file_urls, allow_reassign, attachments, client_id, field_options, message, metadata } =
  SignatureRequestInput.properties;
const { form_field_groups, form_field_rules, form_fields_per_document, signer_experience } =
  SignatureRequestInput.properties;
const { test_mode, title, use_preexisting_fields, use_text_tags, hide_text_tags } = SignatureRequestInput.properties;

const Name = Type.String({ minLength: 1, maxLength: limits.nameLength });

/** What `template/create` takes, and `use_text_tags` with `hide_text_tags` beside v3. Contract: operations.md. */
export const TemplateInput = Type.Object({
  file_urls,
  allow_reassign,
  attachments,
  cc_roles: Type.Optional(Type.Array(Name, { maxItems: limits.signers })),
  client_id,
  field_options,
  form_field_groups,
  form_field_rules,
  form_fields_per_document,
  merge_fields: Type.Optional(
    Type.Array(Type.Object({ name: Name, type: Type.Enum(["text", "checkbox"]) }), {
      maxItems: limits.fieldsPerRequest,
    }),
  ),
  message,
  metadata,
  signer_experience,
  signer_roles: Type.Array(
    Type.Object({ name: Name, order: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 1000 }))) }),
    { minItems: 1, maxItems: limits.signers },
  ),
  subject: Type.Optional(Type.String({ maxLength: limits.templateSubjectLength })),
  test_mode,
  title,
  use_preexisting_fields,
  use_text_tags,
  hide_text_tags,
});

/** A template as it was asked for, read by its schema. */
export type TemplateInput = Type.Static<typeof TemplateInput>;

/** Makes a checked template of what was asked. `places`: of a draft, how many roles there may be, and fields may be missing. Throws `bad_request` with the path of the first parameter that does not fit. */
export async function readTemplateDraft(
  asked: Asked,
  { input, places }: { readonly input: TemplateInput; readonly places?: number },
): Promise<TemplateDraft> {
  const { use_text_tags: useTextTags = false, use_preexisting_fields: usePreexistingFields = false } = input;
  if (useTextTags && usePreexistingFields)
    throw badRequest("Give use_text_tags or use_preexisting_fields, not both.", "use_preexisting_fields");
  const files = readFiles(asked, input);
  const roles = readRoles(input.signer_roles);
  const clientId = await readClientId(asked, { input, isEmbedded: false });
  const fields = readFormFields(input, { signers: places ?? roles.length, files: files.length });
  if (places === undefined && fields.length === 0 && !useTextTags && !usePreexistingFields)
    throw badRequest("form_fields_per_document is required: a template has fields.", "form_fields_per_document");
  return {
    accountId: asked.accountId,
    clientId,
    testMode: input.test_mode ?? false,
    title: input.title?.trim() || input.subject?.trim() || files[0]?.name || "Untitled",
    subject: input.subject || null,
    message: input.message || null,
    metadata: readMetadata(input.metadata ?? {}),
    roles,
    ccRoles: readCcRoles(input.cc_roles ?? []),
    mergeFields: readMergeFields(input.merge_fields ?? []),
    attachments: readAttachments(input, places ?? roles.length),
    files,
    options: {
      useTextTags,
      hideTextTags: input.hide_text_tags ?? false,
      usePreexistingFields,
      fields,
      allowReassign: input.allow_reassign ?? false,
      formView: input.signer_experience?.form_view ?? "disabled",
      dateFormat: input.field_options?.date_format ?? defaultDateFormat,
      like: null,
    },
  };
}

function readRoles(given: TemplateInput["signer_roles"]): readonly Role[] {
  const roles = given.map(({ name, order = null }, index) => ({
    name: trimName(name, `signer_roles[${index}][name]`),
    order,
  }));
  refuseTwice(roles, "signer_roles");
  const unordered = roles.findIndex(({ order }) => order === null);
  if (unordered !== -1 && roles.some(({ order }) => order !== null))
    throw badRequest("order is required: give it to all roles or to none.", `signer_roles[${unordered}][order]`);
  return roles;
}

/** The names of the roles of those who get a copy. Throws `bad_request` for one that is given twice. */
export function readCcRoles(given: readonly string[]): readonly string[] {
  const names = given.map((name, index) => trimName(name, `cc_roles[${index}]`));
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) throw badRequest(`cc_roles not valid: ${names[twice]} is given twice`, `cc_roles[${twice}]`);
  return names;
}

/** The merge fields as given. Throws `bad_request` for a name that is given twice. */
export function readMergeFields(given: readonly MergeField[]): readonly MergeField[] {
  refuseTwice(given, "merge_fields");
  return given;
}

function refuseTwice(named: readonly { readonly name: string }[], path: string): void {
  const names = named.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) throw badRequest(`name not valid: ${names[twice]} is given twice`, `${path}[${twice}][name]`);
}
