/** Operations of v3 that are not built yet: each answers 404 with its name, never a fake success. */
export const notAvailable: readonly (readonly [id: string, on: string])[] = [
  ["signatureRequestBulkCreateEmbeddedWithTemplate", "POST /signature_request/bulk_create_embedded_with_template"],
  ["signatureRequestBulkSendWithTemplate", "POST /signature_request/bulk_send_with_template"],
  ["bulkSendJobGet", "GET /bulk_send_job/{bulk_send_job_id}"],
  ["bulkSendJobList", "GET /bulk_send_job/list"],
];
