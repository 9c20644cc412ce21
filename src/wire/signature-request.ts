import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import type { RequestRecord } from "../requests/find.ts";
import { formViews, optionsOf } from "../requests/options.ts";
import type { AttachmentRow } from "../storage/signing-tables.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { ResponseData, renderResponseData } from "./response-data.ts";
import { Nullable, Seconds } from "./shapes.ts";

const Text = Nullable(Type.String());

/** One signer's part of a request, `signatures[]` on the wire. */
const Attachment = Type.Object({
  id: Type.String(),
  /** Index of the signer, as in `signer_index` of the request. */
  signer: Type.String(),
  name: Type.String(),
  required: Type.Boolean(),
  instructions: Text,
  uploaded_at: Nullable(Seconds),
});

const Signature = Type.Object({
  signature_id: Type.String(),
  signer_group_guid: Text,
  signer_email_address: Type.String(),
  signer_name: Text,
  signer_role: Text,
  order: Nullable(Type.Integer()),
  status_code: Type.String(),
  decline_reason: Text,
  signed_at: Nullable(Seconds),
  last_viewed_at: Nullable(Seconds),
  last_reminded_at: Nullable(Seconds),
  has_pin: Type.Boolean(),
  has_sms_auth: Type.Boolean(),
  has_sms_delivery: Type.Boolean(),
  sms_phone_number: Text,
  reassigned_by: Text,
  reassignment_reason: Text,
  reassigned_from: Text,
  error: Text,
});

/** A signature request as v3 shows it. Contract: objects.md. */
export const SignatureRequest = Type.Object({
  test_mode: Type.Boolean(),
  signature_request_id: Type.String(),
  requester_email_address: Text,
  title: Type.String(),
  original_title: Type.String(),
  subject: Text,
  message: Text,
  metadata: Type.Record(Type.String(), Type.Unknown()),
  created_at: Seconds,
  expires_at: Nullable(Seconds),
  is_complete: Type.Boolean(),
  is_declined: Type.Boolean(),
  has_error: Type.Boolean(),
  files_url: Type.String(),
  signing_url: Text,
  details_url: Type.String(),
  cc_email_addresses: Type.Array(Type.String()),
  signing_redirect_url: Text,
  final_copy_uri: Text,
  template_ids: Nullable(Type.Array(Type.String())),
  custom_fields: Type.Array(Type.Unknown()),
  attachments: Type.Array(Attachment),
  response_data: Type.Array(ResponseData),
  signatures: Type.Array(Signature),
  bulk_send_job_id: Text,
  client_id: Text,
  signer_experience: Type.Object({ form_view: Type.Enum([...formViews]) }),
});

/** What a rendering needs beside the rows. */
export type Rendering = {
  readonly publicUrl: string;
  /** The account's address: who asks, unless the request names somebody else. */
  readonly requesterEmail: string;
};

/** Renders a request for answers and callbacks alike: callbacks freeze these very bytes. */
export function renderSignatureRequest(
  record: RequestRecord,
  { publicUrl, requesterEmail }: Rendering,
): Type.Static<typeof SignatureRequest> {
  const { request, signatures } = record;
  const id = request.request_id;
  const open = request.is_embedded === 0 && request.state === "awaiting";
  return {
    test_mode: request.test_mode === 1,
    signature_request_id: id,
    requester_email_address: request.requester_email ?? requesterEmail,
    title: request.title,
    original_title: request.original_title,
    subject: request.subject,
    message: request.message,
    metadata: JSON.parse(request.metadata_json) as Record<string, unknown>,
    created_at: toSeconds(request.created_at),
    expires_at: secondsOrNull(request.expires_at),
    is_complete: request.state === "complete" || (request.state === "destroyed" && request.completed_at !== null),
    is_declined: request.state === "declined" || (request.state === "destroyed" && signatures.some(hasDeclined)),
    has_error: request.state === "error",
    files_url: `${publicUrl}/v3/signature_request/files/${id}`,
    signing_url: open ? `${publicUrl}/sign/${id}` : null,
    details_url: `${publicUrl}/app/requests/${id}`,
    cc_email_addresses: JSON.parse(request.cc_json) as string[],
    signing_redirect_url: request.redirect_url,
    final_copy_uri: `/v3/signature_request/final_copy/${id}`,
    template_ids: request.template_ids_json === null ? null : (JSON.parse(request.template_ids_json) as string[]),
    custom_fields: JSON.parse(request.custom_fields_json) as unknown[],
    attachments: record.attachments.map(renderAttachment),
    response_data: renderResponseData(record),
    signatures: signatures.map(renderSignature),
    bulk_send_job_id: request.bulk_send_job_id,
    client_id: request.client_id,
    signer_experience: { form_view: optionsOf(request).formView },
  };
}

/**
 * The same as its signers' accounts are shown it: all but what is between its sender and others, a signer's phone and why somebody handed over.
 * What stands in the document comes once everybody has signed: until then a pin, a text message or an eID may be asked for before it is shown.
 */
export function renderForSigners(record: RequestRecord, rendering: Rendering): Type.Static<typeof SignatureRequest> {
  const shown = renderSignatureRequest(record, rendering);
  return {
    ...shown,
    ...(record.request.state === "complete" ? {} : { custom_fields: [], response_data: [] }),
    signatures: shown.signatures.map((one) => ({ ...one, sms_phone_number: null, reassignment_reason: null })),
  };
}

function renderAttachment(row: AttachmentRow): Type.Static<typeof Attachment> {
  return {
    id: row.attachment_id,
    signer: String(row.signer),
    name: row.name,
    required: row.required === 1,
    instructions: row.instructions,
    uploaded_at: secondsOrNull(row.uploaded_at),
  };
}

function hasDeclined({ state }: SignatureRow): boolean {
  return state === "declined";
}

function renderSignature(row: SignatureRow): Type.Static<typeof Signature> {
  return {
    signature_id: row.signature_id,
    signer_group_guid: row.group_guid,
    signer_email_address: row.email,
    signer_name: row.name,
    signer_role: row.role,
    order: row.sign_order,
    status_code: row.state,
    decline_reason: row.decline_reason,
    signed_at: secondsOrNull(row.signed_at),
    last_viewed_at: secondsOrNull(row.viewed_at),
    last_reminded_at: secondsOrNull(row.reminded_at),
    has_pin: row.pin_hash !== null,
    has_sms_auth: row.sms_use === "authentication",
    has_sms_delivery: row.sms_use === "delivery",
    sms_phone_number: row.sms_phone,
    reassigned_by: row.reassigned_by,
    reassignment_reason: row.reassignment_reason,
    reassigned_from: row.reassigned_from,
    error: row.error,
  };
}

function secondsOrNull(milliseconds: number | null): number | null {
  return milliseconds === null ? null : toSeconds(milliseconds);
}
