import { join } from "node:path";
import type { Log } from "../base/log.ts";
import { hashOf } from "../base/secrets.ts";
import type { Blobs } from "../storage/blobs.ts";
import { openBucket } from "../storage/bucket.ts";
import type { BucketAddress } from "../storage/bucket-address.ts";
import { openBucketBlobs } from "../storage/bucket-blobs.ts";
import { isRefusal, type Trouble } from "../storage/bucket-calls.ts";
import { bucketOrphanWalks } from "../storage/bucket-orphans.ts";
import { openBlobs } from "../storage/folder-blobs.ts";
import { orphanWalks } from "../storage/orphans.ts";
import type { Store } from "../storage/store.ts";
import type { Walk } from "../storage/walk.ts";
import type { Config } from "./config.ts";

/** Where the documents are, and what removes those that nothing names any more. */
export type Shelves = { readonly blobs: Blobs; readonly orphansOf: (store: Store) => readonly Walk[] };

/** Where to look for the documents; `log` hears of a bucket's troubles, null for a command, which tells them itself. */
export type ShelvesParts = {
  readonly config: Pick<Config, "bucket">;
  readonly dataFolder: string;
  readonly log: Log | null;
};

/**
 * Opens the documents, in a bucket where the settings name one, else in the data folder. With a log, for a server: throws, in words, when
 * the bucket refuses what will be asked of it; one that cannot be reached now is a warning.
 */
export async function openShelves({ config, dataFolder, log }: ShelvesParts): Promise<Shelves> {
  const folder = join(dataFolder, "blobs");
  if (config.bucket === null)
    return { blobs: await openBlobs({ folder }), orphansOf: (store) => orphanWalks({ store, folder }) };

  const onTrouble = (trouble: Trouble) => log?.warn(trouble, "the bucket of documents failed a call");
  if (log !== null) await tryBucket(config.bucket, onTrouble);
  const bucket = openBucket(config.bucket, { onTrouble });
  return {
    blobs: await openBucketBlobs({ bucket, folder }),
    orphansOf: (store) => bucketOrphanWalks({ store, bucket }),
  };
}

const probe = { key: "probe", body: Buffer.from("Countersign was here.\n") };

async function tryBucket(address: BucketAddress, onTrouble: (trouble: Trouble) => void): Promise<void> {
  const bucket = openBucket(address, { retryMs: [], onTrouble });
  try {
    await bucket.put(probe.key, { body: probe.body, sha256: hashOf(probe.body) });
    await bucket.list({ prefix: probe.key, after: null });
    await bucket.read(probe.key);
    await bucket.remove(probe.key);
  } catch (error) {
    if (isRefusal(error))
      throw new Error(
        `The bucket of COUNTERSIGN_S3_URL refuses: ${error.cause.message}. Check its name, the region, and that the key may get, put, delete and list.`,
        { cause: error },
      );
    // Anything else may pass: the log has it.
  }
}
