import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { assert } from "./assert.ts";

/** The house's one secret, 32 bytes: it encrypts what must not be read from the database. */
export type Secret = Uint8Array;

/** Encrypts a text with AES-256-GCM; `purpose` is bound in, so that a value cannot be moved to another column. */
export function encrypt(
  secret: Secret,
  { purpose, text }: { readonly purpose: string; readonly text: string },
): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", secret, nonce);
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
}

/** The text that `encrypt` was given. Throws when the secret, the purpose or a byte is another one. */
export function decrypt(
  secret: Secret,
  { purpose, sealed }: { readonly purpose: string; readonly sealed: string },
): string {
  assert(sealed.startsWith("v1."), "an encrypted value has the form v1.…");
  const bytes = Buffer.from(sealed.slice(3), "base64url");
  const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}

/** A short mark of the secret, safe to store: tells another secret from this one. */
export function fingerprintOf(secret: Secret): string {
  return createHmac("sha256", secret).update("countersign fingerprint").digest("hex").slice(0, 32);
}

/** SHA-256 in hex: how API keys and link tokens, which are random, are stored and looked up. */
export function hashOf(value: string | Uint8Array): string {
  return createHash("sha256").update(value).digest("hex");
}

/** HMAC-SHA256 in lower-case hex. */
export function macOf(key: string | Uint8Array, message: string): string {
  return createHmac("sha256", key).update(message).digest("hex");
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}
