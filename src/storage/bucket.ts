import { buffer } from "node:stream/consumers";
import { limits } from "../base/limits.ts";
import type { BucketAddress } from "./bucket-address.ts";
import { type Asking, askerOf, type Patience, refusalOf, type Told } from "./bucket-calls.ts";

/** An object as a list names it; `at` is when it was last written, UTC milliseconds. */
export type Listed = { readonly key: string; readonly at: number };

/**
 * An S3-compatible bucket, or a part of one: keys are those behind its prefix. What an object holds is always named to the bucket by its
 * SHA-256, so that it takes nothing else. All calls have a deadline and are tried again; then they are an `unavailable` fault.
 */
export type Bucket = {
  readonly put: (
    key: string,
    object: { readonly body: Uint8Array<ArrayBuffer> | Blob; readonly sha256: string },
  ) => Promise<void>;
  /** The bytes of an object, or null. */
  readonly read: (key: string) => Promise<Buffer | null>;
  /** An object as it comes, or null. What breaks off once it has begun is an error of the stream. */
  readonly stream: (key: string) => Promise<AsyncIterable<Uint8Array> | null>;
  readonly has: (key: string) => Promise<boolean>;
  /** Copies within the bucket. False when there is no such object. */
  readonly copy: (keys: { readonly from: string; readonly to: string }) => Promise<boolean>;
  /** What is not there is no error. */
  readonly remove: (key: string) => Promise<void>;
  /** Some keys that begin so, in order; `next` goes on behind them. */
  readonly list: (asked: {
    readonly prefix: string;
    readonly after: string | null;
  }) => Promise<{ readonly objects: readonly Listed[]; readonly next: string | null }>;
};

/** Opens a bucket; nothing is asked of it yet. `patience` is that of `limits` unless it is given. */
export function openBucket(address: BucketAddress, patience: Partial<Patience> = {}): Bucket {
  const ask = askerOf(address, {
    tryMs: limits.bucketTryMs,
    retryMs: limits.bucketRetryMs,
    onTrouble: () => undefined,
    ...patience,
  });
  const full = (key: string) => (address.prefix === "" ? key : `${address.prefix}/${key}`);

  return {
    put: (key, { body, sha256 }) => {
      const asking = { method: "PUT", key: full(key), body: { bytes: body, sha256 } } as const;
      return ask(asking, (told) => endWith(told, [200]));
    },
    read: (key) => ask(get(full(key)), async (told) => ((await isThere(told)) ? buffer(told.pieces()) : null)),
    stream: (key) => ask(get(full(key)), async (told) => ((await isThere(told)) ? told.pieces() : null)),
    has: (key) =>
      ask({ method: "HEAD", key: full(key) }, async (told) => {
        await endWith(told, [200, 404]);
        return told.status === 200;
      }),
    copy: ({ from, to }) => {
      const headers = { "x-amz-copy-source": `/${address.bucket}/${full(from)}` };
      return ask({ method: "PUT", key: full(to), headers }, copied);
    },
    remove: (key) => ask({ method: "DELETE", key: full(key) }, (told) => endWith(told, [200, 204, 404])),
    list: ({ prefix, after }) => {
      const place: Readonly<Record<string, string>> = after === null ? {} : { "start-after": full(after) };
      const query = { "list-type": "2", prefix: full(prefix), "max-keys": String(limits.bucketListed), ...place };
      return ask({ method: "GET", key: "", query }, async (told) => {
        if (told.status !== 200) throw await refusalOf(told);
        return readList(await told.text(), { cut: full("").length });
      });
    },
  };
}

function get(key: string): Asking {
  return { method: "GET", key };
}

async function endWith(told: Told, ok: readonly number[]): Promise<void> {
  if (!ok.includes(told.status)) throw await refusalOf(told);
  await told.drop();
}

/** Whether there is such an object. That there is no such bucket has the same number, and is another matter. */
async function isThere(told: Told): Promise<boolean> {
  if (told.status === 200) return true;
  if (told.status !== 404) throw await refusalOf(told);
  const refusal = await refusalOf(told);
  if (refusal.message.includes("NoSuchBucket")) throw refusal;
  return false;
}

async function copied(told: Told): Promise<boolean> {
  if (told.status !== 200) return isThere(told);
  // An error may come in an answer of 200, after the head was sent.
  if ((await told.text()).includes("<Error>")) throw new Error("it could not copy");
  return true;
}

/** ListObjectsV2: our keys are plain words, so nothing in them is escaped. */
function readList(xml: string, { cut }: { readonly cut: number }) {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = ""]): Listed => {
    const key = /<Key>(.*?)<\/Key>/s.exec(entry)?.[1] ?? "";
    const at = Date.parse(/<LastModified>(.*?)<\/LastModified>/s.exec(entry)?.[1] ?? "");
    return { key: key.slice(cut), at };
  });
  const isCut = /<IsTruncated>\s*true\s*<\/IsTruncated>/.test(xml);
  return { objects, next: isCut ? (objects.at(-1)?.key ?? null) : null };
}
