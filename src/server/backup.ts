// Backups of a house while it runs, and the way back. A backup is a folder: the database as it was in one moment, and every document that
// its rows name. Documents are never changed, and go for good two days after the last row that named them: those that a copy of the database
// names are there to be copied after it.

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newKey } from "../base/ids.ts";
import { isHash } from "../storage/blob-places.ts";
import type { Blobs } from "../storage/blobs.ts";
import { blobColumns } from "../storage/orphans.ts";

/** What a backup holds, as its `manifest.json` says. SHA-256 in lower-case hex. */
export type Manifest = {
  readonly format: "countersign-backup-1";
  /** ISO 8601. */
  readonly at: string;
  /** Null where the database is PostgreSQL: it is dumped by its own tools. */
  readonly database: { readonly sha256: string; readonly bytes: number } | null;
  readonly documents: readonly string[];
  readonly hasSecret: boolean;
};

/** Called now and then: how many documents of how many are done. */
export type Progress = (done: number, all: number) => void;

/** What a backup is made of; `databaseFile`: the SQLite database, or null; `named`: the documents, where there is none. */
export type BackupParts = {
  readonly target: string;
  readonly databaseFile: string | null;
  readonly named: readonly string[];
  readonly blobs: Pick<Blobs, "stream">;
  /** `secret.key`, to go along, or null. */
  readonly secretFile: string | null;
  readonly at: Date;
  readonly onProgress: Progress;
};

/** Makes a backup. It has its name only once it is whole. Throws an Error, in words, and leaves nothing. */
export async function makeBackup({
  target,
  databaseFile,
  named,
  blobs,
  secretFile,
  at,
  onProgress,
}: BackupParts): Promise<Manifest> {
  const place = resolve(target);
  if (existsSync(place)) throw new Error(`${target} is there already: name a folder that is not`);
  const partial = join(dirname(place), `.${basename(place)}.${newKey().slice(0, 8)}.partial`);
  await mkdir(join(partial, "documents"), { recursive: true, mode: 0o700 });
  try {
    const copy = join(partial, "countersign.db");
    const names = databaseFile === null ? named : snapshot(databaseFile, copy);
    for (const [index, hash] of names.entries()) {
      onProgress(index, names.length);
      await keep(blobs, { hash, to: join(partial, "documents", hash) });
    }
    onProgress(names.length, names.length);
    if (databaseFile !== null) await chmod(copy, 0o600);
    if (secretFile !== null) await copyFile(secretFile, join(partial, "secret.key"));
    const manifest: Manifest = {
      format: "countersign-backup-1",
      at: at.toISOString(),
      database: databaseFile === null ? null : { sha256: (await hashFile(copy)) ?? "", bytes: (await stat(copy)).size },
      documents: names,
      hasSecret: secretFile !== null,
    };
    await writeFile(join(partial, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await rename(partial, place);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The database as it is in this moment, in a file of its own; answers the documents that it names. Writers are not kept waiting. */
function snapshot(from: string, to: string): readonly string[] {
  const database = new DatabaseSync(from);
  try {
    database.exec("pragma busy_timeout = 10000");
    database.prepare("vacuum into ?").run(to);
  } finally {
    database.close();
  }
  const copy = new DatabaseSync(to, { readOnly: true });
  try {
    const names = new Set<string>();
    for (const { table, column } of blobColumns)
      for (const row of copy
        .prepare(`select distinct ${column} as hash from ${table} where ${column} is not null`)
        .all())
        names.add(String(row.hash));
    return [...names].toSorted();
  } finally {
    copy.close();
  }
}

async function keep(
  blobs: Pick<Blobs, "stream">,
  { hash, to }: { readonly hash: string; readonly to: string },
): Promise<void> {
  const seen = createHash("sha256");
  const measure = new Transform({
    transform(chunk: Buffer, _, pass) {
      seen.update(chunk);
      pass(null, chunk);
    },
  });
  await pipeline(blobs.stream(hash), measure, createWriteStream(to, { mode: 0o600, flush: true }));
  if (seen.digest("hex") !== hash) throw new Error(`The document ${hash} is damaged where it is kept`);
}

/** Reads and checks a backup: every file against its hash. Throws an Error that names what is missing or damaged. */
async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  if (manifest.database !== null && (await hashFile(join(folder, "countersign.db"))) !== manifest.database.sha256)
    throw new Error("countersign.db is damaged or missing in this backup");
  for (const hash of manifest.documents)
    if (!isHash(hash) || (await hashFile(join(folder, "documents", hash))) !== hash)
      throw new Error(`documents/${hash} is damaged or missing in this backup`);
  return manifest;
}

/** Where a backup goes to; `blobs`: where documents are to be kept. */
export type RestoreParts = {
  readonly folder: string;
  readonly dataFolder: string;
  readonly openBlobs: (dataFolder: string) => Promise<Pick<Blobs, "receive">>;
  readonly onProgress: Progress;
};

/** Brings a backup into a data folder that is empty, or is not there yet. Checks all of it first. Throws an Error, in words. */
export async function restoreBackup({ folder, dataFolder, openBlobs, onProgress }: RestoreParts): Promise<Manifest> {
  const manifest = await checkBackup(folder);
  if ((await readdir(dataFolder).catch(() => [])).length > 0)
    throw new Error(`${dataFolder} is not empty: a backup is brought back into an empty folder`);
  const place = resolve(dataFolder);
  const partial = join(dirname(place), `.${basename(place)}.${newKey().slice(0, 8)}.partial`);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const blobs = await openBlobs(partial);
    for (const [index, hash] of manifest.documents.entries()) {
      onProgress(index, manifest.documents.length);
      const received = await blobs.receive(createReadStream(join(folder, "documents", hash)), {
        limit: Number.MAX_SAFE_INTEGER,
      });
      await received.keep();
    }
    onProgress(manifest.documents.length, manifest.documents.length);
    if (manifest.database !== null) await copyFile(join(folder, "countersign.db"), join(partial, "countersign.db"));
    if (manifest.hasSecret) await copyFile(join(folder, "secret.key"), join(partial, "secret.key"));
    await rmdir(place).catch(() => undefined);
    await rename(partial, place);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Manifest;
    if (manifest.format === "countersign-backup-1") return manifest;
  } catch {
    // Told below.
  }
  throw new Error(`${folder} is no backup: it has no manifest.json that this version can read`);
}

async function hashFile(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch {
    return null;
  }
  return hash.digest("hex");
}
