import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import { coverOf, type Fax, faxStatuses, statusOf } from "../fax/fax.ts";
import { Nullable, Seconds } from "./shapes.ts";

const Transmission = Type.Object({
  recipient: Type.String(),
  sender: Nullable(Type.String()),
  status_code: Type.Enum([...faxStatuses]),
  sent_at: Type.Optional(Seconds),
});

/** A fax as v3 shows it. Contract: objects.md. */
export const FaxShape = Type.Object({
  fax_id: Type.String(),
  title: Type.String(),
  original_title: Type.String(),
  subject: Nullable(Type.String()),
  message: Nullable(Type.String()),
  metadata: Type.Object({}),
  created_at: Seconds,
  sender: Type.String(),
  files_url: Type.String(),
  final_copy_uri: Nullable(Type.String()),
  transmissions: Type.Array(Transmission),
});

const NoList = Type.Array(Type.Unknown());

/** A fax as callbacks carry it, in the members of a signature request. Contract: events.md section 8.6. */
export const TransmissionShape = Type.Object({
  test_mode: Type.Boolean(),
  signature_request_id: Type.String(),
  ...FaxShape.properties,
  is_complete: Type.Boolean(),
  is_declined: Type.Boolean(),
  has_error: Type.Boolean(),
  cc_email_addresses: NoList,
  template_ids: Type.Null(),
  custom_fields: NoList,
  attachments: NoList,
  response_data: NoList,
  signatures: NoList,
});

/** What faxes are shown with: the account's address, which is the sender's where no number is. */
export type FaxView = { readonly publicUrl: string; readonly ownerEmail: string };

/** Renders a fax: whoever sent it by the address of the account; of one that came in, the number that it came from. */
export function renderFax(fax: Fax, view: FaxView): Type.Static<typeof FaxShape> {
  const { row } = fax;
  return {
    fax_id: row.fax_id,
    title: row.title,
    original_title: row.title,
    subject: null,
    message: coverOf(row)?.message ?? null,
    metadata: {},
    created_at: toSeconds(row.created_at),
    sender: senderOf(fax, view),
    files_url: `${view.publicUrl}/v3/fax/files/${row.fax_id}`,
    final_copy_uri: `/v3/transmission/final_copy/${row.fax_id}`,
    transmissions: renderTransmissions(fax),
  };
}

function senderOf({ row }: Fax, { ownerEmail }: FaxView): string {
  return row.direction === "received" ? (row.sender ?? "") : ownerEmail;
}

function renderTransmissions({ row, transmissions }: Fax) {
  return transmissions.map((one) => ({
    recipient: one.recipient,
    sender: row.sender,
    status_code: statusOf(one),
    ...(one.sent_at === null ? {} : { sent_at: toSeconds(one.sent_at) }),
  }));
}

/** Renders the `transmission` of a callback. */
export function renderTransmission(fax: Fax, view: FaxView): Type.Static<typeof TransmissionShape> {
  const shown = renderFax(fax, view);
  const statuses = fax.transmissions.map(statusOf);
  return {
    test_mode: fax.row.test_mode === 1,
    signature_request_id: "",
    ...shown,
    is_complete: statuses.every((status) => status === "success"),
    is_declined: false,
    has_error: statuses.some((status) => status.startsWith("error_")),
    cc_email_addresses: [],
    template_ids: null,
    custom_fields: [],
    attachments: [],
    response_data: [],
    signatures: [],
  };
}
