// What a signature is checked with years later: the certificates above the signer's, and what their issuers say of revocation
// (RFC 5280, 4.2.1.13, 4.2.2.1 and 5). Fetched now, while it is to be had.

import { verify, X509Certificate } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import type { Outbound } from "../http/outbound.ts";
import { algorithmOf } from "./cms-read.ts";
import { dotted, readAll, readOne, derTags as tags } from "./der.ts";
import { isIssuedBy } from "./trust.ts";
import { addressesIn, readCertificate } from "./x509-read.ts";

/** All DER; `missing` says in words what could not be had. */
export type Material = {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly missing: readonly string[];
};

/** Whose material, at what time (UTC milliseconds), and certificates (PEM) that may be issuers. */
export type Question = {
  readonly certificates: readonly Uint8Array[];
  readonly known?: readonly string[];
  readonly at: number;
};

type Search = {
  readonly known: readonly X509Certificate[];
  readonly outbound: Outbound;
  readonly at: number;
  readonly certificates: Map<string, X509Certificate>;
  readonly crls: Map<string, Uint8Array>;
  readonly missing: Set<string>;
};

/**
 * Follows these certificates up to their roots and fetches the revocation lists of all that have issuers. What cannot be had is
 * named; nothing of that is an exception. Bounded by `limits.chainCertificates`, `crlBytes`, `crlMs`.
 */
export async function collectMaterial(
  outbound: Outbound,
  { certificates, known = [], at }: Question,
): Promise<Material> {
  const search: Search = {
    outbound,
    at,
    known: known.map((pem) => new X509Certificate(pem)),
    certificates: new Map(),
    crls: new Map(),
    missing: new Set(),
  };
  for (const raw of certificates) add(search, new X509Certificate(raw));
  // The map grows while it is walked: issuers that are fetched are looked at in their turn.
  for (const certificate of search.certificates.values()) await look(search, certificate);
  return {
    certificates: [...search.certificates.values()].map(({ raw }) => raw),
    crls: [...search.crls.values()],
    missing: [...search.missing],
  };
}

function add({ certificates }: Search, certificate: X509Certificate): void {
  if (certificates.size < limits.chainCertificates) certificates.set(certificate.fingerprint256, certificate);
}

async function look(search: Search, certificate: X509Certificate): Promise<void> {
  if (isOwnIssuer(certificate)) return;
  const issuer = await findIssuer(search, certificate);
  if (issuer === null) {
    search.missing.add(`the certificate that issued ${nameOf(certificate)}`);
    return;
  }
  add(search, issuer);
  await findRevocations(search, { certificate, issuer });
}

/** Also where its key may sign no certificates, as that of a house's own. */
function isOwnIssuer(certificate: X509Certificate): boolean {
  const { issuer, subject } = readCertificate(certificate.raw);
  return Buffer.compare(issuer, subject) === 0 && certificate.verify(certificate.publicKey);
}

async function findIssuer(search: Search, certificate: X509Certificate): Promise<X509Certificate | null> {
  const known = [...search.certificates.values(), ...search.known].find((one) => isIssuedBy(certificate, one));
  if (known !== undefined) return known;
  for (const url of issuerAddresses(certificate)) {
    const bytes = await fetchBytes(search, url);
    const found = bytes === null ? null : attempt(() => new X509Certificate(bytes));
    if (found !== null && isIssuedBy(certificate, found)) return found;
  }
  return null;
}

type Pair = { readonly certificate: X509Certificate; readonly issuer: X509Certificate };

async function findRevocations(search: Search, { certificate, issuer }: Pair): Promise<void> {
  for (const url of revocationAddresses(certificate)) {
    const list = search.crls.get(url) ?? (await fetchBytes(search, url));
    const state = list === null ? null : attempt(() => stateIn(list, { certificate, issuer, at: search.at }));
    if (list === null || state === null || state === "unfit") continue;
    search.crls.set(url, list);
    if (state === "revoked") search.missing.add(`the good name of ${nameOf(certificate)}: its issuer has revoked it`);
    return;
  }
  search.missing.add(`the revocation list for ${nameOf(certificate)}`);
}

/** A CertificateList (RFC 5280, 5.1): by this issuer, still in force, and what it says of the certificate. */
function stateIn(
  list: Uint8Array,
  { certificate, issuer, at }: Pair & { readonly at: number },
): "good" | "revoked" | "unfit" {
  const [signed, algorithm, signature] = readAll(readOne(list, tags.sequence).content);
  const digest = signatureDigests[algorithmOf(present(algorithm, "an algorithm")).oid];
  const bits = present(signature, "a signature").content.subarray(1);
  const whole = present(signed, "a list").whole;
  if (digest === undefined || !verify(digest, whole, issuer.publicKey, bits)) return "unfit";

  const parts = readAll(present(signed, "a list").content);
  const times = parts.filter(({ tag }) => tag === tags.utcTime || tag === tags.time);
  const [, next] = times;
  if (next !== undefined && timeOf(next) < at) return "unfit";
  const from = parts.indexOf(present(times.at(-1), "a time"));
  const revoked = parts.slice(from + 1).find(({ tag }) => tag === tags.sequence);
  const { serial } = readCertificate(certificate.raw);
  const isRevoked = (revoked === undefined ? [] : readAll(revoked.content)).some(
    ({ content }) => Buffer.compare(present(readAll(content)[0], "a serial number").whole, serial) === 0,
  );
  return isRevoked ? "revoked" : "good";
}

const signatureDigests: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};

/** UTCTime (of 1950 to 2049) or GeneralizedTime, as RFC 5280 has them: to the second, in UTC. */
function timeOf({ tag, content }: { readonly tag: number; readonly content: Uint8Array }): number {
  const digits = Buffer.from(content).toString("latin1");
  const full = tag === tags.time ? digits : `${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}`;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  assert(Number.isFinite(time), "a time in UTC");
  return time;
}

/** Where the issuer's certificate is (authority information access, by the method caIssuers). */
function issuerAddresses({ raw }: X509Certificate): readonly string[] {
  const access = readCertificate(raw).extensions.get("1.3.6.1.5.5.7.1.1");
  if (access === undefined) return [];
  const ways = readAll(readOne(access.value, tags.sequence).content);
  return ways
    .filter(({ content }) => dotted(present(readAll(content)[0], "a method").content) === "1.3.6.1.5.5.7.48.2")
    .flatMap(({ content }) => addressesIn(content))
    .filter(isWeb);
}

function revocationAddresses({ raw }: X509Certificate): readonly string[] {
  const points = readCertificate(raw).extensions.get("2.5.29.31");
  return points === undefined ? [] : addressesIn(points.value).filter(isWeb);
}

function isWeb(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

async function fetchBytes({ outbound }: Search, url: string): Promise<Uint8Array | null> {
  const result = await outbound.request({
    url,
    method: "GET",
    headers: { "user-agent": "Countersign", accept: "*/*" },
    deadlineMs: limits.crlMs,
    maxBodyBytes: limits.crlBytes,
  });
  return result.kind === "answered" && result.status === 200 && !result.truncated ? result.body : null;
}

function nameOf({ subject }: X509Certificate): string {
  return `"${subject.split("\n").join(", ").slice(0, 200)}"`;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
