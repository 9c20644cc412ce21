import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { convertFiles } from "../documents/convert/convert-files.ts";
import type { Office } from "../documents/convert/office.ts";
import { keepPage } from "../documents/derived.ts";
import { undrawable } from "../documents/draw/undrawable.ts";
import type { Prepared } from "../documents/jobs.ts";
import type { Workshop } from "../documents/workshop.ts";
import { append } from "../events/append.ts";
import type { Transact, Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { Outbound } from "../http/outbound.ts";
import { type ClaimedJob, enqueue } from "../outbox/jobs.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";
import { customFieldsOf } from "./custom-fields.ts";
import { promisePages } from "./draw-ahead.ts";
import { type Failure, failRequest } from "./fail.ts";
import { fetchFiles } from "./fetch-files.ts";
import { findRequest, type KeptPage, lockRequest, type RequestRecord } from "./find.ts";
import { forcedFailure, isForcedDecline } from "./forced.ts";
import { optionsOf } from "./options.ts";

/** What processing works with. */
export type Preparer = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  /** Converts office files and HTML. */
  readonly office: Pick<Office, "toPdf">;
  readonly outbound: Outbound;
  readonly transact: Transact;
  /** Which event a malformed tag calls back. */
  readonly tagErrorEvent: "file_error" | "signature_request_invalid";
};

/** Ends the job in the transaction of its result; throws when another worker has taken it over. */
export type EndJob = (work: Work) => Promise<void>;

/**
 * Processes a request: fetches its files, makes one document of them, finds its fields. Ends with
 * `signature_request_sent`, or with the one event that says what is wrong. Throws only for what a later try may mend.
 */
export async function prepareRequest(
  preparer: Preparer,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: EndJob },
): Promise<void> {
  const found = await findRequest(preparer.store.read, job.requestId ?? "");
  if (found?.request.state !== "processing") {
    await preparer.transact(endJob);
    return;
  }

  const outcome = await process(preparer, { found, tries: job.tries });
  await preparer.transact(async (work) => {
    await endJob(work);
    const now = await lockRequest(work, found.request.request_id);
    if (now?.request.state !== "processing") return;
    if (outcome.ok) await openRequest(work, { found: now, ...outcome });
    else await failRequest(work, { found: now, failure: outcome.failure });
  });
}

type Outcome =
  | { readonly ok: true; readonly prepared: Prepared; readonly documentBlob: string }
  | { readonly ok: false; readonly failure: Failure };

async function process(
  preparer: Preparer,
  { found, tries }: { readonly found: RequestRecord; readonly tries: number },
): Promise<Outcome> {
  const early = forcedFailure(found) ?? undrawableFailure(found);
  if (early) return { ok: false, failure: early };

  const fetched = await fetchFiles(preparer, found);
  if (!fetched.ok) return fetched;
  const { fields: drafts, ...options } = optionsOf(found.request);
  const { title, request_id: requestId, account_id: owner } = found.request;
  const signers = found.signatures.map(({ name }) => ({ name }));
  const converters = { disarm: preparer.workshop.disarm, office: preparer.office };
  const converted = await convertFiles(converters, fetched.files);
  const prepared = converted.ok
    ? await preparer.workshop.prepare(
        {
          ...options,
          files: converted.files,
          signers: signers.length,
          drafts,
          signaturePage: { signers, title, requestId },
        },
        owner,
      )
    : converted;
  // A child that died or ran late may have been unlucky: once more, then the file is what is wrong.
  if (!prepared.ok && prepared.why !== "document" && tries === 0)
    throw new Error(`The document child gave up: ${prepared.fault.reason}`);
  if (!prepared.ok) return { ok: false, failure: documentFailure(preparer, { found, refused: prepared }) };
  return { ok: true, prepared, documentBlob: await keepDocument(preparer, prepared) };
}

