// What the operations on drafts take. Contract: operations.md.

import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { SignatureRequestInput } from "./request-input.ts";
import { TemplateInput } from "./template-input.ts";
import { TemplatedRequestInput } from "./templated-input.ts";

const Flag = Type.Optional(Type.Boolean());
const Address = Type.Optional(Type.String({ maxLength: limits.urlLength }));
const Email = Type.String({ format: "email", maxLength: limits.emailLength, minLength: 1 });
const Kind = Type.Enum(["send_document", "request_signature"] as const);

/** How the editor is to look, whatever is made in it. */
const looks = {
  editor_options: Type.Optional(Type.Object({ allow_edit_signers: Flag, allow_edit_documents: Flag })),
  force_subject_message: Flag,
  show_preview: Flag,
  show_progress_stepper: Flag,
};

/** How it is to look where a request is made in it. */
const requestLooks = { ...looks, allow_ccs: Flag, skip_me_now: Flag, hold_request: Flag };

const subject = Type.Optional(Type.String({ maxLength: limits.templateSubjectLength }));
const { signers: people } = SignatureRequestInput.properties;

/** Nobody may be named: the sender does. */
const { is_eid: _, ...knownProperties } = SignatureRequestInput.properties;
const requestProperties = {
  ...knownProperties,
  signers: Type.Optional(Type.Array(people.items, { maxItems: limits.signers })),
};

/** What `unclaimed_draft/create` takes. */
export const UnclaimedDraftInput = Type.Object({
  ...requestProperties,
  subject,
  type: Kind,
  show_progress_stepper: Flag,
});

/** What `unclaimed_draft/create_embedded` takes. */
export const EmbeddedDraftInput = Type.Object({
  ...requestProperties,
  ...requestLooks,
  subject,
  type: Type.Optional(Kind),
  requester_email_address: Email,
  requesting_redirect_url: Address,
  is_for_embedded_signing: Flag,
  force_signer_page: Flag,
});

const { is_eid: ___, ...templatedProperties } = TemplatedRequestInput.properties;

/** What `unclaimed_draft/create_embedded_with_template` takes. */
export const TemplatedEmbeddedDraftInput = Type.Object({
  ...templatedProperties,
  ...requestLooks,
  allow_reassign: Flag,
  field_options: SignatureRequestInput.properties.field_options,
  requester_email_address: Email,
  requesting_redirect_url: Address,
  is_for_embedded_signing: Flag,
  force_signer_roles: Flag,
  preview_only: Flag,
});

/** What `unclaimed_draft/edit_and_resend` takes. */
export const ResendInput = Type.Object({
  signature_request_id: Type.String(),
  client_id: Type.String({ minLength: 1, maxLength: 64 }),
  editor_options: looks.editor_options,
  show_progress_stepper: Flag,
  is_for_embedded_signing: Flag,
  requester_email_address: Type.Optional(Email),
  requesting_redirect_url: Address,
  signing_redirect_url: Address,
  test_mode: Flag,
});

const { signer_roles: roles, client_id: __, ...templateProperties } = TemplateInput.properties;

/** What `template/create_embedded_draft` takes. */
export const TemplateDraftInput = Type.Object({
  ...templateProperties,
  ...looks,
  client_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  signer_roles: Type.Optional(Type.Array(roles.items, { maxItems: limits.signers })),
  allow_ccs: Flag,
  force_signer_roles: Flag,
  skip_me_now: Flag,
});

/** What `embedded/edit_url` takes. */
export const EditUrlInput = Type.Object({
  template_id: Type.String(),
  ...looks,
  allow_edit_ccs: Flag,
  /** One without a name clears them. */
  cc_roles: Type.Optional(Type.Unknown()),
  force_signer_roles: Flag,
  merge_fields: TemplateInput.properties.merge_fields,
  preview_only: Flag,
  test_mode: Flag,
  signer_experience: SignatureRequestInput.properties.signer_experience,
});

/** How the editor is to look, as any of these says it. */
export type Looks = {
  readonly editor_options?: {
    readonly allow_edit_signers?: boolean;
    readonly allow_edit_documents?: boolean;
  };
  readonly force_subject_message?: boolean;
  readonly show_preview?: boolean;
  readonly show_progress_stepper?: boolean;
  readonly skip_me_now?: boolean;
  readonly preview_only?: boolean;
  readonly requesting_redirect_url?: string;
};
