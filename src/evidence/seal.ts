// Seals a finished document in the parent process, the only one that holds the key: PAdES B-B or B-T (ETSI EN 319 142-1, 6.3),
// a detached CMS SignedData (RFC 5652, 5) with the signer's certificate bound in (RFC 5035, 3). The signing time is the
// signature dictionary's /M; EN 319 142-1 forbids a signing-time attribute beside it.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { checkSealRoom, type Unsealed } from "../documents/seal-room.ts";
import { context, nothing, octets, oid, readAll, sequence, setOf, small } from "./der.ts";
import { readCertificate } from "./x509-read.ts";

const oids = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  signatureTimestamp: "1.2.840.113549.1.9.16.2.14",
  sha256: "2.16.840.1.101.3.4.2.1",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  rsaWithSha256: "1.2.840.113549.1.1.11",
};

/** Who seals: a certificate with its private key, PEM, and the certificates above it, the issuer's first. */
export type Sealer = {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly chainPem?: readonly string[];
};

/** A document that is signed and still waits for its bytes. */
export type Signed = {
  /** SHA-256 of the signature's value: what a time-stamp authority is asked to stamp (RFC 5126, 6.1.1). */
  readonly signatureDigest: Uint8Array;
  /**
   * The document sealed, in the bytes that it came with: only the zeros of /Contents are changed. With the authority's token (a DER
   * TimeStampToken) it is B-T, with null B-B. Throws, as for a bug, when the seal is larger than its room.
   */
  readonly seal: (token: Uint8Array | null) => Uint8Array;
};

/** The document sealed at once, B-B, in the bytes that it came with; throws as `signDocument` does. */
export function sealDocument(unsealed: Unsealed, sealer: Sealer): Uint8Array {
  return signDocument(unsealed, sealer).seal(null);
}

/**
 * Signs the document. Throws, as for a bug, when the ByteRange leaves out anything but /Contents, when that is not empty, or when
 * the key is not the certificate's.
 */
export function signDocument(unsealed: Unsealed, sealer: Sealer): Signed {
  checkSealRoom(unsealed);
  const { own, chain, key } = penOf(sealer);
  const attributes = signedAttributes(digestOf(unsealed), own);
  const signature = sign("sha256", setOf(...attributes), key);
  const signerInfo = (token: Uint8Array | null) =>
    sequence(
      small(1),
      readCertificate(own).issuerAndSerial,
      sequence(oid(oids.sha256)),
      context(0, ...readAll(setOf(...attributes)).map(({ content }) => content)),
      algorithmOf(key),
      octets(signature),
      ...(token === null ? [] : [context(1, sequence(oid(oids.signatureTimestamp), setOf(token)))]),
    );
  return {
    signatureDigest: createHash("sha256").update(signature).digest(),
    seal: (token) => fill(unsealed, signedData({ certificates: [own, ...chain], signerInfo: signerInfo(token) })),
  };
}

/** SHA-256 over all that the ByteRange covers. */
export function digestOf({ bytes, byteRange: [from, first, second, rest] }: Unsealed): Uint8Array {
  return createHash("sha256")
    .update(bytes.subarray(from, first))
    .update(bytes.subarray(second, second + rest))
    .digest();
}

/**
 * The document with these bytes in its /Contents: a seal, or the token of a document time-stamp. Written where it lies: a large document is
 * not held twice.
 */
export function fill({ bytes, contents }: Unsealed, value: Uint8Array): Uint8Array {
  const digits = Buffer.from(value).toString("hex");
  assert(digits.length <= contents.length, `a seal of ${digits.length} hex digits fits into ${contents.length}`);
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).write(digits, contents.start, "latin1");
  return bytes;
}

function signedData({
  certificates,
  signerInfo,
}: {
  readonly certificates: readonly Uint8Array[];
  readonly signerInfo: Uint8Array;
}): Uint8Array {
  const data = sequence(
    small(1),
    setOf(sequence(oid(oids.sha256))),
    sequence(oid(oids.data)),
    context(0, ...readAll(setOf(...certificates)).map(({ content }) => content)),
    setOf(signerInfo),
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

/** RSA with SHA-256 has NULL for parameters (RFC 4055, 5), ECDSA none (RFC 5758, 3.2). */
function algorithmOf(key: KeyObject): Uint8Array {
  const type = key.asymmetricKeyType;
  if (type === "rsa") return sequence(oid(oids.rsaWithSha256), nothing);
  return sequence(oid(oids.ecdsaWithSha256));
}

const curves = ["prime256v1", "secp384r1", "secp521r1"];

type Pen = { readonly own: Uint8Array; readonly chain: readonly Uint8Array[]; readonly key: KeyObject };

/** Read once for each sealer: that takes longer than a signature. */
const pens = new WeakMap<Sealer, Pen>();

function penOf(sealer: Sealer): Pen {
  const known = pens.get(sealer);
  if (known !== undefined) return known;
  const { certificatePem, privateKeyPem, chainPem = [] } = sealer;
  const [own, ...chain] = [certificatePem, ...chainPem].map((pem) => new X509Certificate(pem).raw);
  const pen = { own: present(own, "the sealer's certificate"), chain, key: keyFor(certificatePem, privateKeyPem) };
  pens.set(sealer, pen);
  return pen;
}

function keyFor(certificatePem: string, privateKeyPem: string): KeyObject {
  const key = createPrivateKey(privateKeyPem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isKnown =
    type === "rsa"
      ? (details?.modulusLength ?? 0) >= 2048
      : type === "ec" && curves.includes(details?.namedCurve ?? "");
  assert(isKnown, "the sealing key is RSA of 2048 bits at least, or on P-256, P-384 or P-521");
  const isPair = createPublicKey(key).equals(new X509Certificate(certificatePem).publicKey);
  assert(isPair, "the sealing key is the certificate's");
  return key;
}
