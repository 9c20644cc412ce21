// Backups of a house while it runs: the database as it was in one moment, and every document that its rows name. Documents are never changed,
// and go for good two days after the last row that named them: those that a copy of the database names are there to be copied after it.

import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newKey } from "../base/ids.ts";
import type { Blobs } from "../storage/blobs.ts";
import { isMissing } from "../storage/durable.ts";
import { blobColumns } from "../storage/orphans.ts";
import { copyOnto, forEachOf, hashFile, type Manifest, type Progress, syncPath } from "./backup-files.ts";

/** What a backup is made of. */
export type BackupParts = {
  readonly target: string;
  /** The SQLite database, or null: then every document that there is. */
  readonly databaseFile: string | null;
  readonly blobs: Pick<Blobs, "stream" | "list">;
  /** `secret.key`, to go along, or null. */
  readonly secretFile: string | null;
  readonly at: Date;
  readonly signal: AbortSignal;
  readonly onProgress: Progress;
};

/** Makes a backup. It has its name only once it is whole and on the disk. Throws an Error, in words, and leaves nothing. */
export async function makeBackup(parts: BackupParts): Promise<Manifest> {
  const place = resolve(parts.target);
  if (existsSync(place)) throw new Error(`${parts.target} is there already: name a folder that is not`);
  const partial = join(dirname(place), `.${basename(place)}.${newKey().slice(0, 8)}.partial`);
  await mkdir(join(partial, "documents"), { recursive: true, mode: 0o700 });
  try {
    const manifest = await fill(partial, parts);
    await rename(partial, place);
    await syncPath(dirname(place));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw parts.signal.aborted ? new Error("it was stopped; nothing is left of it") : error;
  }
}

async function fill(partial: string, parts: BackupParts): Promise<Manifest> {
  const { databaseFile, secretFile, at } = parts;
  const copy = join(partial, "countersign.db");
  if (databaseFile !== null) await copyDatabase(databaseFile, copy);
  const named = databaseFile === null ? await allOf(parts.blobs) : namedIn(copy);
  const copied = await copyDocuments(named, { ...parts, folder: join(partial, "documents") });
  const manifest: Manifest = {
    format: "countersign-backup-1",
    at: at.toISOString(),
    database: databaseFile === null ? null : { sha256: await hashFile(copy) },
    secret: secretFile === null ? null : { sha256: await copyOnto(secretFile, join(partial, "secret.key")) },
    ...copied,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(partial, "manifest.json"), text, { mode: 0o600, flush: true });
  await syncPath(join(partial, "documents"));
  await syncPath(partial);
  return manifest;
}

/** The database as it is in this moment. Writers are not kept waiting. */
async function copyDatabase(from: string, to: string): Promise<void> {
  // Made first: what SQLite makes itself others could read.
  await writeFile(to, "", { mode: 0o600 });
  const database = new DatabaseSync(from);
  try {
    database.exec("pragma busy_timeout = 10000");
    database.prepare("vacuum into ?").run(to);
  } finally {
    database.close();
  }
  await chmod(to, 0o600);
  // SQLite leaves what VACUUM INTO wrote to the system.
  await syncPath(to);
}

function namedIn(file: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const names = new Set<string>();
    for (const { table, column } of blobColumns) {
      const query = `select distinct ${column} as hash from ${table} where ${column} is not null`;
      for (const row of database.prepare(query).iterate()) names.add(String(row.hash));
    }
    return [...names].toSorted();
  } finally {
    database.close();
  }
}

async function allOf(blobs: Pick<Blobs, "list">): Promise<readonly string[]> {
  const all = new Set<string>();
  for await (const hash of blobs.list()) all.add(hash);
  return [...all].toSorted();
}

type Copying = Pick<BackupParts, "blobs" | "databaseFile" | "signal" | "onProgress"> & { readonly folder: string };
type Copied = Pick<Manifest, "documents" | "lost">;

/** What is missing or damaged where it is kept is told: a backup of all the others is better than none. */
async function copyDocuments(
  hashes: readonly string[],
  { blobs, databaseFile, signal, onProgress, folder }: Copying,
): Promise<Copied> {
  const documents: string[] = [];
  const lost: string[] = [];
  let done = 0;
  await forEachOf(hashes, async (hash) => {
    onProgress(done, hashes.length);
    const to = join(folder, hash);
    const state = await copyDocument(hash, { blobs, signal, to });
    if (state === "whole") documents.push(hash);
    else await rm(to, { force: true });
    // What was only listed may have gone since.
    if (state === "damaged" || (state === "missing" && databaseFile !== null)) lost.push(hash);
    done += 1;
  });
  onProgress(hashes.length, hashes.length);
  return { documents: documents.toSorted(), lost: lost.toSorted() };
}

async function copyDocument(
  hash: string,
  { blobs, signal, to }: { readonly blobs: BackupParts["blobs"]; readonly signal: AbortSignal; readonly to: string },
): Promise<"whole" | "damaged" | "missing"> {
  const seen = createHash("sha256");
  const measure = new Transform({
    transform(chunk: Buffer, _, pass) {
      seen.update(chunk);
      pass(null, chunk);
    },
  });
  try {
    await pipeline(blobs.stream(hash), measure, createWriteStream(to, { mode: 0o600, flush: true }), { signal });
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw error;
  }
  return seen.digest("hex") === hash ? "whole" : "damaged";
}
