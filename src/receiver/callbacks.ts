/**
 * For those who receive callbacks: read one, see that it is genuine, acknowledge it. Needs nothing but Node's own crypto,
 * version 20 or later, and works for callbacks of Countersign and of the hosted service alike.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

// biome-ignore lint/performance/noBarrelFile: the package has one entry for receivers, and this is it.
export {
  isWebhookError,
  type VerifiedWebhook,
  verifyWebhook,
  type WebhookCheck,
  type WebhookError,
  type WebhookErrorCode,
  type WebhookHeaders,
} from "./webhook.ts";

/** What an answer with status 200 must contain for the callback to count as received. */
export const acknowledgement = "Hello API Event Received";

/** The longest body that `parseCallback` reads, in bytes. */
export const callbackBytesMost = 10 * 1024 * 1024;

const partHeadBytesMost = 8 * 1024;

/** The events of API v3. */
export const eventTypes = [
  "signature_request_sent",
  "signature_request_viewed",
  "signature_request_signed",
  "signature_request_downloadable",
  "signature_request_all_signed",
  "signature_request_declined",
  "signature_request_reassigned",
  "signature_request_remind",
  "signature_request_email_bounce",
  "signature_request_invalid",
  "signature_request_canceled",
  "signature_request_prepared",
  "signature_request_expired",
  "signature_request_destroyed",
  "signature_request_incomplete_qes",
  "signature_request_signer_removed",
  "file_error",
  "unknown_error",
  "sign_url_invalid",
  "template_created",
  "template_error",
  "account_confirmed",
  "fax_sent",
  "fax_received",
  "fax_on_hold",
  "fax_busy",
  "fax_no_answer",
  "fax_disconnected",
  "fax_blacklisted",
  "callback_test",
] as const;

/** The name of an event. */
export type EventType = (typeof eventTypes)[number];

/** For whom an event is told. `related_signature_id` is set where one signer did it. */
export type EventMetadata = {
  readonly related_signature_id?: string | null;
  readonly reported_for_account_id?: string | null;
  readonly reported_for_app_id?: string | null;
  /** The reason of a decline, or what is wrong with a request. */
  readonly event_message?: string | null;
};

/** What happened, when, for whom, and the proof of it. */
export type CallbackEvent = {
  /** One of `eventTypes`; a later version may send others. */
  readonly event_type: EventType | (string & {});
  /** Unix seconds, as text. */
  readonly event_time: string;
  readonly event_hash: string;
  readonly event_metadata?: EventMetadata | null;
};

/** One signer's part of a request; times are Unix seconds. */
export type CallbackSignature = {
  readonly signature_id: string;
  readonly signer_email_address: string;
  readonly signer_name: string | null;
  readonly status_code: string;
  readonly order?: number | null;
  readonly signed_at?: number | null;
  readonly last_viewed_at?: number | null;
  readonly last_reminded_at?: number | null;
  readonly decline_reason?: string | null;
  readonly error?: string | null;
};

/** The request as it stood when the event happened; members beyond these are as in the API. */
export type CallbackSignatureRequest = {
  readonly signature_request_id: string;
  readonly title: string;
  readonly test_mode: boolean;
  readonly is_complete: boolean;
  readonly is_declined: boolean;
  readonly has_error: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly signatures: readonly CallbackSignature[];
  readonly [member: string]: unknown;
};

/** A callback. Delivery is at least once and in no promised order: act on the object's state, and twice as once. */
export type CallbackPayload = {
  readonly event: CallbackEvent;
  readonly signature_request?: CallbackSignatureRequest;
  readonly template?: Readonly<Record<string, unknown>>;
  /** A fax. */
  readonly transmission?: Readonly<Record<string, unknown>>;
  readonly account?: Readonly<Record<string, unknown>>;
  readonly account_guid?: string | null;
  readonly client_id?: string | null;
};

/** Why a body is no callback: beyond `callbackBytesMost`, without a `json` field, no JSON, or JSON without an event. */
export type CallbackErrorCode = "too_large" | "no_json_field" | "invalid_json" | "not_an_event";

/** What `parseCallback` throws: answer it with status 400. */
export type CallbackError = Error & { readonly name: "CallbackError"; readonly code: CallbackErrorCode };

