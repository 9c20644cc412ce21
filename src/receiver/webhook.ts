// Standard Webhooks (https://www.standardwebhooks.com, 1.0.0): a signature over the whole body, which event_hash is not.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Headers as Node's `request.headers`, as the `Headers` of fetch, or as a plain record; names in any case. */
export type WebhookHeaders =
  | { readonly get: (name: string) => string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request to check. */
export type WebhookCheck = {
  readonly headers: WebhookHeaders;
  /** The body as it arrived, before anything parsed it. */
  readonly body: string | Uint8Array;
  /** The endpoint's secret, `whsec_…`, or several of which one must fit. */
  readonly secret: string | readonly string[];
  /** How far the time of the attempt may be from now, in seconds either way: 300 unless said. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970: the machine's clock unless said. */
  readonly now?: number;
};

/** A genuine request: the event's id, the same for every repeat of it, and the time of this attempt in Unix seconds. */
export type VerifiedWebhook = { readonly id: string; readonly timestamp: number };

/** Why a request is not genuine; `bad_secret` says that the receiver's own secret is none. */
export type WebhookErrorCode =
  | "missing_headers"
  | "bad_timestamp"
  | "timestamp_too_old"
  | "timestamp_too_new"
  | "no_match"
  | "bad_secret";

/** What `verifyWebhook` throws: answer it with status 401, but `bad_secret` with 500, for it is not the sender's fault. */
export type WebhookError = Error & { readonly name: "WebhookError"; readonly code: WebhookErrorCode };

/** Whether an error is one that `verifyWebhook` throws. */
export function isWebhookError(error: unknown): error is WebhookError {
  return error instanceof Error && error.name === "WebhookError";
}

/**
 * Checks the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of a request against its body, in constant
 * time. Throws a `WebhookError` unless somebody who knows the secret sent exactly this body, within the tolerance.
 */
export function verifyWebhook(check: WebhookCheck): VerifiedWebhook {
  const { headers, body, secret, toleranceSeconds = 300, now = Date.now() } = check;
  const keys = (typeof secret === "string" ? [secret] : secret).map(keyOf);
  if (keys.length === 0) throw problem("bad_secret", "There is no secret to verify with.");
  const id = demand(headers, "webhook-id");
  const time = demand(headers, "webhook-timestamp");
  const signatures = demand(headers, "webhook-signature");
  const timestamp = readTime(time, { now: Math.floor(now / 1000), toleranceSeconds });

  const given = signatures.split(" ").filter((part) => part.startsWith("v1,"));
  const expected = keys.map((key) => signatureOf(key, { id, time, body }));
  if (!given.some((one) => expected.some((other) => isSame(one, other))))
    throw problem("no_match", "No signature in webhook-signature was made over this body with our secret.");
  return { id, timestamp };
}

/** The bytes of a secret: `whsec_` and base64 of 24 to 64 bytes; the prefix may be missing. */
function keyOf(secret: string): Buffer {
  const text = secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;
  const key = Buffer.from(text, "base64");
  const isBase64 = key.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  if (!isBase64 || key.length < 24 || key.length > 64)
    throw problem("bad_secret", "The webhook secret must be whsec_ and the base64 of 24 to 64 bytes.");
  return key;
}

function demand(headers: WebhookHeaders, name: string): string {
  const value = readHeader(headers, name);
  if (value === null || value === "") throw problem("missing_headers", `The header ${name} is missing.`);
  return value;
}

function readHeader(headers: WebhookHeaders, name: string): string | null {
  if (isFetchHeaders(headers)) return headers.get(name);
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === "string" || found === undefined ? (found ?? null) : found.join(", ");
}

function isFetchHeaders(headers: WebhookHeaders): headers is { readonly get: (name: string) => string | null } {
  return typeof headers.get === "function";
}

type Bounds = { readonly now: number; readonly toleranceSeconds: number };

function readTime(text: string, { now, toleranceSeconds }: Bounds): number {
  if (!/^\d{1,12}$/.test(text)) throw problem("bad_timestamp", "webhook-timestamp is not a number of Unix seconds.");
  const timestamp = Number(text);
  const away = `${Math.abs(now - timestamp)} seconds`;
  if (timestamp < now - toleranceSeconds)
    throw problem("timestamp_too_old", `The request was signed ${away} ago; at most ${toleranceSeconds} are allowed.`);
  if (timestamp > now + toleranceSeconds)
    throw problem("timestamp_too_new", `The request was signed ${away} ahead of this machine's clock.`);
  return timestamp;
}

type Signed = { readonly id: string; readonly time: string; readonly body: string | Uint8Array };

function signatureOf(key: Buffer, { id, time, body }: Signed): Buffer {
  return Buffer.from(`v1,${createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64")}`);
}

function isSame(given: string, expected: Buffer): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function problem(code: WebhookErrorCode, message: string): WebhookError {
  return Object.assign(new Error(message), { name: "WebhookError" as const, code });
}
