import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import { asidePlaceOf, isHash, placeOf, removeDerived } from "./blob-places.ts";
import { fileAway, isMissing, makeFolder } from "./durable.ts";
import type { Db, Store } from "./store.ts";
import { placeAfter, type Walk } from "./walk.ts";

/** Every column that names a blob. */
export const blobColumns = [
  { table: "request_files", column: "blob" },
  { table: "attachments", column: "blob" },
  { table: "signature_requests", column: "document_blob" },
  { table: "signature_requests", column: "sealed_blob" },
  { table: "signature_requests", column: "first_sealed_blob" },
  { table: "signature_requests", column: "trail_blob" },
  { table: "api_apps", column: "logo_blob" },
  { table: "template_files", column: "blob" },
  { table: "templates", column: "document_blob" },
  { table: "request_parts", column: "document_blob" },
  { table: "drafts", column: "document_blob" },
  { table: "draft_files", column: "blob" },
  { table: "fax_files", column: "blob" },
  { table: "faxes", column: "document_blob" },
] as const;

/** The rows, and the folder of the blobs. */
export type Shelves = { readonly store: Store; readonly folder: string };

/**
 * Removes blobs that no row names, such as those of an upload whose commit never came. Two walks, a day apart: the first puts a file
 * that is a day old aside, where it is still read; the second, when it has lain there for a day, removes it for good, or puts it back
 * when a row names it by now. Who keeps the same bytes again writes a new file beside it, which no removal of the old one meets.
 */
export function orphanWalks({ store, folder }: Shelves): readonly Walk[] {
  const shelves = { store, folder: resolve(folder) };
  return [
    { name: "blobs set aside", restMs: 0, step: ({ at, after }) => endAside(shelves, { at, after }) },
    { name: "blobs", restMs: limits.retentionRestMs, step: ({ at, after }) => setAside(shelves, { at, after }) },
  ];
}

type Place = Parameters<Walk["step"]>[0];
type Stepped = ReturnType<Walk["step"]>;

/** One folder a step; `after` is the last folder's name, `ab/cd`. */
async function setAside({ store, folder }: Shelves, { at, after }: Place): Stepped {
  const next = await nextFolder(join(folder, "files"), after);
  if (next === null) return { removed: 0, after: null };

  const names = (await readdir(join(folder, "files", next))).filter(isHash);
  const old = await olderThan(at - limits.keptOrphanMs, { names, placeOf: (hash) => placeOf(folder, hash) });
  const named = await findNamed(store.read, old);
  const orphans = old.filter((hash) => !named.has(hash));
  if (orphans.length > 0) await makeFolder(join(folder, "aside"));
  for (const hash of orphans) {
    const place = placeOf(folder, hash);
    // Its day aside begins now: touched first, for a crash between the two must not make it older than it is.
    const now = new Date(at);
    await utimes(place, now, now).catch(passMissing);
    await rename(place, asidePlaceOf(folder, hash)).catch(passMissing);
  }
  return { removed: 0, after: next };
}

async function endAside({ store, folder }: Shelves, { at, after }: Place): Stepped {
  const all = (await readdir(join(folder, "aside")).catch(noFolder)).filter(isHash).toSorted();
  const names = all.filter((name) => name > (after ?? "")).slice(0, limits.retentionBatch);
  const before = at - limits.keptOrphanMs;
  const old = await olderThan(before, { names, placeOf: (hash) => asidePlaceOf(folder, hash) });
  const named = await findNamed(store.read, old);

  let removed = 0;
  for (const hash of old) {
    if (named.has(hash)) await putBack(folder, hash);
    else if (await removeForGood({ folder, hash, before })) removed += 1;
  }
  return {
    removed,
    after: placeAfter(names, { full: limits.retentionBatch, keyOf: (name) => name }),
  };
}

/** Over what may lie there again by now: the bytes are the same. */
async function putBack(folder: string, hash: string): Promise<void> {
  await fileAway({ from: asidePlaceOf(folder, hash), to: placeOf(folder, hash) }).catch(passMissing);
}

/** False when another process has put a younger one aside since it was looked at: that one stays. */
async function removeForGood({ folder, hash, before }: Removal): Promise<boolean> {
  // Out of reach first: what is looked at now is what is removed. A crash leaves it to the sweep of the folder.
  const out = join(folder, "incoming", randomUUID());
  const taken = await rename(asidePlaceOf(folder, hash), out).then(() => stat(out), passMissing);
  if (!taken) return false;
  if (taken.mtimeMs >= before) {
    await fileAway({ from: out, to: placeOf(folder, hash) });
    return false;
  }
  await rm(out);
  // What was made from it goes along, unless the same bytes were kept anew.
  const isThere = await stat(placeOf(folder, hash)).catch(passMissing);
  if (!isThere) await removeDerived(folder, hash);
  return true;
}

type Removal = { readonly folder: string; readonly hash: string; readonly before: number };

/** The folder that comes next in the order of names, `ab/cd`, or null. */
async function nextFolder(files: string, after: string | null): Promise<string | null> {
  const [afterUpper = "", afterLower = ""] = after?.split("/") ?? [];
  const uppers = (await readdir(files).catch(noFolder)).filter((name) => name >= afterUpper).toSorted();
  for (const upper of uppers) {
    const lowers = (await readdir(join(files, upper)).catch(noFolder)).toSorted();
    const lower = lowers.find((name) => upper !== afterUpper || name > afterLower);
    if (lower !== undefined) return `${upper}/${lower}`;
  }
  return null;
}

type Files = { readonly names: readonly string[]; readonly placeOf: (hash: string) => string };

async function olderThan(time: number, { names, placeOf: find }: Files): Promise<readonly string[]> {
  const old: string[] = [];
  for (const name of names) {
    const found = await stat(find(name)).catch(passMissing);
    if (found && found.mtimeMs < time) old.push(name);
  }
  return old;
}

/** Which of these blobs a row names. */
export async function findNamed(db: Db, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (let from = 0; from < hashes.length; from += limits.retentionBatch) {
    const some = sql.join(hashes.slice(from, from + limits.retentionBatch));
    for (const { table, column } of blobColumns) {
      const { rows } = await sql<{ hash: string }>`
        select ${sql.ref(column)} as hash from ${sql.table(table)} where ${sql.ref(column)} in (${some})`.execute(db);
      for (const { hash } of rows) named.add(hash);
    }
  }
  return named;
}

/** Another process may have taken it meanwhile. */
function passMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

function noFolder(error: unknown): string[] {
  passMissing(error);
  return [];
}
