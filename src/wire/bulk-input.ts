import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { TemplatedRequestInput } from "./templated-input.ts";

const { template_ids, ccs, allow_decline, client_id, custom_fields, message, metadata, ...others } =
  TemplatedRequestInput.properties;
const { signing_redirect_url, subject, test_mode, title } = others;

/** What `signature_request/bulk_send_with_template` and `bulk_create_embedded_with_template` take. Contract: operations.md. */
export const BulkSendInput = Type.Object({
  template_ids,
  /** One request each; its `signers` are a list of one, or, as older callers write it, an object by role. */
  signer_list: Type.Optional(
    Type.Array(Type.Object({ signers: Type.Optional(Type.Unknown()), custom_fields: Type.Optional(Type.Unknown()) }), {
      minItems: 1,
      maxItems: limits.bulkRowsMost,
    }),
  ),
  /** A CSV file; as a text, what would stand in it. */
  signer_file: Type.Optional(Type.String()),
  allow_decline,
  ccs,
  client_id,
  custom_fields,
  message,
  metadata,
  signing_redirect_url,
  subject,
  test_mode,
  title,
});

/** A bulk send as it was asked for, read by its schema. */
export type BulkSendInput = Type.Static<typeof BulkSendInput>;
