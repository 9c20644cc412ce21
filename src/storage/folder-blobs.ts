import { type FileHandle, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { hashOf } from "../base/secrets.ts";
import { asidePlaceOf, derivedFolderOf, derivedPart, isHash, placeOf, removeDerived } from "./blob-places.ts";
import type { Blobs } from "./blobs.ts";
import { fileAway, isMissing, makeFolder, shelve, sweep, writeIncoming } from "./durable.ts";
import { receiveStream } from "./receive.ts";

/**
 * Opens the blobs in `folder`, made if missing and readable by its user alone. Removes what a crash left half
 * received more than `limits.blobLeftoverMs` ago.
 */
export async function openBlobs({ folder }: { readonly folder: string }): Promise<Blobs> {
  const root = resolve(folder);
  const incoming = join(root, "incoming");
  await makeFolder(incoming);
  await makeFolder(join(root, "files"));
  await sweep(incoming);

  return {
    put: (bytes) => put({ root, incoming }, bytes),
    receive: (stream, { limit, path }) =>
      receiveStream(stream, {
        incoming,
        limit,
        path,
        keep: ({ from, hash }) => fileAway({ from, to: placeOf(root, hash) }),
      }),
    read: (hash) => readBlob(root, hash),
    stream: (hash) => Readable.from(piecesOf(placesOf(root, hash)), { objectMode: false }),
    has: async (hash) => (await firstOf(placesOf(root, hash), exists)) ?? false,
    list: () => listAll(root),
    remove: (hash) => removeBlob(root, hash),
    putDerived: async (name, bytes) => {
      const place = derivedPlaceOf(root, name);
      await shelve({ from: await writeIncoming(incoming, bytes), to: place });
    },
    readDerived: (name) => readOrNull(derivedPlaceOf(root, name)),
  };
}

async function put(at: { readonly root: string; readonly incoming: string }, bytes: Uint8Array): Promise<string> {
  const hash = hashOf(bytes);
  await fileAway({ from: await writeIncoming(at.incoming, bytes), to: placeOf(at.root, hash) });
  return hash;
}

async function readBlob(root: string, hash: string): Promise<Uint8Array> {
  const bytes = await firstOf(placesOf(root, hash), readOrNull);
  if (!bytes) throw new Error(`The blob ${hash} is missing from ${root}`);
  return bytes;
}

async function* piecesOf(places: readonly string[]): AsyncGenerator<Uint8Array> {
  const handle = await firstOf(places, openOrNull);
  if (!handle) throw Object.assign(new Error(`There is no ${places[0]}`), { code: "ENOENT" });
  yield* handle.createReadStream();
}

/** Where a blob may be. The first place twice: from the second one (orphans.ts) it may go back while it is looked for. */
function placesOf(root: string, hash: string): readonly string[] {
  return [placeOf(root, hash), asidePlaceOf(root, hash), placeOf(root, hash)];
}

/** What the first place gives that gives anything. */
async function firstOf<T>(places: readonly string[], ask: (place: string) => Promise<T | null>): Promise<T | null> {
  for (const place of places) {
    const given = await ask(place);
    if (given) return given;
  }
  return null;
}

/** Three times over, as in `placesOf`: none is missed that goes from one place to the other meanwhile. */
async function* listAll(root: string): AsyncGenerator<string> {
  for (const place of ["files", "aside", "files"]) yield* hashesBelow(join(root, place));
}

async function* hashesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => nothingFound(error, []));
  for (const entry of entries) {
    if (entry.isDirectory()) yield* hashesBelow(join(folder, entry.name));
    else if (isHash(entry.name)) yield entry.name;
  }
}

async function removeBlob(root: string, hash: string): Promise<void> {
  await rm(placeOf(root, hash), { force: true });
  await rm(asidePlaceOf(root, hash), { force: true });
  await removeDerived(root, hash);
}

function derivedPlaceOf(root: string, name: string): string {
  const { hash, file } = derivedPart(name);
  return join(derivedFolderOf(root, hash), file);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => nothingFound(error, false),
  );
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  return open(path).catch((error: unknown) => nothingFound(error, null));
}

async function readOrNull(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error: unknown) => nothingFound(error, null));
}

function nothingFound<T>(error: unknown, otherwise: T): T {
  if (isMissing(error)) return otherwise;
  throw error;
}
