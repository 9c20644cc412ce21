import { join } from "node:path";
import { type Blobs, openBlobs } from "../storage/blobs.ts";
import { openBucket } from "../storage/bucket.ts";
import { openBucketBlobs } from "../storage/bucket-blobs.ts";
import { bucketOrphanWalks } from "../storage/bucket-orphans.ts";
import { orphanWalks } from "../storage/orphans.ts";
import type { Store } from "../storage/store.ts";
import type { Walk } from "../storage/walk.ts";
import type { Config } from "./config.ts";

/** Where the documents are, and what removes those that nothing names any more. */
export type Shelves = { readonly blobs: Blobs; readonly orphansOf: (store: Store) => readonly Walk[] };

/** Opens the documents, in a bucket where the settings name one, else in the data folder. */
export async function openShelves({
  config,
  dataFolder,
}: {
  readonly config: Pick<Config, "bucket">;
  readonly dataFolder: string;
}): Promise<Shelves> {
  const folder = join(dataFolder, "blobs");
  if (config.bucket === null)
    return { blobs: await openBlobs({ folder }), orphansOf: (store) => orphanWalks({ store, folder }) };
  const bucket = openBucket(config.bucket);
  return {
    blobs: await openBucketBlobs({ bucket, folder }),
    orphansOf: (store) => bucketOrphanWalks({ store, bucket }),
  };
}
