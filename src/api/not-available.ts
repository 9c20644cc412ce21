/** Operations of v3 that are not built yet: each answers 404 with its name, never a fake success. */
export const notAvailable: readonly (readonly [id: string, on: string])[] = [
  ["signatureRequestBulkCreateEmbeddedWithTemplate", "POST /signature_request/bulk_create_embedded_with_template"],
  ["signatureRequestBulkSendWithTemplate", "POST /signature_request/bulk_send_with_template"],
  [
    "signatureRequestEditEmbeddedWithTemplate",
    "PUT /signature_request/edit_embedded_with_template/{signature_request_id}",
  ],
  ["signatureRequestEditWithTemplate", "PUT /signature_request/edit_with_template/{signature_request_id}"],
  ["templateCreateEmbeddedDraft", "POST /template/create_embedded_draft"],
  ["unclaimedDraftCreate", "POST /unclaimed_draft/create"],
  ["unclaimedDraftCreateEmbedded", "POST /unclaimed_draft/create_embedded"],
  ["unclaimedDraftCreateEmbeddedWithTemplate", "POST /unclaimed_draft/create_embedded_with_template"],
  ["unclaimedDraftEditAndResend", "POST /unclaimed_draft/edit_and_resend/{signature_request_id}"],
  ["embeddedEditUrl", "POST /embedded/edit_url/{template_id}"],
  ["bulkSendJobGet", "GET /bulk_send_job/{bulk_send_job_id}"],
  ["bulkSendJobList", "GET /bulk_send_job/list"],
];
