import { type Static, Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { coerceInput } from "../http/input.ts";
import type { TemplateChanges } from "../templates/update.ts";
import { SignatureRequestInput } from "./request-input.ts";
import { readCcRoles } from "./template-input.ts";
import { trimName } from "./trim-name.ts";

const { allow_reassign, message, signer_experience, title } = SignatureRequestInput.properties;

/** What `template/update` takes, and `allow_reassign` beside v3. Contract: operations.md. */
export const TemplateChangesInput = Type.Object({
  template_id: Type.String(),
  allow_reassign,
  /** One without a name clears them. */
  cc_roles: Type.Optional(Type.Unknown()),
  form_fields: Type.Optional(
    Type.Array(
      Type.Object({
        api_id: Type.String({ minLength: 1, maxLength: limits.nameLength }),
        name: Type.Optional(Type.String({ maxLength: limits.fieldValueLength })),
      }),
      { maxItems: limits.fieldsPerRequest },
    ),
  ),
  message,
  signer_experience,
  subject: Type.Optional(Type.String({ maxLength: limits.templateSubjectLength })),
  title,
});

const CcRoles = Type.Object({
  cc_roles: Type.Array(Type.String({ minLength: 1, maxLength: limits.nameLength }), { maxItems: limits.signers }),
});

/** The changes that are asked for: an empty subject or message clears it. Throws `bad_request` with the path of what does not fit. */
export function readTemplateChanges(input: Omit<Static<typeof TemplateChangesInput>, "template_id">): TemplateChanges {
  const { title, subject, message, allow_reassign: allowReassign, signer_experience: experience } = input;
  const names = new Map<string, string>();
  for (const [index, { api_id: apiId, name }] of (input.form_fields ?? []).entries()) {
    if (names.has(apiId))
      throw badRequest(`api_id not valid: ${apiId} is named twice`, `form_fields[${index}][api_id]`);
    if (name !== undefined) names.set(apiId, name);
  }
  return {
    ...(title === undefined ? {} : { title: trimName(title, "title") }),
    ...(subject === undefined ? {} : { subject: subject || null }),
    ...(message === undefined ? {} : { message: message || null }),
    ...(input.cc_roles === undefined ? {} : { ccRoles: readCcRoleChange(input.cc_roles) }),
    ...(allowReassign === undefined ? {} : { allowReassign }),
    ...(experience?.form_view === undefined ? {} : { formView: experience.form_view }),
    fieldNames: names,
  };
}

/** The cc roles that take the place of the present ones: one without a name stands for none. Throws `bad_request`. */
export function readCcRoleChange(raw: unknown): readonly string[] {
  return readCcRoles(namesIn(raw));
}

function namesIn(raw: unknown): readonly string[] {
  const isNone = Array.isArray(raw) && raw.every((name) => name === "" || name === null);
  return isNone || raw === "" || raw === '[""]' ? [] : coerceInput(CcRoles, { cc_roles: raw }).cc_roles;
}
