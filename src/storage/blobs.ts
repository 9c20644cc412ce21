import type { Readable } from "node:stream";
import type { Received } from "./receive.ts";

/**
 * Documents, each under the SHA-256 of its bytes in lower-case hex, its `hash`. What is kept survives a power cut. They lie in a folder
 * (folder-blobs.ts) or in a bucket (bucket-blobs.ts); a bucket that cannot be reached is an `unavailable` fault of any of these calls.
 */
export type Blobs = {
  /** Keeps bytes; resolves to their hash once they are kept. The same bytes twice are one file. */
  readonly put: (bytes: Uint8Array) => Promise<string>;

  /** Takes a stream in, hashing as it comes. Past `limit` bytes: a `bad_request` fault, and nothing stays. */
  readonly receive: (
    stream: AsyncIterable<Uint8Array>,
    options: { readonly limit: number; readonly path?: string },
  ) => Promise<Received>;

  /** The bytes. Throws when there is no such blob. */
  readonly read: (hash: string) => Promise<Uint8Array>;

  /** The bytes as a stream, which emits an error when there is no such blob. */
  readonly stream: (hash: string) => Readable;

  readonly has: (hash: string) => Promise<boolean>;

  /** Every blob that is kept, and perhaps some twice. What is kept or removed meanwhile may be among them or not. */
  readonly list: () => AsyncIterable<string>;

  /** Removes a blob and what was derived from it; what is not there is no error. */
  readonly remove: (hash: string) => Promise<void>;

  /** Keeps what can be made again, such as the picture of a page; `name` is `<hash>/<file name>`. */
  readonly putDerived: (name: string, bytes: Uint8Array) => Promise<void>;

  /** What was kept under the name, or null. */
  readonly readDerived: (name: string) => Promise<Uint8Array | null>;
};
