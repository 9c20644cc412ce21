import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { isHash } from "./blob-places.ts";
import type { Bucket } from "./bucket.ts";
import { bucketKeys, removeAll } from "./bucket-blobs.ts";
import { findNamed } from "./orphans.ts";
import type { Store } from "./store.ts";
import type { Walk } from "./walk.ts";

/** The rows, and the bucket of the blobs. */
export type BucketShelves = { readonly store: Store; readonly bucket: Bucket };

/**
 * Removes blobs that no row names from a bucket, as `orphanWalks` does from a folder: what is a day old and named by nothing is copied
 * aside, where it is still read, and removed from its place; a day later that copy goes for good, or back where a row names it by now. Who
 * keeps the same bytes again writes them anew: even when that is removed in the same moment, its copy lies aside. Every copy has a key of its
 * own, and ends by that key alone: no walk, of whichever process, removes one that is younger than what it looked at.
 */
export function bucketOrphanWalks({ store, bucket }: BucketShelves): readonly Walk[] {
  return [
    { name: "blobs set aside", restMs: 0, step: (place) => endAside({ store, bucket }, place) },
    { name: "blobs", restMs: limits.retentionRestMs, step: (place) => setAside({ store, bucket }, place) },
  ];
}

type Place = Parameters<Walk["step"]>[0];
type Stepped = ReturnType<Walk["step"]>;

async function setAside({ store, bucket }: BucketShelves, { at, after }: Place): Stepped {
  const { old, named, next } = await lookThrough({ store, bucket }, { prefix: "files/", at, after });
  for (const { key, hash } of old) {
    if (named.has(hash)) continue;
    const isThere = await bucket.copy({ from: key, to: bucketKeys.aside(hash) + newUuid(at) });
    if (isThere) await bucket.remove(key);
  }
  return { removed: 0, after: next };
}

async function endAside({ store, bucket }: BucketShelves, { at, after }: Place): Stepped {
  const { old, named, next } = await lookThrough({ store, bucket }, { prefix: "aside/", at, after });
  let removed = 0;
  for (const { key, hash } of old) {
    if (named.has(hash)) await bucket.copy({ from: key, to: bucketKeys.file(hash) });
    await bucket.remove(key);
    if (named.has(hash)) continue;
    removed += 1;
    // What was made from it goes along, unless the same bytes were kept anew.
    if (!(await bucket.has(bucketKeys.file(hash)))) await removeAll(bucket, bucketKeys.derived(hash));
  }
  return { removed, after: next };
}

type Asked = { readonly prefix: string; readonly at: number; readonly after: string | null };

/** Some objects that are a day old, and which of them a row names. */
async function lookThrough({ store, bucket }: BucketShelves, { prefix, at, after }: Asked) {
  const { objects, next } = await bucket.list({ prefix, after });
  const old = objects
    .filter((one) => one.at < at - limits.keptOrphanMs)
    .map(({ key }) => ({ key, hash: key.split("/")[1] ?? "" }))
    .filter(({ hash }) => isHash(hash));
  const named = await findNamed(
    store.read,
    old.map(({ hash }) => hash),
  );
  return { old, named, next };
}
