import { badRequest } from "../base/faults.ts";
import { isOwnName } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { FieldDraft } from "../documents/document.ts";
import { coerceInput } from "../http/input.ts";
import { withGroups } from "./form-field-groups.ts";
import { type FormFieldInput, flattenFormFields } from "./form-field-input.ts";
import { withRules } from "./form-field-rules.ts";
import { FormFieldList, type SignatureRequestInput } from "./request-input.ts";

type Surroundings = { readonly signers: number; readonly files: number };

/** What of a request says which fields there are, as it came. */
export type FieldParameters = Pick<
  SignatureRequestInput,
  "form_fields_per_document" | "form_field_groups" | "form_field_rules"
>;

/** Reads `form_fields_per_document` with its groups and rules; faults carry the path of the guilty member. */
export function readFormFields(parameters: FieldParameters, { signers, files }: Surroundings): readonly FieldDraft[] {
  const { form_fields_per_document: given } = coerceInput(FormFieldList, {
    form_fields_per_document: flattenFormFields(parameters.form_fields_per_document ?? []),
  });
  const drafts = given.map((field, index) =>
    readField(field, { path: `form_fields_per_document[${index}]`, signers, files }),
  );
  refuseSameIds(drafts);
  refuseManyPatterns(drafts);
  const grouped = withGroups(drafts, { given, groups: parameters.form_field_groups });
  return withRules(grouped, parameters.form_field_rules);
}

type Context = Surroundings & { readonly path: string };

function readField(field: FormFieldInput, context: Context): FieldDraft {
  const { path, files } = context;
  if (!isOwnName(field.api_id))
    throw badRequest(`api_id not valid: ${field.api_id} cannot be used as an id`, `${path}[api_id]`);
  if (field.document_index >= files)
    throw badRequest(
      `document_index not valid: the request has ${files} file${files === 1 ? "" : "s"}, counted from 0`,
      `${path}[document_index]`,
    );
  if (field.width <= 0) throw badRequest("width not valid: it must be more than 0", `${path}[width]`);
  if (field.height <= 0) throw badRequest("height not valid: it must be more than 0", `${path}[height]`);
  return {
    documentIndex: field.document_index,
    apiId: field.api_id,
    name: field.name ?? "",
    type: field.type,
    required: field.required,
    signer: readSigner(field, context),
    x: field.x,
    y: field.y,
    width: field.width,
    height: field.height,
    page: field.page ?? null,
    ...readExtras(field, path),
  };
}

function readSigner({ signer, type }: FormFieldInput, { path, signers }: Context): number | null {
  if (signer === "sender") {
    if (isMerge(type)) return null;
    throw badRequest(
      "signer not valid: only text-merge and checkbox-merge fields are the sender's; use me_now for other values you fill in",
      `${path}[signer]`,
    );
  }
  if (signer === "me_now") {
    if (!["signature", "initials", "date_signed"].includes(type)) return null;
    throw badRequest(
      `signer not valid: a ${type} field belongs to one of the signers; me_now is for values you fill in`,
      `${path}[signer]`,
    );
  }
  const index = Number(signer);
  if (!/^\d+$/.test(String(signer)) || index >= signers) {
    const others = isMerge(type) ? "me_now or sender" : "me_now";
    throw badRequest(
      `signer not valid: it must be the index of a signer, 0 to ${signers - 1}, or ${others}`,
      `${path}[signer]`,
    );
  }
  return index;
}

function isMerge(type: FormFieldInput["type"]): boolean {
  return type === "text-merge" || type === "checkbox-merge";
}

