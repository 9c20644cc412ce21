// Reads CMS SignedData (RFC 5652, 5), strictly: what the signature does not cover (versions, the set of algorithms, the order of
// things) must be as the standard has it, so that a changed byte is noticed wherever it stands.

import { assert, present } from "../base/assert.ts";
import { dotted, readAll, readOne, derTags as tags, type Value } from "./der.ts";

/** An algorithm: its identifier, and its parameters as DER (null: left out). */
export type Algorithm = { readonly oid: string; readonly parameters: Uint8Array | null };

/** Attributes by their identifiers: the content of each one's SET. */
export type Attributes = ReadonlyMap<string, Uint8Array>;

/** The one who signed. */
export type SignerInfo = {
  /** IssuerAndSerialNumber as DER. */
  readonly issuerAndSerial: Uint8Array;
  readonly digestAlgorithm: Algorithm;
  readonly signedAttributes: Attributes;
  /** What the signature is over: the signed attributes as a SET OF. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
  readonly unsignedAttributes: Attributes;
};

/** A CMS signature by one signer. */
export type SignedData = {
  readonly contentType: string;
  /** Null where the signature is detached. */
  readonly content: Uint8Array | null;
  /** Raw, DER. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerInfo;
  /** What is not as the standard has it, in words; none in what we write. */
  readonly oddities: readonly string[];
};

const signedData = "1.2.840.113549.1.7.2";
const data = "1.2.840.113549.1.7.1";

/** Reads a ContentInfo with SignedData. Throws an Error when the bytes are anything else, or there is not exactly one signer. */
export function readSignedData(der: Uint8Array): SignedData {
  const [type, wrapped] = partsOf(readOne(der, tags.sequence), 2);
  assert(oidOf(type) === signedData && wrapped?.tag === 0xa0, "the content is signed data");
  const parts = readAll(readOne(wrapped.content, tags.sequence).content);
  const [version, algorithms, encapsulated, ...rest] = parts;
  const signers = present(rest.at(-1), "signers");
  const sets = rest.slice(0, -1);
  assert(sets.every(({ tag }) => tag === 0xa0 || tag === 0xa1) && signers.tag === tags.set, "the parts of signed data");
  const [signerInfo] = partsOf(signers, 1);
  assert(algorithms?.tag === tags.set && encapsulated?.tag === tags.sequence, "algorithms, and a content");
  const { contentType, content } = contentOf(encapsulated);
  const signer = signerOf(present(signerInfo, "a signer"));
  const digests = readAll(algorithms.content).map(algorithmOf);
  const certificates = sets.filter(({ tag }) => tag === 0xa0).flatMap(({ content: set }) => readAll(set));
  return {
    contentType,
    content,
    certificates: certificates.map(({ whole }) => whole),
    signer: signer.info,
    oddities: [
      ...signer.oddities,
      ...unless(numberOf(version) === (contentType === data ? 1 : 3), "its version is not that of its content"),
      ...unless(
        digests.length === 1 && digests.every((one) => isPlain(one) && one.oid === signer.info.digestAlgorithm.oid),
        "its digest algorithms are not the signer's",
      ),
      ...unless(
        certificates.every(({ tag }) => tag === tags.sequence),
        "its certificates are of an odd kind",
      ),
      ...unless(
        isAscending(certificates.map(({ whole }) => whole)),
        "its certificates are not in the order of a DER set",
      ),
    ],
  };
}

function contentOf(encapsulated: Value): { readonly contentType: string; readonly content: Uint8Array | null } {
  const [type, wrapped] = readAll(encapsulated.content);
  assert(wrapped === undefined || wrapped.tag === 0xa0, "a content");
  const content = wrapped === undefined ? null : readOne(wrapped.content, tags.octets).content;
  return { contentType: oidOf(type), content };
}

function signerOf(value: Value): { readonly info: SignerInfo; readonly oddities: readonly string[] } {
  assert(value.tag === tags.sequence, "a signer");
  const parts = readAll(value.content);
  const [version, issuerAndSerial, digest, signed, algorithm, signature, unsigned, ...more] = parts;
  assert(more.length === 0 && signed?.tag === 0xa0 && issuerAndSerial?.tag === tags.sequence, "the parts of a signer");
  assert(signature?.tag === tags.octets && (unsigned === undefined || unsigned.tag === 0xa1), "a signature");
  const signedBytes = Buffer.from(signed.whole);
  // Signed are the attributes as a SET OF, not as the tagged field that they stand in (RFC 5652, 5.4).
  signedBytes.writeUInt8(tags.set, 0);
  const attributes = readAll(signed.content);
  return {
    info: {
      issuerAndSerial: issuerAndSerial.whole,
      digestAlgorithm: algorithmOf(present(digest, "a digest algorithm")),
      signedAttributes: attributesOf(attributes),
      signedBytes,
      signatureAlgorithm: algorithmOf(present(algorithm, "a signature algorithm")),
      signature: signature.content,
      unsignedAttributes: attributesOf(unsigned === undefined ? [] : readAll(unsigned.content)),
    },
    oddities: [
      ...unless(numberOf(version) === 1, "its signer's version is not 1"),
      ...unless(isAscending(attributes.map(({ whole }) => whole)), "its attributes are not in the order of a DER set"),
    ],
  };
}

function attributesOf(values: readonly Value[]): Attributes {
  const attributes = new Map<string, Uint8Array>();
  for (const value of values) {
    assert(value.tag === tags.sequence, "an attribute");
    const [type, set] = partsOf(value, 2);
    const oid = oidOf(type);
    assert(set?.tag === tags.set && !attributes.has(oid), "an attribute comes once, with a set of values");
    attributes.set(oid, set.content);
  }
  return attributes;
}

/** An AlgorithmIdentifier (RFC 5280, 4.1.1.2). */
export function algorithmOf(value: Value): Algorithm {
  assert(value.tag === tags.sequence, "an algorithm is a sequence");
  const [oid, parameters, ...more] = readAll(value.content);
  assert(more.length === 0, "an algorithm has parameters or none");
  return { oid: oidOf(oid), parameters: parameters?.whole ?? null };
}

/** Whether nothing is said, as NULL or by leaving it out. */
export function isPlain({ parameters }: Algorithm): boolean {
  return parameters === null || (parameters.length === 2 && parameters[0] === tags.nothing && parameters[1] === 0);
}

function partsOf(value: Value, count: number): readonly Value[] {
  const parts = readAll(value.content);
  assert(parts.length === count, `${count} parts`);
  return parts;
}

function oidOf(value: Value | undefined): string {
  assert(value?.tag === tags.oid, "an object identifier");
  return dotted(value.content);
}

function numberOf(value: Value | undefined): number {
  assert(value?.tag === tags.integer && value.content.length === 1, "a small number");
  return value.content[0] ?? 0;
}

function isAscending(encodings: readonly Uint8Array[]): boolean {
  return encodings.every((one, index) => index === 0 || Buffer.compare(encodings[index - 1] ?? one, one) <= 0);
}

function unless(isRight: boolean, words: string): readonly string[] {
  return isRight ? [] : [words];
}
