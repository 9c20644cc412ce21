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

/** Removes what was made from a blob; it can be made again. */
export async function removeDerived(root: string, hash: string): Promise<void> {
  await rm(derivedFolderOf(root, hash), { recursive: true, force: true });
}

/** Whether a file's name is that of a blob. */
export function isHash(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

function assertHash(hash: string): void {
  assert(isHash(hash), "a blob is named by 64 hex digits");
}
