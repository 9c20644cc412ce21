import { rm } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../base/assert.ts";

/** Where a blob lies. Two levels of 256 folders: a million blobs are 15 to a folder. */
export function placeOf(root: string, hash: string): string {
  assertHash(hash);
  return join(root, "files", hash.slice(0, 2), hash.slice(2, 4), hash);
}

/** Where a blob waits that nothing named: still readable, a day before it goes for good. */
export function asidePlaceOf(root: string, hash: string): string {
  assertHash(hash);
  return join(root, "aside", hash);
}

/** The folder of what was made from a blob. */
export function derivedFolderOf(root: string, hash: string): string {
  assertHash(hash);
  return join(root, "derived", hash.slice(0, 2), hash.slice(2, 4), hash);
}

/** The parts of a derived file's name, `<hash>/<file name>`. Both are plain words: no name leads anywhere else. */
export function derivedPart(name: string): { readonly hash: string; readonly file: string } {
  const [hash = "", file = "", ...rest] = name.split("/");
  assert(rest.length === 0 && /^[a-z0-9][a-z0-9.-]{0,63}$/.test(file), "a derived file is named <hash>/<file name>");
  assertHash(hash);
  return { hash, file };
}

/** Removes what was made from a blob; it can be made again. */
export async function removeDerived(root: string, hash: string): Promise<void> {
  await rm(derivedFolderOf(root, hash), { recursive: true, force: true });
}

/** Whether a file's name is that of a blob. */
export function isHash(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Throws, as for a bug, unless the name is that of a blob. */
export function assertHash(hash: string): void {
  assert(isHash(hash), "a blob is named by 64 hex digits");
}
