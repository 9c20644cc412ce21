import { openAsBlob } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { hashOf } from "../base/secrets.ts";
import { assertHash, derivedPart } from "./blob-places.ts";
import type { Blobs } from "./blobs.ts";
import type { Bucket } from "./bucket.ts";
import { makeFolder, sweep } from "./durable.ts";
import { receiveStream } from "./receive.ts";

/** The bucket, and the folder in which uploads lie until they are kept. */
export type BucketParts = { readonly bucket: Bucket; readonly folder: string };

/** Where a blob is in the bucket, where it waits that nothing named, and where what was made of it is. */
export const bucketKeys = {
  file: (hash: string) => `files/${hash}`,
  aside: (hash: string) => `aside/${hash}`,
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
      await bucket.put(bucketKeys.file(hash), { body: bytes, sha256: hash });
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
      assertHash(hash);
      const found = await firstOf(bucket, hash);
      if (!found) throw new Error(`The blob ${hash} is missing from the bucket`);
      return buffer(found);
    },
    stream(hash) {
      assertHash(hash);
      return Readable.from(piecesOf(bucket, hash), { objectMode: false });
    },
    async has(hash) {
      assertHash(hash);
      for (const key of keysOf(hash)) if (await bucket.has(key)) return true;
      return false;
    },
    async remove(hash) {
      assertHash(hash);
      await bucket.remove(bucketKeys.file(hash));
      await bucket.remove(bucketKeys.aside(hash));
      await removeDerivedOf(bucket, hash);
    },
    async putDerived(name, bytes) {
      const { hash, file } = derivedPart(name);
      await bucket.put(bucketKeys.derived(hash) + file, { body: bytes, sha256: hashOf(bytes) });
    },
    async readDerived(name) {
      const { hash, file } = derivedPart(name);
      const found = await bucket.get(bucketKeys.derived(hash) + file);
      return found && buffer(found);
    },
  };
}

/** Removes what was made from a blob; it can be made again. */
export async function removeDerivedOf(bucket: Bucket, hash: string): Promise<void> {
  let after: string | null = null;
  do {
    const { objects, next }: Awaited<ReturnType<Bucket["list"]>> = await bucket.list({
      prefix: bucketKeys.derived(hash),
      after,
    });
    for (const { key } of objects) await bucket.remove(key);
    after = next;
  } while (after !== null);
}

/** The first place twice: from the second one (bucket-orphans.ts) it may go back while it is looked for. */
function keysOf(hash: string): readonly string[] {
  return [bucketKeys.file(hash), bucketKeys.aside(hash), bucketKeys.file(hash)];
}

async function firstOf(bucket: Bucket, hash: string): Promise<Readable | null> {
  for (const key of keysOf(hash)) {
    const found = await bucket.get(key);
    if (found) return found;
  }
  return null;
}

async function* piecesOf(bucket: Bucket, hash: string): AsyncGenerator<Uint8Array> {
  const found = await firstOf(bucket, hash);
  if (!found) throw Object.assign(new Error(`There is no ${hash} in the bucket`), { code: "ENOENT" });
  yield* found;
}
