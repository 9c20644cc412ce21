// The certificate and key that an operator brings along to seal with: PKCS #12, or PEM files. Everything that could go wrong with them when
// somebody has signed is told at the start instead.

import { createPrivateKey, createPublicKey, KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Sealer } from "../evidence/seal.ts";
import { isIssuedBy } from "../evidence/trust.ts";
import { readCertificate } from "../evidence/x509-read.ts";
import { type Environment, readText } from "./settings.ts";

/** Where the given identity is, as the settings say; null: the house makes its own. */
export type GivenFiles =
  | { readonly kind: "p12"; readonly path: string; readonly password: string }
  | { readonly kind: "pem"; readonly certificatePath: string; readonly keyPath: string }
  | null;

/** Reads which files are given. Throws an Error that names the variable that is missing. */
export function readGivenFiles(env: Environment): GivenFiles {
  const {
    COUNTERSIGN_SEAL_P12: p12,
    COUNTERSIGN_SEAL_CERT: certificatePath,
    COUNTERSIGN_SEAL_PRIVATE_KEY: keyPath,
  } = env;
  if (p12 && (certificatePath || keyPath))
    throw new Error("COUNTERSIGN_SEAL_P12 and COUNTERSIGN_SEAL_CERT are both set: set one of them.");
  if (p12) return { kind: "p12", path: p12, password: env.COUNTERSIGN_SEAL_PASSWORD ?? "" };
  if (certificatePath && keyPath) return { kind: "pem", certificatePath, keyPath };
  if (certificatePath || keyPath)
    throw new Error("COUNTERSIGN_SEAL_CERT and COUNTERSIGN_SEAL_PRIVATE_KEY belong together: set both.");
  return null;
}

/** A given identity, and what is worth telling of it. */
export type GivenIdentity = { readonly sealer: Sealer; readonly warnings: readonly string[] };

const day = 86_400_000;

/**
 * Reads and checks a given identity. Throws an Error, in words: for files that others can read, a wrong password, a key that is not the
 * certificate's or is too weak, a certificate that does not hold at `at` (UTC milliseconds) or may not sign.
 */
export async function readGivenIdentity(files: NonNullable<GivenFiles>, at: number): Promise<GivenIdentity> {
  const { key, certificates } = files.kind === "p12" ? await readP12(files) : readPem(files);
  const own = certificates.find((one) => createPublicKey(key).equals(one.publicKey));
  if (own === undefined) throw new Error("The sealing key belongs to none of the certificates that are given with it.");
  refuseWeak(key);
  refuseUnfit(own, at);
  const left = Math.floor((own.validToDate.getTime() - at) / day);
  return {
    sealer: {
      certificatePem: own.toString(),
      chainPem: chainOf(own, certificates),
      privateKeyPem: String(key.export({ type: "pkcs8", format: "pem" })),
    },
    warnings: left < 30 ? [`The sealing certificate "${nameOf(own)}" expires in ${left} days.`] : [],
  };
}

type Read = { readonly key: KeyObject; readonly certificates: readonly X509Certificate[] };

async function readP12({ path, password }: Extract<GivenFiles, { kind: "p12" }>): Promise<Read> {
  refuseOpen(path);
  const bytes = readFileSync(path);
  // Loaded when it is needed: it is large, and who brings no such file needs none of it here.
  const { P12Signer } = await import("@libpdf/core");
  const read = await P12Signer.create(bytes, password).catch((error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    const isPassword = /integrity|password|decrypt/i.test(words);
    throw new Error(`${path}: ${isPassword ? "COUNTERSIGN_SEAL_PASSWORD is not its password." : words}`);
  });
  // Its types hide the key, which it signs with itself; ours is to sign here.
  const key: unknown = Reflect.get(read, "privateKey");
  const certificates = [read.certificate, ...read.certificateChain].map((raw) => new X509Certificate(raw));
  return { key: KeyObject.from(key as Parameters<typeof KeyObject.from>[0]), certificates };
}

function readPem({ certificatePath, keyPath }: Extract<GivenFiles, { kind: "pem" }>): Read {
  refuseOpen(keyPath);
  const text = readText("COUNTERSIGN_SEAL_CERT", certificatePath);
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0)
    throw new Error(`${certificatePath}: there is no certificate in it; right would be a PEM file.`);
  try {
    const key = createPrivateKey(readText("COUNTERSIGN_SEAL_PRIVATE_KEY", keyPath));
    return { key, certificates: found.map((pem) => new X509Certificate(pem)) };
  } catch {
    throw new Error(`${keyPath}: it holds no private key in PEM without a password.`);
  }
}

function refuseOpen(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error(`${path}: there is no such file.`);
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0)
    throw new Error(`${path} can be read by others. It holds a private key: chmod 600 ${path}`);
}

function refuseWeak(key: KeyObject): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const curves = ["prime256v1", "secp384r1", "secp521r1"];
  const isRsa = type === "rsa" && (details?.modulusLength ?? 0) >= 2048;
  const isCurve = type === "ec" && curves.includes(details?.namedCurve ?? "");
  if (!isRsa && !isCurve)
    throw new Error(
      "The sealing key cannot be used; right would be RSA of 2048 bits or more, or a key on P-256, P-384 or P-521.",
    );
}

function refuseUnfit(certificate: X509Certificate, at: number): void {
  const name = nameOf(certificate);
  if (certificate.validToDate.getTime() <= at)
    throw new Error(
      `The sealing certificate "${name}" expired on ${certificate.validToDate.toISOString().slice(0, 10)}.`,
    );
  if (certificate.validFromDate.getTime() > at)
    throw new Error(`The sealing certificate "${name}" holds only from ${certificate.validFromDate.toISOString()}.`);
  // KeyUsage (RFC 5280, 4.2.1.3): a bit string whose first two bits are digitalSignature and nonRepudiation.
  const usage = readCertificate(certificate.raw).extensions.get("2.5.29.15")?.value;
  if (usage !== undefined && ((usage[3] ?? 0) & 0xc0) === 0)
    throw new Error(`The sealing certificate "${name}" may not be used to sign: its key usage does not say so.`);
}

/** The certificates above it, the issuer's first, without the root when it vouches for itself. */
function chainOf(own: X509Certificate, certificates: readonly X509Certificate[]): readonly string[] {
  const chain: string[] = [];
  let at = own;
  for (let steps = 0; steps < certificates.length; steps += 1) {
    const here = at;
    const above = certificates.find((one) => one !== here && isIssuedBy(here, one));
    if (above === undefined || chain.includes(above.toString())) break;
    chain.push(above.toString());
    at = above;
  }
  return chain;
}

function nameOf({ subject }: X509Certificate): string {
  return /CN=(.*)/.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");
}
