import { createReadStream } from "node:fs";
import { readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Blobs } from "../storage/blobs.ts";
import { makeFolder } from "../storage/durable.ts";
import { ownFolder } from "../storage/folder.ts";
import { checkBackup, copyOnto, forEachOf, type Manifest, type Progress, syncPath } from "./backup-files.ts";

/** Where a backup goes to; `openBlobs`: opens where documents are to be kept, for a data folder. */
export type RestoreParts = {
  readonly folder: string;
  readonly dataFolder: string;
  /** Whether the settings name a PostgreSQL database. */
  readonly onPostgres: boolean;
  readonly openBlobs: (dataFolder: string) => Promise<Pick<Blobs, "receive">>;
  readonly onProgress: Progress;
};

/** Where things lie until all are there: inside the data folder, which may be a volume of its own. */
const aside = ".restoring";
/** What an empty data folder may hold: a file system's own, and what a restore that was stopped has left. */
const noMatter: readonly string[] = ["lost+found", aside, "owner.lock", "owner.pid"];

/**
 * Brings a backup into a data folder that is empty, or is not there yet. Checks all of it first. The database comes last: without it nothing
 * has been brought back. Throws an Error, in words.
 */
export async function restoreBackup(parts: RestoreParts): Promise<Manifest> {
  const manifest = await checkBackup(parts.folder, parts.onProgress);
  const flaw = misfitOf(manifest, parts);
  if (flaw !== null) throw new Error(flaw);
  const place = resolve(parts.dataFolder);
  await makeFolder(place);
  const mayBeThere = manifest.secret === null ? [...noMatter, "secret.key"] : noMatter;
  if ((await readdir(place)).some((name) => !mayBeThere.includes(name)))
    throw new Error(`${parts.dataFolder} is not empty: a backup is brought back into an empty folder`);
  const owned = ownFolder(place);
  const stage = join(place, aside);
  try {
    await rm(stage, { recursive: true, force: true });
    await makeFolder(stage);
    await fill(stage, { ...parts, manifest });
    for (const name of ["blobs", "secret.key", "countersign.db"])
      if ((await readdir(stage)).includes(name)) await rename(join(stage, name), join(place, name));
    await rmdir(stage);
    await syncPath(place);
    return manifest;
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw error;
  } finally {
    owned.release();
  }
}

/** That a backup and the settings speak of different databases, in words; or null. */
function misfitOf({ database }: Manifest, { onPostgres }: RestoreParts): string | null {
  if (database !== null && onPostgres)
    return "this backup holds an embedded database, and DATABASE_URL names another: leave DATABASE_URL out";
  if (database === null && !onPostgres)
    return "this backup holds documents alone, of a house on PostgreSQL: set DATABASE_URL to its database";
  return null;
}

async function fill(
  stage: string,
  { folder, manifest, openBlobs, onProgress }: RestoreParts & { readonly manifest: Manifest },
): Promise<void> {
  const { documents, database, secret } = manifest;
  const blobs = await openBlobs(stage);
  let done = 0;
  await forEachOf(documents, async (hash) => {
    onProgress(done, documents.length);
    const from = createReadStream(join(folder, "documents", hash));
    const received = await blobs.receive(from, { limit: Number.MAX_SAFE_INTEGER });
    if (received.hash !== hash) throw changed(`documents/${hash}`);
    await received.keep();
    done += 1;
  });
  onProgress(documents.length, documents.length);
  if (secret !== null && (await copyOnto(join(folder, "secret.key"), join(stage, "secret.key"))) !== secret.sha256)
    throw changed("secret.key");
  const file = "countersign.db";
  if (database !== null && (await copyOnto(join(folder, file), join(stage, file))) !== database.sha256)
    throw changed(file);
}

function changed(name: string): Error {
  return new Error(
    `${name} was read otherwise the second time: the disk of this backup, or of the data folder, is failing`,
  );
}