/** Whether an error is one that `parseCallback` throws. */
export function isCallbackError(error: unknown): error is CallbackError {
  return error instanceof Error && error.name === "CallbackError";
}

/**
 * Reads the body of a callback: multipart with the field `json` (what is sent), urlencoded `json=…`, or plain JSON.
 * Throws a `CallbackError` for anything else. It says nothing about who sent it: call `verifyCallback` next.
 */
export function parseCallback(body: string | Uint8Array, contentType: string | undefined): CallbackPayload {
  const bytes =
    typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length > callbackBytesMost)
    throw problem("too_large", `The body has more than ${callbackBytesMost} bytes.`);
  const json = jsonOf(bytes, contentType ?? "");
  if (json === null) throw problem("no_json_field", "The body has no field named json.");
  const payload = parseJson(json);
  if (!isPayload(payload))
    throw problem("not_an_event", "The JSON has no event with event_type, event_time and event_hash.");
  return payload;
}

/** Whether a callback comes from someone who knows the API key: `event_hash` is the HMAC-SHA256 of event_time and event_type. Compares in constant time. */
export function verifyCallback({ event }: CallbackPayload, apiKey: string): boolean {
  const expected = createHmac("sha256", apiKey).update(`${event.event_time}${event.event_type}`).digest();
  const given = Buffer.from(event.event_hash, "hex");
  return (
    event.event_hash.length === expected.length * 2 &&
    given.length === expected.length &&
    timingSafeEqual(given, expected)
  );
}

/** The part of Node's `ServerResponse` that an acknowledgement needs. */
export type CallbackResponse = {
  readonly writeHead: (status: number, headers: Record<string, string>) => unknown;
  readonly end: (body: string) => unknown;
};

/** Answers that the callback was received. Do it once the event is safe with you: after this it is not sent again. */
export function acknowledge(response: CallbackResponse): void {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.end(acknowledgement);
}

function jsonOf(bytes: Buffer, contentType: string): string | null {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase();
  if (type === "multipart/form-data") return multipartField(bytes, { contentType, field: "json" });
  if (type === "application/x-www-form-urlencoded") return new URLSearchParams(bytes.toString()).get("json");
  return bytes.toString();
}

/** The value of a field of a multipart body (RFC 7578), or null. */
function multipartField(
  bytes: Buffer,
  { contentType, field }: { readonly contentType: string; readonly field: string },
): string | null {
  const boundary = parameter(contentType, "boundary");
  if (boundary === null || boundary === "") return null;
  const delimiter = `\r\n--${boundary}`;
  const start = bytes.indexOf(delimiter.slice(2)) === 0 ? -2 : bytes.indexOf(delimiter);
  if (start === -1) return null;
  for (let from = start + delimiter.length; ; ) {
    const end = bytes.indexOf(delimiter, from);
    if (end === -1) return null;
    const part = bytes.subarray(from, end);
    const blank = part.indexOf("\r\n\r\n");
    const hasHead = blank !== -1 && blank <= partHeadBytesMost;
    if (hasHead && nameOf(part.toString("utf8", 0, blank)) === field) return part.toString("utf8", blank + 4);
    from = end + delimiter.length;
  }
}

function nameOf(head: string): string | null {
  const disposition = head.split("\r\n").find((line) => /^content-disposition:/i.test(line));
  return disposition === undefined ? null : parameter(disposition, "name");
}

function parameter(header: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]*))`, "i").exec(header);
  return found?.[1] ?? found?.[2] ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw problem("invalid_json", "The callback is not valid JSON.");
  }
}

function isPayload(value: unknown): value is CallbackPayload {
  if (typeof value !== "object" || value === null || !("event" in value)) return false;
  const { event } = value;
  if (typeof event !== "object" || event === null) return false;
  if (!("event_type" in event && "event_time" in event && "event_hash" in event)) return false;
  return [event.event_type, event.event_time, event.event_hash].every((member) => typeof member === "string");
}

function problem(code: CallbackErrorCode, message: string): CallbackError {
  return Object.assign(new Error(message), { name: "CallbackError" as const, code });
}
