import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { UploadedFile } from "../documents/jobs.ts";
import type { Outbound } from "../http/outbound.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import type { RequestFileRow } from "../storage/tables.ts";
import type { Failure } from "./fail.ts";
import type { RequestRecord } from "./find.ts";

type Fetcher = { readonly store: Store; readonly blobs: Blobs; readonly outbound: Outbound };
type Fetched =
  | { readonly ok: true; readonly files: readonly UploadedFile[] }
  | { readonly ok: false; readonly failure: Failure };

/** The bytes of a request's files, at most `limits.requestBytes`; those with a file_url are fetched, all within `limits.fileUrlsMs`, through the safe client and kept first. */
export async function fetchFiles(fetcher: Fetcher, { files }: RequestRecord): Promise<Fetched> {
  const bytes: UploadedFile[] = [];
  const signal = AbortSignal.timeout(limits.fileUrlsMs);
  let total = 0;
  for (const file of files) {
    const blob = file.blob ?? (await fetchFile(fetcher, { file, signal }));
    if (typeof blob !== "string") return { ok: false, failure: blob };
    const read = await fetcher.blobs.read(blob);
    total += read.length;
    if (total > limits.requestBytes) return { ok: false, failure: tooMuch() };
    bytes.push({ name: file.name, bytes: read });
  }
  return { ok: true, files: bytes };
}

type Fetching = { readonly file: RequestFileRow; readonly signal: AbortSignal };

async function fetchFile({ store, blobs, outbound }: Fetcher, { file, signal }: Fetching): Promise<string | Failure> {
  const answer = await outbound.download({
    url: file.file_url ?? "",
    deadlineMs: limits.fileUrlMs,
    maxBytes: limits.fileBytes,
    signal,
  });
  if (answer.kind === "failed") return failure(file, `${answer.code}: ${answer.message}`);
  if (answer.status !== 200) {
    await dropBody(answer.body);
    return failure(file, `it answered with status ${answer.status}; only 200 will do, and redirects are not followed`);
  }
  const received = await blobs.receive(answer.body, { limit: limits.fileBytes }).catch((error: unknown) => {
    if (error instanceof Fault) return failure(file, error.message);
    throw error;
  });
  if (!("keep" in received)) return received;
  // That it cannot be kept just now says nothing about the file: the job is tried again.
  try {
    await received.keep();
  } finally {
    await received.discard();
  }
  await store.transact(async (tx) => {
    await tx
      .updateTable("request_files")
      .set({ blob: received.hash, bytes: received.bytes })
      .where("request_id", "=", file.request_id)
      .where("position", "=", file.position)
      .execute();
  });
  return received.hash;
}

/** Begins the body and leaves it: only then is its line let go, and the clock of the download stopped. */
async function dropBody(body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of body) return;
  } catch (error) {
    // The status has said already why this file is not used.
    if (!(error instanceof Fault)) throw error;
  }
}

function tooMuch(): Failure {
  const message = `The files of a request may have at most ${limits.requestBytes / 1024 ** 2} MB together.`;
  return { event: "file_error", status: "error_file", message };
}

function failure(file: RequestFileRow, why: string): Failure {
  return {
    event: "file_error",
    status: "error_file",
    message: `${file.name}: the file could not be fetched from file_urls[${file.position}]: ${why}`,
  };
}
