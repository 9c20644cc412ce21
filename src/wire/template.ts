import { Type } from "typebox";
import type { Left, LeftOf } from "../accounts/quotas.ts";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { formViews } from "../requests/options.ts";
import type { Template } from "../templates/template.ts";
import { Nullable, Seconds } from "./shapes.ts";
import {
  renderTemplateDocuments,
  TemplateCustomField,
  TemplateDocument,
  TemplateFormField,
} from "./template-documents.ts";

const Text = Nullable(Type.String());
const Count = Type.Integer();

const TemplateAccount = Type.Object({
  account_id: Type.String(),
  email_address: Type.String(),
  is_locked: Type.Boolean(),
  is_paid_hs: Type.Boolean(),
  is_paid_hf: Type.Boolean(),
  quotas: Type.Object({
    templates_left: Count,
    api_signature_requests_left: Count,
    documents_left: Count,
    sms_verifications_left: Count,
  }),
});

const TemplateAttachment = Type.Object({
  id: Type.String(),
  /** The name of the role. */
  signer: Type.String(),
  name: Type.String(),
  required: Type.Boolean(),
  instructions: Text,
  uploaded_at: Nullable(Seconds),
});

/** A template as v3 shows it. Contract: objects.md. */
export const TemplateShape = Type.Object({
  template_id: Type.String(),
  title: Type.String(),
  message: Type.String(),
  updated_at: Seconds,
  is_embedded: Nullable(Type.Boolean()),
  is_creator: Type.Boolean(),
  can_edit: Type.Boolean(),
  is_locked: Type.Boolean(),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  signer_roles: Type.Array(Type.Object({ name: Type.String(), order: Type.Optional(Type.Integer()) })),
  cc_roles: Type.Array(Type.Object({ name: Type.String() })),
  documents: Type.Array(TemplateDocument),
  custom_fields: Type.Array(TemplateCustomField),
  named_form_fields: Type.Array(TemplateFormField),
  accounts: Type.Array(TemplateAccount),
  attachments: Type.Array(TemplateAttachment),
  signer_experience: Type.Object({ form_view: Type.Enum([...formViews]) }),
});

/** Who has the template, and who looks at it. */
export type TemplateViewing = {
  readonly accounts: readonly { readonly account_id: string; readonly email: string }[];
  readonly accountId: string;
  readonly leftOf: LeftOf;
};

/** Renders a template for answers and callbacks alike: callbacks freeze these very bytes. */
export function renderTemplate(
  template: Template,
  { accounts, accountId, leftOf }: TemplateViewing,
): Type.Static<typeof TemplateShape> {
  const { row, roles, ccRoles, attachments, options } = template;
  const isCreator = row.account_id === accountId;
  const documents = renderTemplateDocuments(template);
  return {
    template_id: row.template_id,
    title: row.title,
    message: row.message ?? "",
    updated_at: toSeconds(row.updated_at),
    is_embedded: row.is_embedded === 1,
    is_creator: isCreator,
    can_edit: isCreator,
    is_locked: false,
    metadata: JSON.parse(row.metadata_json) as Record<string, unknown>,
    signer_roles: roles.map(({ name, order }) => (order === null ? { name } : { name, order })),
    cc_roles: ccRoles.map((name) => ({ name })),
    documents,
    custom_fields: documents.flatMap(({ custom_fields: fields }) => fields),
    named_form_fields: documents.flatMap(({ form_fields: fields }) => fields.filter(({ name }) => name !== "")),
    accounts: accounts.map(({ account_id, email }) => ({
      account_id,
      email_address: email,
      ...standing(leftOf(account_id)),
    })),
    attachments: attachments.map(({ id, signer, name, required, instructions }) => ({
      id,
      signer: roles[signer]?.name ?? String(signer),
      name,
      required,
      instructions,
      uploaded_at: null,
    })),
    signer_experience: { form_view: options.formView },
  };
}

/** Plans are unlimited. The published schema takes no null for what is not bounded. */
function standing({ requests, templates, codes }: Left) {
  const unbounded = limits.quotaShown;
  return {
    is_locked: false,
    is_paid_hs: true,
    is_paid_hf: false,
    quotas: {
      templates_left: templates ?? unbounded,
      api_signature_requests_left: requests ?? unbounded,
      documents_left: requests ?? unbounded,
      sms_verifications_left: codes ?? unbounded,
    },
  };
}
