// Asks a time-stamp authority over HTTP (RFC 3161, 3.4), and believes nothing that it does not prove.

import { randomBytes } from "node:crypto";
import { limits } from "../base/limits.ts";
import type { Outbound } from "../http/outbound.ts";
import { integer, nothing, octets, oid, readAll, readOne, sequence, small, derTags as tags, yes } from "./der.ts";
import { checkTimestampToken, readTimestampToken } from "./timestamp-token.ts";
import { isTrusted } from "./trust.ts";

/** Why there is no time-stamp. */
export type Trouble =
  | "unreachable"
  | "status"
  | "refused"
  | "nonce"
  | "imprint"
  | "time"
  | "signature"
  | "certificate"
  | "malformed";

/** A token (DER), or why there is none, in a word and in words. */
export type Stamped =
  | { readonly ok: true; readonly token: Uint8Array }
  | { readonly ok: false; readonly trouble: Trouble; readonly message: string };

/** An authority: its address, perhaps with Basic credentials, and the certificates (PEM) from one of which its own must come, if any are told. */
export type Authority = {
  readonly outbound: Outbound;
  readonly url: string;
  readonly clock: () => number;
  readonly roots: readonly string[];
};

/**
 * Asks for a time-stamp over something whose SHA-256 is this. There is one only when the authority grants it within
 * `limits.timestampMs`, for this digest and this question, signed by a certificate for time-stamps, and at this time: a clock
 * further off than `limits.timestampSkewMs` is not believed.
 */
export async function askTimestamp(authority: Authority, digest: Uint8Array): Promise<Stamped> {
  const nonce = integer(Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const { href, credentials } = addressOf(authority.url);
  const result = await authority.outbound.request({
    url: href,
    method: "POST",
    headers: {
      "content-type": "application/timestamp-query",
      accept: "application/timestamp-reply",
      "user-agent": "Countersign",
      ...(credentials === null ? {} : { authorization: credentials }),
    },
    body: questionFor(digest, nonce),
    deadlineMs: limits.timestampMs,
    maxBodyBytes: limits.timestampReplyBytes,
  });
  if (result.kind === "failed") return none("unreachable", result.message);
  if (result.status !== 200) return none("status", `It answered ${result.status}.`);
  if (result.truncated) return none("malformed", `Its answer is larger than ${limits.timestampReplyBytes} bytes.`);
  try {
    return judge(authority, { reply: result.body, digest, nonce });
  } catch {
    return none("malformed", "Its answer is no answer of RFC 3161.");
  }
}

/** TimeStampReq (RFC 3161, 2.4.1), with the authority's certificate asked for. */
function questionFor(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const imprint = sequence(sequence(oid("2.16.840.1.101.3.4.2.1"), nothing), octets(digest));
  return sequence(small(1), imprint, nonce, yes);
}

type Reply = { readonly reply: Uint8Array; readonly digest: Uint8Array; readonly nonce: Uint8Array };

function judge({ clock, roots }: Authority, { reply, digest, nonce }: Reply): Stamped {
  const [status, token] = readAll(readOne(reply, tags.sequence).content);
  const [code, ...details] = readAll(status?.content ?? new Uint8Array());
  const granted = code?.content[0];
  // 0 granted, 1 granted with modifications (RFC 3161, 2.4.2).
  if (granted === undefined || granted > 1 || token === undefined)
    return none("refused", `Its status is ${granted ?? "missing"}${wordsIn(details)}.`);
  if (token.whole.length > limits.timestampBytes)
    return none("malformed", `Its time-stamp is larger than ${limits.timestampBytes} bytes.`);

  const told = readTimestampToken(token.whole);
  if (told.nonce === null || Buffer.compare(told.nonce, readOne(nonce, tags.integer).content) !== 0)
    return none("nonce", "It answers another question.");
  const checked = checkTimestampToken(token.whole, (name) => (name === "sha256" ? digest : null));
  if (!checked.ok) return none(checked.kind, checked.reason);
  const skew = Math.abs(checked.time - clock());
  if (skew > limits.timestampSkewMs)
    return none("time", `Its clock and ours differ by ${Math.round(skew / 1000)} seconds. One of them is wrong.`);
  if (roots.length > 0 && !isTrusted({ ...checked, trusted: roots }))
    return none("certificate", "Its certificate does not come from one of those in COUNTERSIGN_TSA_CA.");
  return { ok: true, token: token.whole };
}

/** The texts and failure bits of a PKIStatusInfo. */
function wordsIn(details: readonly { readonly tag: number; readonly content: Uint8Array }[]): string {
  const texts = details
    .filter(({ tag }) => tag === tags.sequence)
    .flatMap(({ content }) => readAll(content).map((text) => Buffer.from(text.content).toString("utf8").slice(0, 200)));
  return texts.length === 0 ? "" : `: ${texts.join(", ")}`;
}

/** Credentials of the address go as a header, and into no log. */
function addressOf(url: string): { readonly href: string; readonly credentials: string | null } {
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  if (username === "" && password === "") return { href: address.href, credentials: null };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { href: address.href, credentials: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function none(trouble: Trouble, message: string): Stamped {
  return { ok: false, trouble, message };
}
