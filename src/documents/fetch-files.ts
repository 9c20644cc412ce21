import { sql } from "kysely";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Outbound } from "../http/outbound.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import type { DocumentBounds } from "./bounds.ts";
import type { UploadedFile } from "./jobs.ts";

/** A file as it was asked for: bytes in the blob store, or an address to fetch. */
export type AskedFile = {
  readonly position: number;
  readonly name: string;
  readonly blob: string | null;
  readonly file_url: string | null;
};

/** Whose files they are: rows of this table with this id. */
export type FilesOf =
  | { readonly table: "request_files"; readonly id: string }
  | { readonly table: "template_files"; readonly id: string }
  | { readonly table: "draft_files"; readonly id: string }
  | { readonly table: "fax_files"; readonly id: string };

type Fetcher = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly outbound: Outbound;
  readonly bounds: Pick<DocumentBounds, "fileBytes">;
};

/** The bytes of all files, or why there are none, in words for whoever named them. */
export type Fetched =
  | { readonly ok: true; readonly files: readonly UploadedFile[] }
  | { readonly ok: false; readonly message: string };

/** The bytes of these files, at most `limits.requestBytes`; those with a file_url are fetched, all within `limits.fileUrlsMs`, through the safe client and kept first. */
export async function fetchFiles(
  fetcher: Fetcher,
  { of, files }: { readonly of: FilesOf; readonly files: readonly AskedFile[] },
): Promise<Fetched> {
  const bytes: UploadedFile[] = [];
  const signal = AbortSignal.timeout(limits.fileUrlsMs);
  let total = 0;
  for (const file of files) {
    const blob = file.blob === null ? await fetchFile(fetcher, { of, file, signal }) : { hash: file.blob };
    if ("message" in blob) return { ok: false, message: blob.message };
    const read = await fetcher.blobs.read(blob.hash);
    total += read.length;
    if (total > limits.requestBytes) return { ok: false, message: tooMuch(of) };
    bytes.push({ name: file.name, bytes: read });
  }
  return { ok: true, files: bytes };
}

type Fetching = { readonly of: FilesOf; readonly file: AskedFile; readonly signal: AbortSignal };
type Kept = { readonly hash: string } | { readonly message: string };

async function fetchFile(fetcher: Fetcher, { of, file, signal }: Fetching): Promise<Kept> {
  const { blobs, outbound, bounds } = fetcher;
  const answer = await outbound.download({
    url: file.file_url ?? "",
    deadlineMs: limits.fileUrlMs,
    maxBytes: bounds.fileBytes,
    signal,
  });
  if (answer.kind === "failed") return failure(file, `${answer.code}: ${answer.message}`);
  if (answer.status !== 200) {
    await dropBody(answer.body);
    return failure(file, `${answer.hop ?? "it"} answered with status ${answer.status}; only 200 will do`);
  }
  const received = await blobs.receive(answer.body, { limit: bounds.fileBytes }).catch((error: unknown) => {
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
  await nameBlob(fetcher.store, { of, file, blob: received.hash, bytes: received.bytes });
  return { hash: received.hash };
}

type Naming = { readonly of: FilesOf; readonly file: AskedFile; readonly blob: string; readonly bytes: number };

/** Another file may stand there by now: a worker that has lost its job meanwhile writes nothing over it. */
async function nameBlob(store: Store, { of, file, blob, bytes }: Naming): Promise<void> {
  const key = {
    request_files: "request_id",
    template_files: "template_id",
    draft_files: "draft_id",
    fax_files: "fax_id",
  }[of.table];
  await store.transact(async (tx) => {
    await sql`
      update ${sql.table(of.table)} set blob = ${blob}, bytes = ${bytes}
      where ${sql.ref(key)} = ${of.id} and position = ${file.position}
        and blob is null and file_url = ${file.file_url}`.execute(tx);
  });
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

/** Words for files that are too large together. */
export function tooMuch({ table }: Pick<FilesOf, "table">): string {
  const what = { request_files: "request", template_files: "template", draft_files: "request", fax_files: "fax" }[
    table
  ];
  return `The files of a ${what} may have at most ${limits.requestBytes / 1024 ** 2} MB together.`;
}

function failure(file: AskedFile, why: string): { readonly message: string } {
  return { message: `${file.name}: the file could not be fetched from file_urls[${file.position}]: ${why}` };
}
