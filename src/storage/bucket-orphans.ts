import { limits } from "../base/limits.ts";
import { isHash } from "./blob-places.ts";
import type { Bucket } from "./bucket.ts";
import { bucketKeys, removeDerivedOf } from "./bucket-blobs.ts";
import { findNamed } from "./orphans.ts";
import type { Store } from "./store.ts";
import type { Walk } from "./walk.ts";

/** The rows, and the bucket of the blobs. */
export type BucketShelves = { readonly store: Store; readonly bucket: Bucket };

/**
 * Removes blobs that no row names from a bucket, as `orphanWalks` does from a folder: what is a day old and named by nothing is copied
 * aside, where it is still read, and removed from its place; a day later it goes for good, or back where a row names it by now. Who keeps
 * the same bytes again writes them anew: even when that is removed in the same moment, its copy lies aside.
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
  const { old, next } = await oldOnes(bucket, { prefix: "files/", at, after });
  const named = await findNamed(store.read, old);
  for (const hash of old.filter((one) => !named.has(one))) {
    const isThere = await bucket.copy({ from: bucketKeys.file(hash), to: bucketKeys.aside(hash) });
    if (isThere) await bucket.remove(bucketKeys.file(hash));
  }
  return { removed: 0, after: next };
}

async function endAside({ store, bucket }: BucketShelves, { at, after }: Place): Stepped {
  const { old, next } = await oldOnes(bucket, { prefix: "aside/", at, after });
  const named = await findNamed(store.read, old);
  let removed = 0;
  for (const hash of old) {
    if (named.has(hash)) await bucket.copy({ from: bucketKeys.aside(hash), to: bucketKeys.file(hash) });
    await bucket.remove(bucketKeys.aside(hash));
    if (named.has(hash)) continue;
    removed += 1;
    // What was made from it goes along, unless the same bytes were kept anew.
    if (!(await bucket.has(bucketKeys.file(hash)))) await removeDerivedOf(bucket, hash);
  }
  return { removed, after: next };
}

type Asked = { readonly prefix: string; readonly at: number; readonly after: string | null };

async function oldOnes(bucket: Bucket, { prefix, at, after }: Asked) {
  const { objects, next } = await bucket.list({ prefix, after });
  const before = at - limits.keptOrphanMs;
  const old = objects.filter((one) => one.at < before).map(({ key }) => key.slice(prefix.length));
  return { old: old.filter(isHash), next };
}
