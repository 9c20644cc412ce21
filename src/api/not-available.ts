/** Operations of v3 that are not built yet: each answers 404 with its name, never a fake success. */
export const notAvailable: readonly (readonly [id: string, on: string])[] = [
  ["signatureRequestBulkCreateEmbeddedWithTemplate", "POST /signature_request/bulk_create_embedded_with_template"],
  ["signatureRequestBulkSendWithTemplate", "POST /signature_request/bulk_send_with_template"],
  ["bulkSendJobGet", "GET /bulk_send_job/{bulk_send_job_id}"],
  ["bulkSendJobList", "GET /bulk_send_job/list"],
  ["faxGet", "GET /fax/{fax_id}"],
  ["faxDelete", "DELETE /fax/{fax_id}"],
  ["faxFiles", "GET /fax/files/{fax_id}"],
  ["faxList", "GET /fax/list"],
  ["faxSend", "POST /fax/send"],
  ["faxLineAddUser", "PUT /fax_line/add_user"],
  ["faxLineAreaCodeGet", "GET /fax_line/area_codes"],
  ["faxLineCreate", "POST /fax_line/create"],
  ["faxLineGet", "GET /fax_line"],
  ["faxLineDelete", "DELETE /fax_line"],
  ["faxLineList", "GET /fax_line/list"],
  ["faxLineRemoveUser", "PUT /fax_line/remove_user"],
];
