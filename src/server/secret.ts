import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Secret } from "../base/secrets.ts";

/** The house's secret: from COUNTERSIGN_SECRET, else from `secret.key` in the data folder, made at the first start. */
export function readSecret({
  given,
  dataFolder,
}: {
  readonly given: string | null;
  readonly dataFolder: string;
}): Secret {
  if (given !== null) return decodeSecret(given, "COUNTERSIGN_SECRET");
  const file = join(dataFolder, "secret.key");
  try {
    return decodeSecret(readFileSync(file, "utf8").trim(), file);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  writeNew(file);
  return decodeSecret(readFileSync(file, "utf8").trim(), file);
}

function decodeSecret(text: string, where: string): Secret {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (bytes.length !== 32)
    throw new Error(`${where} must hold 32 bytes as 64 hex digits or as base64 (make one with: openssl rand -hex 32).`);
  return bytes;
}

/** Written whole or not at all, and never over another process's. */
function writeNew(file: string): void {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = openSync(temporary, "wx", 0o600);
  writeSync(handle, `${randomBytes(32).toString("hex")}\n`);
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
