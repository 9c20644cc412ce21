// Seals a finished document in the parent process, the only one that holds the key: PAdES B-B (ETSI EN 319 142-1, 6.3),
// a detached CMS SignedData (RFC 5652, 5) with the signer's certificate bound in (RFC 5035, 3). The signing time is the
// signature dictionary's /M; EN 319 142-1 forbids a signing-time attribute beside it.

import { createHash, createPrivateKey, createPublicKey, sign, X509Certificate } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { checkSealRoom, type Unsealed } from "../documents/seal-room.ts";
import type { SealingKey } from "./certificate.ts";
import { context, octets, oid, readAll, sequence, setOf, small } from "./der.ts";

const oids = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  sha256: "2.16.840.1.101.3.4.2.1",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
};

/**
 * The document sealed: as many bytes as it came with, only the zeros of /Contents changed. Throws, as for a bug, when
 * the ByteRange leaves out anything but /Contents, when that is not empty, or when the seal is larger than its room.
 */
export function sealDocument(unsealed: Unsealed, { certificatePem, privateKeyPem }: SealingKey): Uint8Array {
  const { bytes, byteRange, contents } = unsealed;
  checkSealRoom(unsealed);
  const [from, first, second, rest] = byteRange;
  const digest = createHash("sha256")
    .update(bytes.subarray(from, first))
    .update(bytes.subarray(second, second + rest))
    .digest();
  const seal = Buffer.from(signedData(digest, { certificatePem, privateKeyPem })).toString("hex");
  assert(seal.length <= contents.length, `a seal of ${seal.length} hex digits fits into ${contents.length}`);
  const sealed = Buffer.from(bytes);
  sealed.write(seal, contents.start, "latin1");
  return sealed;
}

function signedData(digest: Uint8Array, { certificatePem, privateKeyPem }: SealingKey): Uint8Array {
  const certificate = new X509Certificate(certificatePem).raw;
  const attributes = signedAttributes(digest, certificate);
  const signature = sign("sha256", setOf(...attributes), keyFor(certificatePem, privateKeyPem));
  const signer = sequence(
    small(1),
    issuerAndSerial(certificate),
    sequence(oid(oids.sha256)),
    context(0, ...readAll(setOf(...attributes)).map(({ content }) => content)),
    sequence(oid(oids.ecdsaWithSha256)),
    octets(signature),
  );
  const data = sequence(
    small(1),
    setOf(sequence(oid(oids.sha256))),
    sequence(oid(oids.data)),
    context(0, certificate),
    setOf(signer),
  );
  return sequence(oid(oids.signedData), context(0, data));
}

/** RFC 5652, 11.1 and 11.2; RFC 5035, 3: SHA-256 is the default algorithm there, so only the hash is told. */
function signedAttributes(digest: Uint8Array, certificate: Uint8Array): readonly Uint8Array[] {
  const certificateHash = createHash("sha256").update(certificate).digest();
  return [
    sequence(oid(oids.contentType), setOf(oid(oids.data))),
    sequence(oid(oids.messageDigest), setOf(octets(digest))),
    sequence(oid(oids.signingCertificateV2), setOf(sequence(sequence(sequence(octets(certificateHash)))))),
  ];
}

/** IssuerAndSerialNumber (RFC 5652, 10.2.4) from the certificate's own bytes (RFC 5280, 4.1: v3, serial, algorithm, issuer). */
function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const [whole] = readAll(certificate);
  const [certified] = readAll(present(whole, "a certificate").content);
  const [, serial, , issuer] = readAll(present(certified, "the certified part").content);
  return sequence(present(issuer, "an issuer").whole, present(serial, "a serial number").whole);
}

function keyFor(certificatePem: string, privateKeyPem: string) {
  const key = createPrivateKey(privateKeyPem);
  assert(key.asymmetricKeyDetails?.namedCurve === "prime256v1", "the sealing key is on P-256");
  const isPair = createPublicKey(key).equals(new X509Certificate(certificatePem).publicKey);
  assert(isPair, "the sealing key is the certificate's");
  return key;
}
