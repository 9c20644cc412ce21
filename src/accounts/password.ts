import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const hash = promisify(argon2);
// RFC 9106, section 4: the second recommended option (64 MiB, 3 passes, 4 lanes).
const cost = { memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 } as const;

/** An argon2id hash of a password with its salt: `argon2id$<salt>$<tag>` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await hash("argon2id", { message: password, nonce: salt, ...cost });
  return `argon2id$${salt.toString("base64url")}$${tag.toString("base64url")}`;
}

/** Whether a password is the one that was hashed; takes the same time either way. */
export async function checkPassword(password: string, hashed: string): Promise<boolean> {
  const [, salt = "", tag = ""] = hashed.split("$");
  const again = await hash("argon2id", { message: password, nonce: Buffer.from(salt, "base64url"), ...cost });
  const known = Buffer.from(tag, "base64url");
  return known.length === again.length && timingSafeEqual(known, again);
}

/** What stands in a password's place while an account has none: no password has it, and no two are alike. */
export function noPassword(): string {
  return `argon2id$${randomBytes(16).toString("base64url")}$`;
}

/** Whether an account has a password: its holder has followed a link that went to its address, or it is the first. */
export function hasPassword(hashed: string): boolean {
  return !hashed.endsWith("$");
}
