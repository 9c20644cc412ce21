// What a backup is on the disk: a folder with `manifest.json`, `countersign.db`, `documents/<sha256>` and perhaps `secret.key`.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "../base/limits.ts";
import { isHash } from "../storage/blob-places.ts";

/** What a backup holds, as its `manifest.json` says. SHA-256 in lower-case hex. */
export type Manifest = {
  readonly format: "countersign-backup-1";
  /** ISO 8601. */
  readonly at: string;
  /** Null where the database is PostgreSQL: it is dumped by its own tools. */
  readonly database: { readonly sha256: string } | null;
  /** Null where `secret.key` is kept apart. */
  readonly secret: { readonly sha256: string } | null;
  readonly documents: readonly string[];
  /** Documents that the database names and that were missing or damaged where they are kept. */
  readonly lost: readonly string[];
};

/** Called now and then: how many documents of how many are done. */
export type Progress = (done: number, all: number) => void;

/** Reads and checks a backup: every file against its hash. Throws an Error that names what is missing or damaged. */
export async function checkBackup(folder: string, onProgress: Progress): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const files = [
    ...(manifest.database === null ? [] : [["countersign.db", manifest.database.sha256] as const]),
    ...(manifest.secret === null ? [] : [["secret.key", manifest.secret.sha256] as const]),
    ...manifest.documents.map((hash) => [join("documents", hash), hash] as const),
  ];
  for (const [index, [name, sha256]] of files.entries()) {
    onProgress(index, files.length);
    const found = await hashFile(join(folder, name)).catch(() => null);
    if (found !== sha256) throw new Error(`${name} is ${found === null ? "missing" : "damaged"} in this backup`);
  }
  onProgress(files.length, files.length);
  return manifest;
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => null);
  if (text === null) throw new Error(`${folder} is no backup: it has no manifest.json`);
  try {
    const manifest: unknown = JSON.parse(text);
    if (isManifest(manifest)) return manifest;
  } catch {
    // Told below.
  }
  throw new Error(`manifest.json in ${folder} is damaged, or of a version that this one does not know`);
}

function isManifest(given: unknown): given is Manifest {
  const { format, at, database, secret, documents, lost }: Readonly<Record<string, unknown>> = Object(given);
  const isPart = (part: unknown) => part === null || isHash(String(Object(part).sha256));
  const areHashes = (list: unknown) => Array.isArray(list) && list.every((hash) => isHash(String(hash)));
  return (
    format === "countersign-backup-1" &&
    typeof at === "string" &&
    isPart(database) &&
    isPart(secret) &&
    areHashes(documents) &&
    areHashes(lost)
  );
}

/** The SHA-256 of a file's bytes. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Copies a file for its user alone, onto the disk; answers its SHA-256, as it was copied. */
export async function copyOnto(from: string, to: string): Promise<string> {
  await copyFile(from, to);
  await chmod(to, 0o600);
  await syncPath(to);
  return hashFile(to);
}

/** Brings a file, or the names in a folder, onto the disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Does something for each of a list, a few at once; the first that fails ends it. */
export async function forEachOf<T>(list: readonly T[], act: (item: T, index: number) => Promise<void>): Promise<void> {
  const left = list.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of left) {
      if (failed) return;
      await act(item, index).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limits.backupsAtOnce }, worker));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}
