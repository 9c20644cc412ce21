// Checks one signature: that it covers the file from its first byte to an end of it, all but its own value; that its value is
// written in the one way that a writer has; and that it is right.

import { createHash } from "node:crypto";
import { checkSigner, type SignerCheck } from "../cms-check.ts";
import { readSignedData, type SignedData } from "../cms-read.ts";
import { checkTimestampToken, type TokenCheck } from "../timestamp-token.ts";
import type { FoundSignature } from "./find-signatures.ts";

/** What a check found. `time`: by a time-stamp authority, UTC milliseconds. Certificates are DER. */
export type Checked = {
  readonly found: FoundSignature;
  /** Empty when it is valid. */
  readonly reason: string;
  /** Whether what it covers is what was signed, apart from everything else. */
  readonly isIntact: boolean;
  readonly certificate: Uint8Array | null;
  readonly certificates: readonly Uint8Array[];
  readonly time: number | null;
  readonly authority: Uint8Array | null;
  /** The certificates that its time-stamp brings along. */
  readonly authorityCertificates: readonly Uint8Array[];
};

const signatureTimestamp = "1.2.840.113549.1.9.16.2.14";

/** Checks a signature of the file. Nothing in it makes this throw. */
export function checkSignature(bytes: Uint8Array, found: FoundSignature): Checked {
  try {
    return check(bytes, found);
  } catch {
    return invalid(found, "Its value is damaged: it cannot be read.");
  }
}

function check(bytes: Uint8Array, found: FoundSignature): Checked {
  const misplaced = misplacement(bytes, found.range);
  if (misplaced !== null) return invalid(found, misplaced);
  const { range } = found;
  const [from, first, second, rest] = range;
  const content = [bytes.subarray(from, first), bytes.subarray(second, second + rest)];
  const value = contentsOf(bytes, found);
  if (typeof value === "string") return invalid(found, value);
  if (found.isTimestamp) return checkTimestamp(found, { value, content });
  if (found.subFilter === "adbe.pkcs7.sha1" || found.subFilter === "adbe.x509.rsa_sha1")
    return invalid(found, "It is of an old kind (SHA-1) that is not accepted any more.");

  const signed = readSignedData(value);
  const signer = checkSigner(signed, { content, needsBinding: found.subFilter === "ETSI.CAdES.detached" });
  const stamp = signer.ok ? stampOf(signed) : null;
  return {
    found,
    reason: reasonOf({ found, signer, signed, stamp }),
    isIntact: signer.ok || signer.why !== "changed",
    certificate: signer.ok ? signer.certificate : null,
    certificates: signed.certificates,
    time: stamp?.ok ? stamp.time : null,
    authority: stamp?.ok ? stamp.certificate : null,
    authorityCertificates: stamp?.ok ? stamp.certificates : [],
  };
}

type Judging = {
  readonly found: FoundSignature;
  readonly signer: SignerCheck;
  readonly signed: SignedData;
  readonly stamp: TokenCheck | null;
};

/** Others may write CMS in their own ways; ETSI's form, which is ours, has one. */
function reasonOf({ found, signer, signed, stamp }: Judging): string {
  if (!signer.ok) return signer.reason;
  if (stamp?.ok === false) return `Its time-stamp does not count. ${stamp.reason}`;
  const isOurForm = found.subFilter === "ETSI.CAdES.detached";
  const [oddity] = isOurForm ? signed.oddities : [];
  return oddity === undefined ? "" : `Its value is not written as the standard has it: ${oddity}.`;
}

function stampOf({ signer }: SignedData): TokenCheck | null {
  const token = signer.unsignedAttributes.get(signatureTimestamp);
  if (token === undefined) return null;
  return checkTimestampToken(token, (name) => createHash(name).update(signer.signature).digest());
}

type Stamping = { readonly value: Uint8Array; readonly content: readonly Uint8Array[] };

function checkTimestamp(found: FoundSignature, { value, content }: Stamping): Checked {
  const token = checkTimestampToken(value, (name) => {
    const hash = createHash(name);
    for (const piece of content) hash.update(piece);
    return hash.digest();
  });
  if (!token.ok) return { ...invalid(found, token.reason), isIntact: token.kind !== "imprint" };
  const { certificate, certificates, time } = token;
  return {
    found,
    reason: "",
    isIntact: true,
    certificate,
    certificates,
    time,
    authority: certificate,
    authorityCertificates: certificates,
  };
}

function misplacement(bytes: Uint8Array, range: FoundSignature["range"]): string | null {
  const [from, first, second, rest] = range;
  const isOrdered = from === 0 && first > 0 && second > first && second + rest <= bytes.length;
  if (!isOrdered) return "It does not cover the document from its beginning.";
  if (bytes[first] !== 0x3c || bytes[second - 1] !== 0x3e) return "It leaves out more than its own value.";
  const end = Buffer.from(bytes.subarray(Math.max(second, second + rest - 12), second + rest)).toString("latin1");
  return /%%EOF[\r\n]{0,2}$/.test(end) ? null : "It ends in the middle of the document.";
}

/** The bytes of /Contents, or what is wrong with them. */
function contentsOf(bytes: Uint8Array, { range: [, first, second] }: FoundSignature): Uint8Array | string {
  const digits = Buffer.from(bytes.subarray(first + 1, second - 1)).toString("latin1");
  if (!/^(?:[0-9a-f]*|[0-9A-F]*)$/.test(digits) || digits.length % 2 === 1)
    return "Its value is not written in plain hexadecimal digits.";
  const padded = Buffer.from(digits, "hex");
  const length = lengthOf(padded);
  if (length === null || length > padded.length) return "Its value is damaged: it cannot be read.";
  return padded.subarray(length).every((byte) => byte === 0)
    ? padded.subarray(0, length)
    : "Something stands behind its value where only zeros may.";
}

/** How long the DER value at the beginning is. */
function lengthOf(bytes: Uint8Array): number | null {
  const head = bytes[1] ?? 0;
  if (bytes[0] !== 0x30) return null;
  if (head < 0x80) return 2 + head;
  const count = head & 0x7f;
  if (count === 0 || count > 4) return null;
  return 2 + count + bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
}

function invalid(found: FoundSignature, reason: string): Checked {
  const nobody = { certificate: null, certificates: [], time: null, authority: null, authorityCertificates: [] };
  return { found, reason, isIntact: false, ...nobody };
}
