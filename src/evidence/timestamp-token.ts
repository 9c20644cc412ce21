// A time-stamp token (RFC 3161, 2.4.2): an authority's signature over a hash and a time.

import { X509Certificate } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { checkSigner, digestName } from "./cms-check.ts";
import { type Algorithm, algorithmOf, readSignedData, type SignedData } from "./cms-read.ts";
import { dotted, readAll, readOne, derTags as tags } from "./der.ts";
import { readCertificate } from "./x509-read.ts";

/** What a token says. */
export type TimestampToken = {
  /** UTC milliseconds. */
  readonly time: number;
  readonly imprint: { readonly algorithm: Algorithm; readonly hash: Uint8Array };
  readonly policy: string;
  /** The content of the INTEGER; null where the token has none. */
  readonly nonce: Uint8Array | null;
  readonly signed: SignedData;
};

/** What became of a check: the time and the authority's certificate (DER), or why not, in words. */
export type TokenCheck =
  | {
      readonly ok: true;
      readonly time: number;
      readonly certificate: Uint8Array;
      readonly certificates: readonly Uint8Array[];
    }
  | {
      readonly ok: false;
      readonly kind: "imprint" | "signature" | "certificate" | "malformed";
      readonly reason: string;
    };

const tstInfo = "1.2.840.113549.1.9.16.1.4";
const forTimestamps = "1.3.6.1.5.5.7.3.8";
const extendedKeyUsage = "2.5.29.37";

/** Reads a token. Throws an Error when the bytes are none. */
export function readTimestampToken(der: Uint8Array): TimestampToken {
  const signed = readSignedData(der);
  assert(signed.contentType === tstInfo && signed.content !== null, "the content is a time-stamp");
  const [version, policy, imprint, serial, time, ...rest] = readAll(readOne(signed.content, tags.sequence).content);
  assert(version?.content[0] === 1 && serial?.tag === tags.integer, "a time-stamp of version 1");
  const [algorithm, hash] = readAll(present(imprint, "an imprint").content);
  return {
    time: timeOf(time?.tag === tags.time ? time.content : new Uint8Array()),
    imprint: { algorithm: algorithmOf(present(algorithm, "an algorithm")), hash: present(hash, "a hash").content },
    policy: dotted(present(policy, "a policy").content),
    nonce: rest.find(({ tag }) => tag === tags.integer)?.content ?? null,
    signed,
  };
}

/**
 * Checks that a token stamps something whose hash is this (`digestOf`: by the name of the function; null: unknown), by a certificate that is made for it and was valid at the time that it tells.
 */
export function checkTimestampToken(der: Uint8Array, digestOf: (name: string) => Uint8Array | null): TokenCheck {
  const token = attempt(() => readTimestampToken(der));
  if (token === null) return { ok: false, kind: "malformed", reason: "It is not a time-stamp." };
  const digest = digestName(token.imprint.algorithm);
  const hash = digest === null ? null : digestOf(digest);
  if (hash === null || Buffer.compare(hash, token.imprint.hash) !== 0)
    return { ok: false, kind: "imprint", reason: "The time-stamp is for something else." };

  const { signed, time } = token;
  const content = [present(signed.content, "the content of a token")];
  const signer = attempt(() => checkSigner(signed, { content, needsBinding: true }));
  if (signer === null || !signed.oddities.every((words) => words === unordered))
    return { ok: false, kind: "malformed", reason: "The time-stamp is damaged." };
  if (!signer.ok)
    return { ok: false, kind: signer.why === "certificate" ? "certificate" : "signature", reason: signer.reason };
  const complaint = attempt(() => complaintAbout(signer.certificate, time));
  if (complaint !== undefined)
    return { ok: false, kind: "certificate", reason: complaint ?? "Its certificate is damaged." };
  return { ok: true, time, certificate: signer.certificate, certificates: signed.certificates };
}

/** Authorities that keep certificates in their own order are common. */
const unordered = "its certificates are not in the order of a DER set";

/** RFC 3161, 2.3: the one purpose of the certificate's key, critical. */
function complaintAbout(certificate: Uint8Array, time: number): string | undefined {
  const usage = readCertificate(certificate).extensions.get(extendedKeyUsage);
  const purposes =
    usage === undefined
      ? []
      : readAll(readOne(usage.value, tags.sequence).content).map(({ content }) => dotted(content));
  if (usage?.isCritical !== true || purposes.length !== 1 || purposes[0] !== forTimestamps)
    return "The certificate is not one for time-stamps alone.";
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const isValid = validFromDate.getTime() <= time && time <= validToDate.getTime();
  return isValid ? undefined : "The certificate was not valid at the time of the time-stamp.";
}

/** GeneralizedTime as DER has it: UTC, fractions without trailing zeros (RFC 3161, 2.4.2). */
function timeOf(content: Uint8Array): number {
  const text = Buffer.from(content).toString("latin1");
  const [, year, month, day, hour, minute, second, fraction = "0"] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  assert(Number.isFinite(time), "a time in UTC");
  return time + Math.floor(Number(`0.${fraction}`) * 1000);
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
