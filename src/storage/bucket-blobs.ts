import { openAsBlob } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { hashOf } from "../base/secrets.ts";
import { assertHash, derivedPart, isHash } from "./blob-places.ts";
import type { Blobs } from "./blobs.ts";
import type { Bucket, Listed } from "./bucket.ts";
import { makeFolder, sweep } from "./durable.ts";
import { receiveStream } from "./receive.ts";

/** The bucket, and the folder in which uploads lie until they are kept. */
export type BucketParts = { readonly bucket: Bucket; readonly folder: string };

/** Where a blob is in the bucket, where it waits that nothing named (each time under a key of its own), and where what was made of it is. */
export const bucketKeys = {
  file: (hash: string) => `files/${hash}`,
  aside: (hash: string) => `aside/${hash}/`,
  derived: (hash: string) => `derived/${hash}/`,
};

/** Opens the blobs in a bucket. Uploads come into the folder first: they are hashed there before they are sent on. */
export async function openBucketBlobs({ bucket, folder }: BucketParts): Promise<Blobs> {
  const incoming = join(resolve(folder), "incoming");
  await makeFolder(incoming);
  await sweep(incoming);

  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      await bucket.put(bucketKeys.file(hash), { body: plain(bytes), sha256: hash });
      return hash;
    },
    receive: (stream, { limit, path }) =>
      receiveStream(stream, {
        incoming,
        limit,
        path,
        keep: async ({ from, hash }) => {
          await bucket.put(bucketKeys.file(hash), { body: await openAsBlob(from), sha256: hash });
          await rm(from, { force: true });
        },
      }),
    async read(hash) {
      const bytes = await firstOf(placesOf(bucket, hash), bucket.read);
      if (!bytes) throw new Error(`The blob ${hash} is missing from the bucket`);
      return bytes;
    },
    stream: (hash) => Readable.from(piecesOf(bucket, placesOf(bucket, hash)), { objectMode: false }),
    has: async (hash) => (await firstOf(placesOf(bucket, hash), bucket.has)) ?? false,
    list: () => listAll(bucket),
    async remove(hash) {
      assertHash(hash);
      await bucket.remove(bucketKeys.file(hash));
      await removeAll(bucket, bucketKeys.aside(hash));
      await removeAll(bucket, bucketKeys.derived(hash));
    },
    async putDerived(name, bytes) {
      const { hash, file } = derivedPart(name);
      await bucket.put(bucketKeys.derived(hash) + file, { body: plain(bytes), sha256: hashOf(bytes) });
    },
    async readDerived(name) {
      const { hash, file } = derivedPart(name);
      return bucket.read(bucketKeys.derived(hash) + file);
    },
  };
}

/** Removes all objects that begin so. */
export async function removeAll(bucket: Bucket, prefix: string): Promise<void> {
  for await (const { key } of listBelow(bucket, prefix)) await bucket.remove(key);
}

async function* listBelow(bucket: Bucket, prefix: string): AsyncGenerator<Listed> {
  let after: string | null = null;
  do {
    const { objects, next }: Awaited<ReturnType<Bucket["list"]>> = await bucket.list({ prefix, after });
    yield* objects;
    after = next;
  } while (after !== null);
}

/** Three times over, as in `keysOf`: none is missed that goes from one place to the other meanwhile. */
async function* listAll(bucket: Bucket): AsyncGenerator<string> {
  for (const place of ["files", "aside", "files"])
    for await (const { key } of listBelow(bucket, `${place}/`)) {
      const [, name = ""] = key.split("/");
      if (isHash(name)) yield name;
    }
}

type Keys = () => AsyncGenerator<string>;

/** Where a blob may be. The first place twice: from the second one (bucket-orphans.ts) it may go back while it is looked for. */
function placesOf(bucket: Bucket, hash: string): Keys {
  assertHash(hash);
  return async function* keysOf() {
    yield bucketKeys.file(hash);
    for await (const { key } of listBelow(bucket, bucketKeys.aside(hash))) yield key;
    yield bucketKeys.file(hash);
  };
}

/** What the first place gives that gives anything. */
async function firstOf<T>(keys: Keys, ask: (key: string) => Promise<T | null>): Promise<T | null> {
  for await (const key of keys()) {
    const given = await ask(key);
    if (given) return given;
  }
  return null;
}

async function* piecesOf(bucket: Bucket, keys: Keys): AsyncGenerator<Uint8Array> {
  const found = await firstOf(keys, bucket.stream);
  if (!found) throw Object.assign(new Error("The blob is missing from the bucket"), { code: "ENOENT" });
  yield* found;
}

/** The same bytes; what comes from elsewhere may lie in memory that is shared, which a request cannot carry. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
