import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { knowsSecret } from "../accounts/first-start.ts";
import type { Secret } from "../base/secrets.ts";
import type { Store } from "../storage/store.ts";

/** The house's secret: from COUNTERSIGN_SECRET, else from `secret.key` in the data folder, made at the first start. */
export function readSecret({
  given,
  dataFolder,
}: {
  readonly given: string | null;
  readonly dataFolder: string;
}): Secret {
  if (given !== null) return decodeSecret(given, "COUNTERSIGN_SECRET");
  const file = secretFile(dataFolder);
  try {
    return decodeSecret(readFileSync(file, "utf8").trim(), file);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  writeNew(file, randomBytes(32));
  return decodeSecret(readFileSync(file, "utf8").trim(), file);
}

/** Where the secret of a house is that none was given to. */
export function secretFile(dataFolder: string): string {
  return join(dataFolder, "secret.key");
}

/** Where its next secret is while it is being changed. */
export function nextSecretFile(dataFolder: string): string {
  return join(dataFolder, "secret.key.new");
}

/** Writes the next secret, the given one or a new one, on the disk beside the present one. */
export function writeNext(dataFolder: string, given: Secret | null): Secret {
  const file = nextSecretFile(dataFolder);
  rmSync(file, { force: true });
  const secret = given ?? randomBytes(32);
  writeNew(file, secret);
  return secret;
}

/** Puts the next secret into the place of the present one. Another process may have done so already. */
export function promoteNext(dataFolder: string): void {
  try {
    renameSync(nextSecretFile(dataFolder), secretFile(dataFolder));
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  syncFolder(dataFolder);
}

/**
 * The secret that the database knows: where a change of it was cut off after its commit, that is the next one, which now takes its place. Else
 * the present one, whether the database knows it or not.
 */
export async function settleSecret(
  { read }: Pick<Store, "read">,
  {
    secret,
    given,
    dataFolder,
  }: { readonly secret: Secret; readonly given: string | null; readonly dataFolder: string },
): Promise<Secret> {
  if (given !== null || (await knowsSecret(read, secret))) return secret;
  // The second: another process may have put the next one into its place meanwhile.
  for (const file of [nextSecretFile(dataFolder), secretFile(dataFolder)]) {
    if (!existsSync(file)) continue;
    const found = decodeSecret(readFileSync(file, "utf8").trim(), file);
    if (!(await knowsSecret(read, found))) continue;
    if (file === nextSecretFile(dataFolder)) promoteNext(dataFolder);
    return found;
  }
  return secret;
}

/** The 32 bytes of a secret in hex or base64. Throws an Error that says where it stands and what would be right. */
export function decodeSecret(text: string, where: string): Secret {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (bytes.length !== 32)
    throw new Error(`${where} must hold 32 bytes as 64 hex digits or as base64 (make one with: openssl rand -hex 32).`);
  return bytes;
}

/** Written whole or not at all, and never over another process's. */
function writeNew(file: string, secret: Secret): void {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = openSync(temporary, "wx", 0o600);
  writeSync(handle, `${Buffer.from(secret).toString("hex")}\n`);
  fsyncSync(handle);
  closeSync(handle);
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(temporary);
  }
  syncFolder(dirname(file));
}

/** A name that a power cut takes back would lose the secret, and with it every key of a database that stands elsewhere. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
