/** Operations of v3 that are not built yet: each answers 404 with its name, never a fake success. */
export const notAvailable: readonly (readonly [id: string, on: string])[] = [
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
];
