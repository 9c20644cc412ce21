// Checks a CMS signature: that the signer's certificate made it, over exactly this content, and that the signature names that
// certificate (RFC 5652, 5.6; RFC 5035, 5.4).

import { constants, createHash, verify, X509Certificate } from "node:crypto";
import { assert, present } from "../base/assert.ts";
import { type Algorithm, algorithmOf, isPlain, type SignedData, type SignerInfo } from "./cms-read.ts";
import { dotted, readAll, readOne, derTags as tags } from "./der.ts";
import { readCertificate } from "./x509-read.ts";

/** Who signed, or why the signature is none, in words. `certificate` is raw, DER. */
export type SignerCheck =
  | { readonly ok: true; readonly certificate: Uint8Array }
  | { readonly ok: false; readonly why: "changed" | "certificate" | "signature"; readonly reason: string };

const digests: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "1.3.14.3.2.26": "sha1",
};

const attributes = {
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
};

/** The hash function that an algorithm names, as Node calls it; null for one that is not accepted. */
export function digestName(algorithm: Algorithm): string | null {
  const name = isPlain(algorithm) ? digests[algorithm.oid] : undefined;
  return name === undefined || name === "sha1" ? null : name;
}

/** Checks the signer of this content, given in pieces. `needsBinding`: the signature must name its certificate, as CAdES and tokens do. */
export function checkSigner(
  signed: SignedData,
  { content, needsBinding }: { readonly content: readonly Uint8Array[]; readonly needsBinding: boolean },
): SignerCheck {
  const { signer } = signed;
  const digest = digestName(signer.digestAlgorithm);
  if (digest === null)
    return unaccepted("It uses a hash function that is not accepted (SHA-256, SHA-384 or SHA-512 are).");
  const hash = createHash(digest);
  for (const piece of content) hash.update(piece);
  if (!isAttribute(signer, { oid: attributes.messageDigest, tag: tags.octets, value: hash.digest() }))
    return { ok: false, why: "changed", reason: "What it covers is not what was signed." };
  const type = signer.signedAttributes.get(attributes.contentType);
  if (type === undefined || dotted(readOne(type, tags.oid).content) !== signed.contentType)
    return unaccepted("The kind of content that it names is another.");

  const certificate = signed.certificates.find((each) =>
    isSame(readCertificate(each).issuerAndSerial, signer.issuerAndSerial),
  );
  if (certificate === undefined)
    return { ok: false, why: "certificate", reason: "The signer's certificate is not in it." };
  const bound = boundTo(signer, certificate);
  if (bound === false || (bound === null && needsBinding))
    return {
      ok: false,
      why: "certificate",
      reason: "It was made with another certificate than the one that it brings along.",
    };
  return isSignedBy(signer, certificate)
    ? { ok: true, certificate }
    : unaccepted("The signature was not made with the certificate's key, or by a method that is not accepted.");
}

function unaccepted(reason: string): SignerCheck {
  return { ok: false, why: "signature", reason };
}

function isAttribute(
  { signedAttributes }: SignerInfo,
  { oid, tag, value }: { readonly oid: string; readonly tag: number; readonly value: Uint8Array },
): boolean {
  const set = signedAttributes.get(oid);
  return set !== undefined && isSame(readOne(set, tag).content, value);
}

/** Whether the signature names this certificate by its hash; null when it names none. */
function boundTo({ signedAttributes }: SignerInfo, certificate: Uint8Array): boolean | null {
  const second = signedAttributes.get(attributes.signingCertificateV2);
  const first = signedAttributes.get(attributes.signingCertificate);
  const set = second ?? first;
  if (set === undefined) return null;
  const [list] = readAll(readOne(set, tags.sequence).content);
  const [named] = readAll(present(list, "named certificates").content);
  const parts = readAll(present(named, "a named certificate").content);
  const [head] = parts;
  if (second === undefined) {
    assert(head?.tag === tags.octets, "the hash of a certificate");
    return isSame(head.content, createHash("sha1").update(certificate).digest());
  }
  // Without an algorithm it is SHA-256 (RFC 5035, 3).
  const name = head?.tag === tags.sequence ? digestName(algorithmOf(head)) : "sha256";
  const told = head?.tag === tags.sequence ? parts[1] : head;
  if (name === null || told?.tag !== tags.octets) return false;
  return isSame(told.content, createHash(name).update(certificate).digest());
}

function isSignedBy(signer: SignerInfo, certificate: Uint8Array): boolean {
  const { publicKey: key } = new X509Certificate(certificate);
  const { signatureAlgorithm: algorithm, signedBytes, signature } = signer;
  const digest = digestName(signer.digestAlgorithm);
  const way = ways[algorithm.oid];
  if (digest === null || way === undefined || key.asymmetricKeyType !== way.key) return false;
  if (way.digest !== undefined && way.digest !== digest) return false;
  if (algorithm.oid !== pss) return isPlain(algorithm) && verify(digest, signedBytes, key, signature);
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants;
  return verify(digest, signedBytes, { key, padding, saltLength }, signature);
}

const pss = "1.2.840.113549.1.1.10";

/** The ways of signing that are accepted: the kind of key, and the hash function where the name tells it. */
const ways: Readonly<Record<string, { readonly key: string; readonly digest?: string }>> = {
  "1.2.840.113549.1.1.1": { key: "rsa" },
  "1.2.840.113549.1.1.11": { key: "rsa", digest: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", digest: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", digest: "sha512" },
  [pss]: { key: "rsa" },
  "1.2.840.10045.4.3.2": { key: "ec", digest: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ec", digest: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ec", digest: "sha512" },
};

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
