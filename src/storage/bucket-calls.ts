// Calls of an S3-compatible bucket: signed by aws4fetch (AWS Signature Version 4), each try with a deadline, tried again a few times.

import { AwsClient } from "aws4fetch";
import { pause, steadyClock } from "../base/clock.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { BucketAddress } from "./bucket-address.ts";

/** One call; `key` is the whole key, or empty for the bucket itself. */
export type Asking = {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** With its SHA-256, which the bucket checks. */
  readonly body?: { readonly bytes: Uint8Array<ArrayBuffer> | Blob; readonly sha256: string };
};

/** What a bucket answered. The body is read once, each piece of it within the deadline; where it is not wanted, `drop` lets its line go. */
export type Told = {
  readonly status: number;
  readonly pieces: () => AsyncGenerator<Uint8Array>;
  /** The body as text, at most `limits.bucketTextBytes` of it. */
  readonly text: () => Promise<string>;
  readonly drop: () => Promise<void>;
};

/** A call that failed to its end: told in words to whoever runs the house. They hold no secret. */
export type Trouble = { readonly method: string; readonly key: string; readonly trouble: string };

/** How long a call has, and who hears of its end. */
export type Patience = {
  readonly tryMs: number;
  readonly retryMs: readonly number[];
  readonly onTrouble: (trouble: Trouble) => void;
};

/** What a bucket answers to a call that it does not mean to carry out, now or later: the key is wrong, the bucket is missing. */
export type Refusal = Error & { readonly refused: true };

/** Whether an error is the fault of a bucket that answered, and refused. */
export function isRefusal(error: unknown): error is Fault & { readonly cause: Refusal } {
  return error instanceof Fault && error.cause instanceof Error && "refused" in error.cause;
}

/**
 * Asks the bucket: what `take` makes of the answer. A call that breaks off, comes too late or meets the bucket's own trouble (5xx, 429) is
 * made again, with `take`; what fails for good is an `unavailable` fault whose cause has the words.
 */
export type Ask = <T>(asking: Asking, take: (told: Told) => Promise<T>) => Promise<T>;

/** Makes the calls of a bucket. */
export function askerOf(address: BucketAddress, patience: Patience): Ask {
  const { region, keyId, secretKey } = address;
  const client = new AwsClient({ accessKeyId: keyId, secretAccessKey: secretKey, region, service: "s3", retries: 0 });

  return async (asking, take) => {
    const begun = steadyClock();
    let failed: unknown;
    for (const delay of [...patience.retryMs, null]) {
      try {
        return await tryOnce(asking, { client, address, tryMs: patience.tryMs, take });
      } catch (error) {
        failed = error;
      }
      if (delay === null || isFinal(failed) || steadyClock() - begun > limits.bucketMs) break;
      await pause(delay);
    }
    const cause = asCause(failed, address);
    patience.onTrouble({ method: asking.method, key: asking.key, trouble: cause.message });
    throw unreachable(cause);
  };
}

type Trying<T> = {
  readonly client: AwsClient;
  readonly address: BucketAddress;
  readonly tryMs: number;
  readonly take: (told: Told) => Promise<T>;
};

async function tryOnce<T>(asking: Asking, { client, address, tryMs, take }: Trying<T>): Promise<T> {
  const { method, key, query = {}, headers = {}, body } = asking;
  const search = new URLSearchParams(query).toString();
  const path = key === "" ? "" : `/${key.split("/").map(encodeURIComponent).join("/")}`;
  const signed = await client.sign(`${address.base}${path}${search === "" ? "" : `?${search}`}`, {
    method,
    headers: { "x-amz-content-sha256": body?.sha256 ?? emptySha256, ...headers },
  });
  const over = new AbortController();
  const within = withinOf(over, tryMs);
  const response = await within(
    () =>
      fetch(signed.url, {
        method,
        headers: signed.headers,
        redirect: "manual",
        signal: over.signal,
        ...(body === undefined ? {} : { body: body.bytes }),
      }),
    timeToSend(body?.bytes),
  );
  const told = toldOf(response, within);
  if (response.status >= 500 || response.status === 429) {
    await told.drop();
    throw new Error(`it answered ${response.status}`);
  }
  return take(told);
}

type Within = <T>(wait: () => Promise<T>, moreMs?: number) => Promise<T>;

/** Waits for something of a call, but not longer than it has; the time in which nobody waits does not count. */
function withinOf(over: AbortController, ms: number): Within {
  return async (wait, moreMs = 0) => {
    const late = setTimeout(() => over.abort(new Error(`it did not answer within ${ms + moreMs} ms`)), ms + moreMs);
    try {
      return await wait();
    } finally {
      clearTimeout(late);
    }
  };
}

function toldOf({ status, body }: Response, within: Within): Told {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const reader = body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { done, value } = await within(() => reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  return {
    status,
    pieces,
    async text() {
      const read: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of pieces()) {
        read.push(piece);
        bytes += piece.length;
        if (bytes > limits.bucketTextBytes)
          throw new Error(`its answer is longer than ${limits.bucketTextBytes} bytes`);
      }
      return Buffer.concat(read).toString("utf8");
    },
    drop: async () => body?.cancel(),
  };
}

function timeToSend(bytes: Uint8Array | Blob | undefined): number {
  const size = bytes instanceof Uint8Array ? bytes.length : (bytes?.size ?? 0);
  return Math.ceil((size / limits.bucketSlowestBytes) * 1000);
}

/** The error of an answer that is none of those a call may have. Only its code and message are told: the rest may quote the key. */
export async function refusalOf(told: Told): Promise<Refusal> {
  const xml = told.status === 200 ? "" : await told.text();
  const [code = "", message = ""] = ["Code", "Message"].map(
    (tag) => new RegExp(`<${tag}>([^<]{0,300})`).exec(xml)?.[1] ?? "",
  );
  const words = [`it answered ${told.status}`, code, message].filter((part) => part !== "").join(", ");
  return Object.assign(new Error(words), { refused: true as const });
}

function isFinal(error: unknown): boolean {
  return error instanceof Error && "refused" in error;
}

/** In words, whatever was thrown; without key and secret, should a bucket quote them. */
function asCause(error: unknown, { keyId, secretKey }: BucketAddress): Error {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = inner instanceof Error ? inner.message : String(inner);
  const clean = words.replaceAll(secretKey, "…").replaceAll(keyId, "…");
  return isFinal(error) ? Object.assign(new Error(clean), { refused: true as const }) : new Error(clean);
}

/** Where it is and why it fails is not for callers: the cause has it, for the log. */
function unreachable(cause: Error): Fault {
  return Object.assign(
    new Fault("unavailable", "The store of documents cannot be reached just now. Try again later."),
    { cause },
  );
}

const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
