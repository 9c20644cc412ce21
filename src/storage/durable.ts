import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";

/** Makes a folder, and those above it, for its user alone; they are on the disk when it resolves. */
export async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 });
  if (!topmost) return;
  // A new folder is an entry in the one above it: each of those has to reach the disk.
  for (let at = path; at.length >= topmost.length; at = dirname(at)) await syncFolder(dirname(at));
}

/** A new file under a name that nobody else has, in the folder of files on their way. */
export async function openIncoming(incoming: string): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  const path = join(incoming, randomUUID());
  return { path, handle: await open(path, "wx", 0o600) };
}

/** Writes bytes to a file on its way, onto the disk; resolves to its path. Leaves nothing when it throws. */
export async function writeIncoming(incoming: string, bytes: Uint8Array): Promise<string> {
  const { path, handle } = await openIncoming(incoming);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Gives a file that is on the disk its name for good, whole or not at all, whatever crashes when. `to` stands two
 * folders below one that `makeFolder` made.
 */
export async function fileAway({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  const folder = dirname(to);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(from, to);
  // The upper two may be another caller's work, made a moment ago and not yet on the disk.
  for (const level of [folder, dirname(folder), dirname(dirname(folder))]) await syncFolder(level);
}

/** Gives a file its name, whole or not at all; a power cut may lose it. */
export async function shelve({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(from, to);
}

/** Removes the files that a crash left in the folder of files on their way. */
export async function sweep(incoming: string): Promise<void> {
  const oldest = systemClock() - limits.blobLeftoverMs;
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const { mtimeMs } = await stat(path).catch(alreadyGone);
    if (mtimeMs < oldest) await rm(path, { force: true });
  }
}

/** Another process on the same folder may have named or removed it meanwhile. */
function alreadyGone(error: unknown): { readonly mtimeMs: number } {
  if (isMissing(error)) return { mtimeMs: Number.POSITIVE_INFINITY };
  throw error;
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