function undrawableFailure({ request, signatures }: RequestRecord): Failure | null {
  const { fields, mergeValues } = optionsOf(request);
  const texts = [
    request.title,
    ...signatures.flatMap(({ name, email }) => [name, email]),
    ...fields.flatMap(({ content, options = [] }) => [content ?? "", ...options]),
    ...mergeValues.map(({ value }) => value ?? ""),
  ];
  for (const text of texts) {
    const words = undrawable(text);
    if (words !== null)
      return {
        event: "file_error",
        status: "error_file",
        message: `"${text}" cannot be written into the document: this version's fonts do not have ${words}.`,
      };
  }
  return null;
}

type Refused = Extract<Awaited<ReturnType<Workshop["prepare"]>>, { ok: false }>;

function documentFailure(
  { tagErrorEvent }: Preparer,
  { found, refused }: { readonly found: RequestRecord; readonly refused: Refused },
): Failure {
  const { fault } = refused;
  const file = found.files[fault.file]?.name ?? `file ${fault.file + 1}`;
  const where = [
    file,
    ...(fault.page === undefined ? [] : [`page ${fault.page}`]),
    ...(fault.tag === undefined ? [] : [fault.tag]),
  ].join(", ");
  const message = `${where}: ${fault.reason}`;
  switch (fault.kind) {
    case "tag":
      return { event: tagErrorEvent, status: "error_text_tag", message };
    case "reference":
      return { event: "signature_request_invalid", status: "error_text_tag", message };
    case "placement":
      return { event: "signature_request_invalid", status: "error_component_position", message };
    default:
      return { event: "file_error", status: "error_file", message };
  }
}

async function keepDocument({ blobs }: Preparer, prepared: Prepared): Promise<string> {
  const hash = await blobs.put(prepared.document);
  for (const [index, page] of prepared.firstPages.entries()) await keepPage(blobs, { hash, page: index + 1, ...page });
  return hash;
}

async function openRequest(
  work: Work,
  {
    found,
    prepared,
    documentBlob,
  }: {
    readonly found: RequestRecord;
    readonly prepared: Prepared;
    readonly documentBlob: string;
  },
): Promise<void> {
  const requestId = found.request.request_id;
  await work.tx
    .updateTable("signature_requests")
    .set({
      state: "awaiting",
      document_blob: documentBlob,
      pages_json: JSON.stringify(keptPages(prepared)),
      custom_fields_json: JSON.stringify(customFieldsOf(optionsOf(found.request).mergeValues, prepared.fields)),
    })
    .where("request_id", "=", requestId)
    .execute();
  const rows = prepared.fields.map((field, position) => ({
    request_id: requestId,
    api_id: field.apiId,
    signer: field.signer,
    position,
    field_json: JSON.stringify(field),
  }));
  for (let at = 0; at < rows.length; at += limits.rowsPerInsert) {
    await work.tx
      .insertInto("fields")
      .values(rows.slice(at, at + limits.rowsPerInsert))
      .execute();
  }
  await record(work, { requestId, kind: "sent", facts: { document: documentBlob } });
  await append(work, { type: "signature_request_sent", requestId });
  await promisePages(work, { requestId, from: prepared.firstPages.length + 1, count: prepared.pages.length });
  for (const signature of found.signatures) {
    if (found.request.test_mode === 1 && isForcedDecline(signature.email))
      await enqueue(work, { kind: "decline", requestId, payload: { signatureId: signature.signature_id } });
  }
}

/** The pages with the file that each comes from. */
function keptPages({ pages, filePages }: Prepared): readonly KeptPage[] {
  const files = filePages.flatMap((count, file) => Array.from({ length: count }, () => file));
  return pages.map((page, index) => ({ ...page, ...(index < files.length ? { file: files[index] } : {}) }));
}

/** A request whose processing failed for good for the server's own reasons. */
export async function giveUpRequest(work: Work, requestId: string): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found?.request.state !== "processing") return;
  const message =
    "The request could not be processed: the server met an unexpected error again and again. Please send it once more.";
  await failRequest(work, { found, failure: { event: "unknown_error", status: "error_unknown", message } });
}

/** The fault of a call that comes before processing has ended. */
export function stillProcessing(): Fault {
  return new Fault("conflict", "This request is still being processed. Wait for the signature_request_sent callback.");
}
