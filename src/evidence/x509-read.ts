// What Node's X509Certificate does not tell of a certificate (RFC 5280, 4.1): issuer and serial as bytes, extensions, where its
// revocation is told.

import { present } from "../base/assert.ts";
import { dotted, readAll, readOne, sequence, derTags as tags } from "./der.ts";

/** An extension: its value as DER, and whether it must be understood. */
export type Extension = { readonly value: Uint8Array; readonly isCritical: boolean };

/** A certificate as its bytes tell it. */
export type ReadCertificate = {
  /** IssuerAndSerialNumber (RFC 5652, 10.2.4) as DER. */
  readonly issuerAndSerial: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo; the key itself is its bit string. */
  readonly publicKey: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
};

/** Reads a certificate of version 3. Throws an Error when the bytes are none. */
export function readCertificate(der: Uint8Array): ReadCertificate {
  const [certified] = readAll(readOne(der, tags.sequence).content);
  const parts = readAll(present(certified, "the certified part").content);
  // [0] version, serial, algorithm, issuer, validity, subject, key, …, [3] extensions.
  const from = parts[0]?.tag === 0xa0 ? 1 : 0;
  const [serial, , issuer, , subject, key] = parts.slice(from);
  const extensions = parts.find(({ tag }) => tag === 0xa3);
  const { whole: serialBytes } = present(serial, "a serial number");
  const { whole: issuerBytes } = present(issuer, "an issuer");
  return {
    issuerAndSerial: sequence(issuerBytes, serialBytes),
    serial: serialBytes,
    issuer: issuerBytes,
    subject: present(subject, "a subject").whole,
    publicKey: present(key, "a public key").whole,
    extensions: extensions === undefined ? new Map() : extensionsOf(extensions.content),
  };
}

/** The addresses that an extension names (RFC 5280, 4.2.1.13 and 4.2.2.1), in its order: general names of kind URI anywhere in it. */
export function addressesIn(value: Uint8Array): readonly string[] {
  return readAll(value).flatMap(({ tag, content }) => {
    if (tag === 0x86) return [Buffer.from(content).toString("latin1")];
    return tag & 0x20 ? addressesIn(content) : [];
  });
}

function extensionsOf(wrapped: Uint8Array): ReadonlyMap<string, Extension> {
  const list = readAll(readOne(wrapped, tags.sequence).content);
  return new Map(
    list.map(({ content }) => {
      const [oid, ...rest] = readAll(content);
      const value = present(rest.at(-1), "the value of an extension").content;
      const isCritical = rest.length === 2 && rest[0]?.content[0] === 0xff;
      return [dotted(present(oid, "an extension").content), { value, isCritical }];
    }),
  );
}
