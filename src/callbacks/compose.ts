import { createHmac } from "node:crypto";
import { toSeconds } from "../base/clock.ts";
import { hashOf, macOf } from "../base/secrets.ts";
import { objectMember } from "../events/catalog.ts";
import type { EventRow } from "../storage/promise-tables.ts";

/** What a callback is made of: the frozen event, and for whom it is told. */
export type CallbackParts = {
  readonly event: Omit<EventRow, "position" | "as_signer" | "call_id">;
  /** The app whose callback this is, or null for the account's. */
  readonly reportedForAppId: string | null;
  /** The account's primary API key (the app owner's, for an app): it makes the event_hash. */
  readonly apiKey: string;
  readonly deliveryId: string;
  /** From 1. */
  readonly attempt: number;
  readonly credentials: string | null;
  /** The endpoint's secrets of Standard Webhooks, `whsec_…`, newest first; without any there are no `webhook-…` headers. */
  readonly webhookSecrets: readonly string[];
  /** When this attempt is made, in milliseconds. */
  readonly sentAt: number;
};

/** A callback to send. Its body is the same for each attempt of a delivery, unless the primary key changes between. */
export type Callback = {
  readonly json: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
};

/** Composes a callback as v3 sends it: multipart/form-data with one field, `json`. Contract: events.md sections 2, 7, 8. */
export function composeCallback(parts: CallbackParts): Callback {
  const { event, apiKey, deliveryId, attempt, credentials } = parts;
  const json = composePayload(parts);
  const boundary = `----countersign-${hashOf(event.event_id).slice(0, 24)}`;
  const body = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--${boundary}--\r\n`,
  );
  return {
    json,
    body,
    headers: {
      "user-agent": "HelloSign API",
      accept: "*/*",
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-sha256": macOf(apiKey, json),
      "countersign-event-id": event.event_id,
      "countersign-delivery-id": deliveryId,
      "countersign-attempt": String(attempt),
      "countersign-sequence": String(event.seq),
      ...signatureHeaders(parts, body),
      ...(credentials === null ? {} : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
    },
  };
}

/** The payload's JSON text; the object goes in byte for byte as it was frozen. */
function composePayload({ event, reportedForAppId, apiKey }: CallbackParts): string {
  const time = String(toSeconds(event.occurred_at));
  const envelope = JSON.stringify({
    account_guid: event.account_id,
    client_id: reportedForAppId,
    event: {
      event_type: event.type,
      event_time: time,
      event_hash: macOf(apiKey, time + event.type),
      event_metadata: {
        related_signature_id: event.related_signature_id,
        reported_for_account_id: event.account_id,
        reported_for_app_id: reportedForAppId,
        ...(event.message === null ? {} : { event_message: event.message }),
      },
    },
  });
  if (event.object_json === null) return envelope;
  return `${envelope.slice(0, -1)},"${objectMember(event.type)}":${event.object_json}}`;
}

/**
 * The headers of Standard Webhooks (1.0.0, "Signature scheme"): over the bytes of the body, the time of the attempt and the
 * event's id, which repeats, resends and replays share.
 */
function signatureHeaders(
  { event, webhookSecrets, sentAt }: CallbackParts,
  body: Uint8Array,
): Readonly<Record<string, string>> {
  if (webhookSecrets.length === 0) return {};
  const time = String(toSeconds(sentAt));
  const signatures = webhookSecrets.map((secret) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    return `v1,${createHmac("sha256", key).update(`${event.event_id}.${time}.`).update(body).digest("base64")}`;
  });
  return { "webhook-id": event.event_id, "webhook-timestamp": time, "webhook-signature": signatures.join(" ") };
}
