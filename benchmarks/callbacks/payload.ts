import { createHash, createHmac, randomBytes } from "node:crypto";

/** Callback URLs among which the events are spread, each of an account of its own. */
export const lanes = 20;

/** The key that signs every callback of the benchmark. */
export const apiKey = "5".repeat(64);

/** One event to be told: of a request that is new, to the address of a lane. */
export type Order = { readonly requestId: string; readonly lane: number };

/** The next event; lanes take turns. */
export function newOrder(count: number): Order {
  return { requestId: randomBytes(20).toString("hex"), lane: count % lanes };
}

/** The account that a lane belongs to. */
export function accountOf(lane: number): string {
  return createHash("sha1").update(`lane ${lane}`).digest("hex");
}

/** What an account's row holds. */
export function accountRow(lane: number) {
  return {
    account_id: accountOf(lane),
    email: `lane-${lane}@example.com`,
    password_hash: "none",
    locale: "en",
    created_at: 0,
  };
}

/** The business change of every contestant: a row like those that `create_embedded` writes. */
export function requestRow({ requestId, lane }: Order, at: number) {
  return {
    request_id: requestId,
    account_id: accountOf(lane),
    client_id: null,
    state: "awaiting",
    is_embedded: 1,
    test_mode: 0,
    title: "Lease of the premises at 7 Harbour Road",
    original_title: "Lease of the premises at 7 Harbour Road",
    subject: "Please sign the lease",
    message: "Kindly sign within two weeks.",
    metadata_json: '{"customer":"48151","matter":"lease"}',
    cc_json: "[]",
    custom_fields_json: "[]",
    options_json: '{"use_text_tags":1}',
    redirect_url: null,
    created_at: at,
    expires_at: null,
    completed_at: null,
    error_message: null,
    last_seq: 0,
    document_blob: null,
    pages_json: null,
    sealed_blob: null,
  };
}

/** The object of an event, JSON text of about 5.5 KB: a request of four signers who have filled in some fields. */
export function objectOf({ requestId }: Order): string {
  return objectText.replaceAll(placeholder, requestId);
}

const placeholder = "0123456789".repeat(4);
const objectText = JSON.stringify({
  signature_request_id: placeholder,
  requester_email_address: "office@example.com",
  title: "Lease of the premises at 7 Harbour Road",
  original_title: "Lease of the premises at 7 Harbour Road",
  subject: "Please sign the lease",
  message: "Kindly sign within two weeks.",
  metadata: { customer: "48151", matter: "lease" },
  is_complete: false,
  is_declined: false,
  has_error: false,
  test_mode: false,
  created_at: 1_790_000_000,
  expires_at: null,
  files_url: `https://sign.example.com/v3/signature_request/files/${placeholder}`,
  signing_url: null,
  details_url: `https://sign.example.com/app/requests/${placeholder}`,
  cc_email_addresses: ["archive@example.com"],
  signing_redirect_url: null,
  custom_fields: [],
  attachments: [],
  response_data: Array.from({ length: 16 }, (_, index) => ({
    api_id: `field_${index}_${"ab12".repeat(3)}`,
    signature_id: `${index % 4}`.repeat(32),
    name: `Field ${index}`,
    required: true,
    type: index % 4 === 0 ? "signature" : "text",
    value: index % 4 === 0 ? null : `What the signer wrote into field ${index}`,
  })),
  signatures: Array.from({ length: 4 }, (_, index) => ({
    signature_id: `${index}`.repeat(32),
    signer_email_address: `signer-${index}@example.com`,
    signer_name: `Signer ${index} of the Lease`,
    signer_role: null,
    order: index,
    status_code: index === 0 ? "signed" : "awaiting_signature",
    signed_at: index === 0 ? 1_790_000_500 : null,
    last_viewed_at: index === 0 ? 1_790_000_400 : null,
    last_reminded_at: null,
    has_pin: false,
    has_sms_auth: false,
    has_sms_delivery: false,
    sms_phone_number: null,
    reassigned_by: null,
    reassignment_reason: null,
    reassigned_from: null,
    error: null,
    decline_reason: null,
  })),
});

/** What a peer stores of a callback that it owes. */
export type Stored = { readonly key: string; readonly lane: number; readonly at: number; readonly object: string };

/** What a peer has in its hands: a stored callback and how often it was tried. */
export type Due = { readonly stored: Stored; readonly tries: number };

/** The bytes of a callback as a peer posts them: those of v3, its hashes made at send time. */
export function composeForPeer({ stored, tries }: Due) {
  const time = String(Math.floor(stored.at / 1000));
  const account = accountOf(stored.lane);
  const envelope = JSON.stringify({
    account_guid: account,
    client_id: null,
    event: {
      event_type: eventType,
      event_time: time,
      event_hash: macOf(time + eventType),
      event_metadata: { related_signature_id: null, reported_for_account_id: account, reported_for_app_id: null },
    },
  });
  const json = `${envelope.slice(0, -1)},"signature_request":${stored.object}}`;
  const boundary = `----peer-${stored.key.slice(0, 24)}`;
  return {
    body: Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--${boundary}--\r\n`,
    ),
    headers: {
      "user-agent": "HelloSign API",
      accept: "*/*",
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-sha256": macOf(json),
      "countersign-delivery-id": stored.key,
      "countersign-attempt": String(tries + 1),
    },
  };
}

/** The event that is told in every run. */
export const eventType = "signature_request_sent";

function macOf(message: string): string {
  return createHmac("sha256", apiKey).update(message).digest("hex");
}
