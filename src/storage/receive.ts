import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { readFile, rm } from "node:fs/promises";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { openIncoming } from "./durable.ts";

/** A stream that came in whole and waits for a decision. Undecided, it is swept at a later start. */
export type Received = {
  /** SHA-256 in hex: the name it will have. */
  readonly hash: string;
  readonly bytes: number;
  /** The first `limits.blobHeadBytes` bytes, or all there are: enough to tell what kind of file it is. */
  readonly head: Uint8Array;
  /** All of its bytes, while nothing is decided. */
  readonly read: () => Promise<Uint8Array>;
  /** Makes it a blob; it survives a power cut when this resolves. What failed may be tried again. */
  readonly keep: () => Promise<void>;
  /** Forgets it; once it is kept it does nothing. */
  readonly discard: () => Promise<void>;
};

type Options = {
  readonly incoming: string;
  readonly limit: number;
  readonly path: string | undefined;
  /** Makes a blob of the file on its way, which is on the disk; the file itself is gone when it resolves. */
  readonly keep: (file: { readonly from: string; readonly hash: string }) => Promise<void>;
};

/** Writes a stream to a file on its way. Past the limit: a `bad_request` fault. Leaves nothing when it throws. */
export async function receiveStream(stream: AsyncIterable<Uint8Array>, options: Options): Promise<Received> {
  const { path: from, handle } = await openIncoming(options.incoming);
  try {
    const taken = await writeAll(stream, { handle, limit: options.limit, path: options.path });
    await handle.sync();
    return receivedOf(taken, { from, keep: options.keep });
  } catch (error) {
    await rm(from, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

type Taken = Pick<Received, "hash" | "bytes" | "head">;

type Target = { readonly handle: FileHandle; readonly limit: number; readonly path: string | undefined };

async function writeAll(stream: AsyncIterable<Uint8Array>, { handle, limit, path }: Target): Promise<Taken> {
  const hash = createHash("sha256");
  let bytes = 0;
  let head = Buffer.alloc(0);

  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limit) throw new Fault("bad_request", `The file is larger than ${limit} bytes`, path);

    hash.update(chunk);
    if (head.length < limits.blobHeadBytes) {
      head = Buffer.concat([head, chunk.subarray(0, limits.blobHeadBytes - head.length)]);
    }
    await handle.writeFile(chunk);
  }
  return { hash: hash.digest("hex"), bytes, head };
}

function receivedOf(taken: Taken, { from, keep }: { readonly from: string; readonly keep: Options["keep"] }): Received {
  let keeping: Promise<void> | null = null;

  return {
    ...taken,
    read: () => readFile(from),
    keep: () => {
      keeping ??= keep({ from, hash: taken.hash }).catch((error: unknown) => {
        keeping = null;
        throw error;
      });
      return keeping;
    },
    discard: async () => {
      const isKept = (await keeping?.then(kept, notKept)) ?? false;
      if (!isKept) await rm(from, { force: true });
    },
  };
}

function kept(): boolean {
  return true;
}

function notKept(): boolean {
  return false;
}
