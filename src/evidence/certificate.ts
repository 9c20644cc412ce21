// The house's own sealing certificate: X.509 v3 (RFC 5280), self-signed, for signing documents (RFC 9336). Written with
// our own DER rather than a library: sealing needs the same few lines anyway, and nothing is loaded for it.

import { createHash, generateKeyPair, type KeyPairKeyObjectResult, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import { present } from "../base/assert.ts";
import {
  bits,
  context,
  integer,
  nothing,
  octets,
  oid,
  readAll,
  sequence,
  setOf,
  small,
  tagged,
  utf8,
  yes,
} from "./der.ts";

/** Whom the certificate names, from when it holds (milliseconds UTC), and whether it seals only tests. */
export type CertificateAsk = {
  readonly commonName: string;
  readonly at: number;
  readonly testMode: boolean;
  readonly key?: "p256" | "rsa";
};

/** A certificate and its private key (PKCS #8), both PEM. */
export type SealingKey = { readonly certificatePem: string; readonly privateKeyPem: string };

const years = 10;

/** RFC 5280, appendix A: ub-common-name. */
const commonNameLength = 64;

const rsaWithSha256 = sequence(oid("1.2.840.113549.1.1.11"), nothing);
const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/**
 * Makes a key, P-256 unless RSA of 3072 bits is asked for, and a certificate for it that holds ten years. A common name is cut at 64 characters, as X.509
 * bounds it. Of a test key the subject begins with TEST and says so in its organizational unit.
 */
export async function makeSealingCertificate({
  commonName,
  at,
  testMode,
  key = "p256",
}: CertificateAsk): Promise<SealingKey> {
  const { publicKey, privateKey } = await makeKeys(key);
  const algorithm = key === "rsa" ? rsaWithSha256 : ecdsaWithSha256;
  const spki = publicKey.export({ type: "spki", format: "der" });
  const name = nameOf(testMode ? `TEST ${commonName}` : commonName, testMode);
  const certified = sequence(
    context(0, small(2)),
    integer(serialNumber()),
    algorithm,
    name,
    sequence(timeOf(new Date(at)), timeOf(yearsAfter(at))),
    name,
    spki,
    context(3, extensionsFor(spki)),
  );
  const signature = sign("sha256", certified, privateKey);
  const certificate = sequence(certified, algorithm, bits(signature));
  return {
    certificatePem: pemOf(certificate),
    privateKeyPem: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

function makeKeys(key: "p256" | "rsa"): Promise<KeyPairKeyObjectResult> {
  const make = promisify(generateKeyPair);
  return key === "rsa" ? make("rsa", { modulusLength: 3072 }) : make("ec", { namedCurve: "P-256" });
}

function nameOf(commonName: string, testMode: boolean): Uint8Array {
  const cut = Array.from(commonName).slice(0, commonNameLength).join("");
  const unit = testMode ? [attribute("2.5.4.11", "TEST: not legally binding")] : [];
  return sequence(...unit, attribute("2.5.4.3", cut));
}

function attribute(type: string, text: string): Uint8Array {
  return setOf(sequence(oid(type), utf8(text)));
}

/** 127 random bits, never zero (RFC 5280, 4.1.2.2: positive, at most 20 octets). */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes;
}

/** UTCTime through 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
function timeOf(date: Date): Uint8Array {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

function yearsAfter(at: number): Date {
  const date = new Date(at);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date;
}

/** RFC 5280, 4.2.1: no authority, may only sign; key identifier by its method 1. RFC 9336: signs documents. */
function extensionsFor(spki: Uint8Array): Uint8Array {
  // The bits of the key, without the octet that says how many of them are unused.
  const [, key] = readAll(present(readAll(spki)[0], "a public key").content);
  const identifier = octets(createHash("sha1").update(present(key, "its bits").content.subarray(1)).digest());
  return sequence(
    critical("2.5.29.19", sequence()),
    critical("2.5.29.15", bits(Buffer.from([0b1100_0000]), 6)),
    extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.36"))),
    extension("2.5.29.14", identifier),
  );
}

function extension(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), octets(value));
}

function critical(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), yes, octets(value));
}

function pemOf(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