function readExtras(field: FormFieldInput, path: string): Partial<FieldDraft> {
  const font = {
    ...(field.font_family ? { fontFamily: field.font_family } : {}),
    ...(field.font_size ? { fontSize: field.font_size } : {}),
  };
  switch (field.type) {
    case "text":
      return { ...font, ...readText(field, path) };
    case "checkbox":
      return { checked: needFlag(field, path) };
    case "radio":
      need(field.group, { name: "group", path });
      return { checked: needFlag(field, path) };
    case "dropdown":
      return { ...font, ...readDropdown(field, path) };
    case "hyperlink":
      return { ...font, content: need(field.content, { name: "content", path }), contentUrl: readLink(field, path) };
    default:
      return font;
  }
}

function readText(field: FormFieldInput, path: string): Partial<FieldDraft> {
  if (field.validation_type === "custom_regex")
    need(field.validation_custom_regex, { name: "validation_custom_regex", path });
  return {
    ...(field.placeholder ? { placeholder: field.placeholder } : {}),
    ...(field.content ? { content: field.content } : {}),
    ...(field.auto_fill_type ? { autoFill: field.auto_fill_type } : {}),
    ...(field.masked ? { masked: true } : {}),
    ...(field.link_id ? { linkId: field.link_id } : {}),
    ...(field.validation_type ? { validation: readValidation(field, path) } : {}),
  };
}

function readValidation(field: FormFieldInput, path: string) {
  const pattern = field.validation_custom_regex ?? "";
  if (field.validation_type !== "custom_regex") return { type: field.validation_type ?? "" };
  if (pattern.length > limits.patternLength)
    throw badRequest(
      `validation_custom_regex not valid: it may have at most ${limits.patternLength} characters`,
      `${path}[validation_custom_regex]`,
    );
  try {
    new RegExp(pattern, "u");
  } catch {
    throw badRequest(
      "validation_custom_regex not valid: it must be a regular expression, without slashes around it",
      `${path}[validation_custom_regex]`,
    );
  }
  const label = field.validation_custom_regex_format_label;
  return { type: "custom_regex", pattern, ...(label ? { words: label } : {}) };
}

function readDropdown(field: FormFieldInput, path: string): Partial<FieldDraft> {
  const options = field.options ?? [];
  if (options.length === 0)
    throw badRequest("options is required: a dropdown needs at least one choice", `${path}[options]`);
  if (field.content && !options.includes(field.content))
    throw badRequest("content not valid: it must be one of options", `${path}[content]`);
  return { options, ...(field.content ? { content: field.content } : {}) };
}

function readLink(field: FormFieldInput, path: string): string {
  const link = need(field.content_url, { name: "content_url", path });
  if (!/^https?:$/.test(URL.parse(link)?.protocol ?? ""))
    throw badRequest("content_url not valid: it must be an http or https address", `${path}[content_url]`);
  return link;
}

function needFlag(field: FormFieldInput, path: string): boolean {
  const flag = field.is_checked ?? field.checked;
  if (flag === undefined || flag === null) throw badRequest("is_checked is required.", `${path}[is_checked]`);
  return flag;
}

function need(
  value: string | null | undefined,
  { name, path }: { readonly name: string; readonly path: string },
): string {
  if (!value) throw badRequest(`${name} is required.`, `${path}[${name}]`);
  return value;
}

function refuseSameIds(drafts: readonly FieldDraft[]): void {
  const seen = new Set<string>();
  drafts.forEach(({ apiId }, index) => {
    if (seen.has(apiId))
      throw badRequest(
        `api_id not valid: ${apiId} is used twice; each field needs one of its own`,
        `form_fields_per_document[${index}][api_id]`,
      );
    seen.add(apiId);
  });
}

/** Patterns are judged while nobody else is served: a request has its share. */
function refuseManyPatterns(drafts: readonly FieldDraft[]): void {
  const patterns = drafts.filter(({ validation }) => validation?.type === "custom_regex");
  const [first] = patterns.slice(limits.patternsPerRequest);
  if (!first) return;
  const path = `form_fields_per_document[${drafts.indexOf(first)}][validation_type]`;
  throw badRequest(
    `validation_type not valid: at most ${limits.patternsPerRequest} fields of a request may have a custom_regex`,
    path,
  );
}
