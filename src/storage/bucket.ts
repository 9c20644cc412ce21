// An S3-compatible bucket: put, get, copy, remove, list. aws4fetch signs (AWS Signature Version 4); what an object holds is always named
// to the bucket by its SHA-256, so that it takes nothing else.

import { Readable } from "node:stream";
import { AwsClient } from "aws4fetch";
import { pause } from "../base/clock.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";

/** An object as a list names it; `at` is when it was last written, UTC milliseconds. */
export type Listed = { readonly key: string; readonly at: number };

/** A bucket, or a part of one: keys are those behind its prefix. All calls have a deadline and are tried again; then `unavailable`. */
export type Bucket = {
  readonly put: (key: string, object: { readonly body: Uint8Array | Blob; readonly sha256: string }) => Promise<void>;
  /** The object as a stream, or null. */
  readonly get: (key: string) => Promise<Readable | null>;
  readonly has: (key: string) => Promise<boolean>;
  /** Copies within the bucket. False when there is no such object. */
  readonly copy: (keys: { readonly from: string; readonly to: string }) => Promise<boolean>;
  readonly remove: (key: string) => Promise<void>;
  /** Some keys that begin so, in order; `next` goes on behind them. */
  readonly list: (asked: {
    readonly prefix: string;
    readonly after: string | null;
  }) => Promise<{ readonly objects: readonly Listed[]; readonly next: string | null }>;
};

/** Where a bucket is: `https://KEY:SECRET@host/bucket/prefix?region=…`. */
export type BucketAddress = {
  readonly origin: string;
  readonly bucket: string;
  /** Without slashes around it; perhaps empty. */
  readonly prefix: string;
  readonly region: string;
  readonly keyId: string;
  readonly secretKey: string;
};

/** Reads the address of a bucket. Throws an Error that says what would be right, without the address. */
export function readBucketAddress(given: string): BucketAddress {
  const url = URL.parse(given);
  const [bucket = "", ...prefix] = (url?.pathname ?? "").split("/").filter((part) => part !== "");
  if (!url || !/^https?:$/.test(url.protocol) || bucket === "" || url.username === "" || url.password === "")
    throw new Error("right would be https://KEY:SECRET@host/bucket, perhaps with /prefix and ?region=…");
  return {
    origin: url.origin,
    bucket,
    prefix: prefix.join("/"),
    region: url.searchParams.get("region") ?? "us-east-1",
    keyId: decodeURIComponent(url.username),
    secretKey: decodeURIComponent(url.password),
  };
}

type Asking = {
  readonly method: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Blob;
};

/** Opens a bucket; nothing is asked of it yet. */
export function openBucket(address: BucketAddress): Bucket {
  const { bucket, prefix } = address;
  const ask = askerOf(address);
  const full = (key: string) => fullKey(prefix, key);

  return {
    async put(key, { body, sha256 }) {
      const response = await ask({ method: "PUT", key, headers: { "x-amz-content-sha256": sha256 }, body });
      await (await expect(response, { key, ok: [200] })).body?.cancel();
    },
    async get(key) {
      const response = await expect(await ask({ method: "GET", key }), { key, ok: [200, 404] });
      if (response.status === 404 || response.body === null) {
        await response.body?.cancel();
        return response.status === 404 ? null : Readable.from([]);
      }
      return Readable.fromWeb(response.body);
    },
    async has(key) {
      const { status } = await expect(await ask({ method: "HEAD", key }), { key, ok: [200, 404] });
      return status === 200;
    },
    async copy({ from, to }) {
      const source = `/${bucket}/${full(from).split("/").map(encodeURIComponent).join("/")}`;
      const response = await ask({ method: "PUT", key: to, headers: { "x-amz-copy-source": source } });
      const { status } = await expect(response, { key: from, ok: [200, 404] });
      // An error may come in an answer of 200, after the head was sent.
      if ((await response.text()).includes("<Error>")) throw new Error(`The bucket could not copy ${from}`);
      return status === 200;
    },
    async remove(key) {
      await (await expect(await ask({ method: "DELETE", key }), { key, ok: [200, 204, 404] })).body?.cancel();
    },
    async list({ prefix: begin, after }) {
      const place = after === null ? {} : { "start-after": full(after) };
      const query = { "list-type": "2", prefix: full(begin), "max-keys": String(limits.retentionBatch), ...place };
      const response = await expect(await ask({ method: "GET", key: "", query }), { key: begin, ok: [200] });
      return readList(await response.text(), { cut: full("").length });
    },
  };
}

function fullKey(prefix: string, key: string): string {
  return prefix === "" ? key : `${prefix}/${key}`;
}

/** Asks a bucket: its answer, unless that is one of its troubles. Those are met again, a few times. */
function askerOf({
  origin,
  bucket,
  prefix,
  region,
  keyId,
  secretKey,
}: BucketAddress): (asking: Asking) => Promise<Response> {
  const client = new AwsClient({ accessKeyId: keyId, secretAccessKey: secretKey, region, service: "s3", retries: 0 });
  return async ({ method, key, query = {}, headers = {}, body }) => {
    const search = new URLSearchParams(query).toString();
    const path = key === "" ? "" : `/${fullKey(prefix, key).split("/").map(encodeURIComponent).join("/")}`;
    const address = `${origin}/${bucket}${path}${search === "" ? "" : `?${search}`}`;
    let trouble = "";
    for (const delay of [...limits.bucketRetryMs, null]) {
      try {
        const told = { "x-amz-content-sha256": emptySha256, ...headers };
        const signed = await client.sign(address, { method, headers: told });
        const response = await fetch(signed.url, {
          method,
          headers: signed.headers,
          body: (body ?? null) as ConstructorParameters<typeof Response>[0] & {},
          redirect: "error",
          signal: AbortSignal.timeout(limits.bucketMs),
        });
        if (response.status < 500 && response.status !== 429) return response;
        trouble = `it answered ${response.status}`;
        await response.body?.cancel();
      } catch (error) {
        trouble = wordsOf(error);
      }
      if (delay !== null) await pause(delay);
    }
    throw new Fault("unavailable", `The store of documents cannot be reached (${trouble}). Try again later.`);
  };
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function expect(
  response: Response,
  { key, ok }: { readonly key: string; readonly ok: readonly number[] },
): Promise<Response> {
  if (ok.includes(response.status)) return response;
  const words = (await response.text()).slice(0, 300);
  throw new Error(`The bucket refused ${key}: ${response.status} ${words}`);
}

const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

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
