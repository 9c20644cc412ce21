import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { formViews } from "../requests/options.ts";
import { FormFieldGroupInput, FormFieldInput, FormFieldRuleInput } from "./form-field-input.ts";
import { Nullable } from "./shapes.ts";

const Email = Type.String({ format: "email", maxLength: limits.emailLength, minLength: 1 });
const Flag = Type.Optional(Type.Boolean());

/** One of the people who sign. */
const SignerInput = Type.Object({
  name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  email_address: Email,
  order: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 1000 }))),
  pin: Type.Optional(Type.String({ minLength: limits.pinLengthLeast, maxLength: limits.pinLengthMost })),
  sms_phone_number: Type.Optional(Type.String({ maxLength: 32 })),
  sms_phone_number_type: Type.Optional(Type.String()),
});

/** People of whom one signs for all. */
const GroupInput = Type.Object({
  group: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  order: SignerInput.properties.order,
  signers: Type.Array(Type.Pick(SignerInput, ["name", "email_address", "pin"]), {
    minItems: 1,
    maxItems: limits.signers,
  }),
});

/** A file that a signer is asked to bring. */
const AttachmentInput = Type.Object({
  name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  signer_index: Type.Integer({ minimum: 0 }),
  instructions: Type.Optional(Nullable(Type.String({ maxLength: limits.instructionsLength }))),
  required: Flag,
});

/** What `signature_request/send` and `create_embedded` take. Contract: operations.md. */
export const SignatureRequestInput = Type.Object({
  file_urls: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: limits.urlLength }), { maxItems: limits.filesPerRequest }),
  ),
  signers: Type.Optional(Type.Array(SignerInput, { minItems: 1, maxItems: limits.signers })),
  grouped_signers: Type.Optional(Type.Array(GroupInput, { maxItems: limits.signers })),
  allow_decline: Flag,
  allow_reassign: Flag,
  /** Beside v3: where the audit trail of the completed document stands. */
  audit_trail: Type.Optional(Type.Enum(["appended", "separate"])),
  attachments: Type.Optional(Type.Array(AttachmentInput, { maxItems: limits.attachmentsPerRequest })),
  cc_email_addresses: Type.Optional(Type.Array(Email, { maxItems: limits.signers })),
  client_id: Type.Optional(Type.String({ maxLength: 64 })),
  custom_fields: Type.Optional(Type.Unknown()),
  field_options: Type.Optional(Type.Object({ date_format: Type.Enum(dateFormats()) })),
  form_field_groups: Type.Optional(Type.Unknown()),
  form_field_rules: Type.Optional(Type.Unknown()),
  form_fields_per_document: Type.Optional(Type.Unknown()),
  hide_text_tags: Flag,
  is_eid: Flag,
  message: Type.Optional(Type.String({ maxLength: limits.messageLength })),
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      maxProperties: limits.metadataKeys,
      // Said apart: a Record makes a pattern of its key's schema and drops the length.
      propertyNames: Type.String({ maxLength: limits.metadataKeyLength }),
    }),
  ),
  signing_options: Type.Optional(SigningOptions()),
  signing_redirect_url: Type.Optional(Type.String({ maxLength: limits.urlLength })),
  subject: Type.Optional(Type.String({ maxLength: limits.subjectLength })),
  test_mode: Flag,
  title: Type.Optional(Type.String({ maxLength: limits.titleLength })),
  use_text_tags: Flag,
  use_preexisting_fields: Flag,
  populate_auto_fill_fields: Flag,
  signer_experience: Type.Optional(Type.Object({ form_view: Type.Optional(Type.Enum([...formViews])) })),
  expires_at: Type.Optional(Nullable(Type.Integer())),
});

/** A request as it was asked for, read by its schema. */
export type SignatureRequestInput = Type.Static<typeof SignatureRequestInput>;

/** `form_fields_per_document` once its two shapes are made one. */
export const FormFieldList = Type.Object({
  form_fields_per_document: Type.Array(FormFieldInput, { maxItems: limits.fieldsPerRequest }),
});

/** `form_field_groups` once its two shapes are made one. */
export const FormFieldGroupList = Type.Object({
  form_field_groups: Type.Array(FormFieldGroupInput, { maxItems: limits.fieldsPerRequest }),
});

/** `form_field_rules`. */
export const FormFieldRuleList = Type.Object({
  form_field_rules: Type.Array(FormFieldRuleInput, { maxItems: limits.fieldsPerRequest }),
});

/** `custom_fields` once its shapes are made one: values of merge fields by name. */
export const CustomFieldList = Type.Object({
  custom_fields: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
      value: Type.Optional(Nullable(Type.String({ maxLength: limits.fieldValueLength }))),
      editor: Type.Optional(Nullable(Type.String({ maxLength: limits.nameLength }))),
      required: Type.Optional(Nullable(Type.Boolean())),
    }),
    { maxItems: limits.fieldsPerRequest },
  ),
});

/** The date formats of `field_options`. */
function dateFormats() {
  return [
    "MM / DD / YYYY",
    "MM - DD - YYYY",
    "DD / MM / YYYY",
    "DD - MM - YYYY",
    "YYYY / MM / DD",
    "YYYY - MM - DD",
  ] as const;
}

function SigningOptions() {
  const kinds = ["draw", "phone", "type", "upload"] as const;
  return Type.Object({ default_type: Type.Enum(kinds), draw: Flag, phone: Flag, type: Flag, upload: Flag });
}
