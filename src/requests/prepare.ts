import { present } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { slices } from "../base/slices.ts";
import { type Fetched, fetchFiles, tooMuch } from "../documents/fetch-files.ts";
import type { PrepareOrder } from "../documents/jobs.ts";
import {
  type KeptDocument,
  keptPages,
  type Maker,
  makeDocument,
  type Unmade,
  undrawableWords,
} from "../documents/make.ts";
import type { Transact, Work } from "../events/work.ts";
import type { Behind } from "../evidence/trail.ts";
import type { Outbound } from "../http/outbound.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import type { Store } from "../storage/store.ts";
import { writeTogether } from "../storage/together.ts";
import { customFieldsOf } from "./custom-fields.ts";
import { promisePages } from "./draw-ahead.ts";
import { type Failure, failRequest } from "./fail.ts";
import { findRequest, lockRequest, type RequestRecord } from "./find.ts";
import { forcedFailure } from "./forced.ts";
import { nameOfPlace, placeOf, placesOf } from "./groups.ts";
import { holdRequest, releaseSigners } from "./hold.ts";
import { optionsOf } from "./options.ts";
import { askNoParts, fieldsOfParts, findParts, pagesWithParts, type RequestPart } from "./parts.ts";

/** What processing works with. */
export type Preparer = Maker & {
  readonly store: Store;
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

type Outcome = ({ readonly ok: true } & KeptDocument) | { readonly ok: false; readonly failure: Failure };

async function process(
  preparer: Preparer,
  { found, tries }: { readonly found: RequestRecord; readonly tries: number },
): Promise<Outcome> {
  const parts = await findParts(preparer.store.read, found);
  const early = earlyFailure(found);
  if (early) return { ok: false, failure: early };

  const [only, ...others] = parts;
  if (only && others.length === 0 && only.files === found.files.length)
    return { ok: true, pages: only.pages, fields: only.fields, documentBlob: only.documentBlob };

  const fetched = await gatherFiles(preparer, { found, parts });
  if (!fetched.ok) return { ok: false, failure: fileFailure(fetched.message) };
  const { account_id: owner } = found.request;
  const made = await makeDocument(preparer, { files: fetched.files, order: orderOf(found, parts), owner, tries });
  if (!made.ok)
    return { ok: false, failure: documentFailure(preparer, { unmade: made, signatures: found.signatures }) };
  const { prepared, documentBlob } = made;
  return { ok: true, pages: pagesWithParts(keptPages(prepared), parts), fields: prepared.fields, documentBlob };
}

/** The documents of templates come first, each as one file; behind them the files that came along. */
async function gatherFiles(
  preparer: Preparer,
  { found, parts }: { readonly found: RequestRecord; readonly parts: readonly RequestPart[] },
): Promise<Fetched> {
  const own = found.files.slice(parts.reduce((sum, { files }) => sum + files, 0));
  const of = { table: "request_files", id: found.request.request_id } as const;
  const fetched = await fetchFiles(preparer, { of, files: own });
  if (!fetched.ok) return fetched;
  const files = [...fetched.files];
  for (const { documentBlob, name } of parts.toReversed())
    files.unshift({ name, bytes: await preparer.blobs.read(documentBlob) });
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return total > limits.requestBytes ? { ok: false, message: tooMuch(of) } : { ok: true, files };
}

function orderOf({ request, signatures }: RequestRecord, parts: readonly RequestPart[]): Omit<PrepareOrder, "files"> {
  const { fields: drafts, ...options } = optionsOf(request);
  const signers = placesOf(signatures).map((those) => ({ name: nameOfPlace(those) }));
  return {
    ...options,
    signers: signers.length,
    drafts,
    placed: fieldsOfParts(parts),
    signaturePage: { signers, title: request.title, requestId: request.request_id },
  };
}

function earlyFailure(found: RequestRecord): Failure | null {
  return forcedFailure(found) ?? undrawableFailure(found);
}

function undrawableFailure({ request, signatures }: RequestRecord): Failure | null {
  const { fields, mergeValues } = optionsOf(request);
  const texts = [
    request.title,
    ...signatures.flatMap(({ name, email, group_name: group }) => [name, email, group ?? ""]),
  ];
  const words = undrawableWords({ texts, fields, mergeValues });
  return words === null ? null : fileFailure(words);
}

function fileFailure(message: string): Failure {
  return { event: "file_error", status: "error_file", message };
}

/** The failure of a document that could not be made; of those whose tag or field is wrong, everybody in their group is guilty. */
export function documentFailure(
  { tagErrorEvent }: Pick<Preparer, "tagErrorEvent">,
  { unmade, signatures }: { readonly unmade: Unmade; readonly signatures: RequestRecord["signatures"] },
): Failure {
  const { kind, message, signers = [] } = unmade;
  const guilty = signatures.filter((one) => signers.includes(placeOf(one))).map(({ position }) => position);
  switch (kind) {
    case "tag":
      return { event: tagErrorEvent, status: "error_text_tag", message, guilty };
    case "reference":
      return { event: "signature_request_invalid", status: "error_text_tag", message, guilty };
    case "placement":
      return { event: "signature_request_invalid", status: "error_component_position", message, guilty };
    default:
      return fileFailure(message);
  }
}

/**
 * Opens a request in the transaction that writes it, with a document that is ready: there is nothing to process. Ends as `prepareRequest` does.
 * `drawsAhead`: whether its pages are promised to be drawn; of many requests of one document, one is enough.
 */
export async function openAtOnce(
  work: Work,
  { requestId, ...opening }: KeptDocument & Behind & { readonly requestId: string; readonly drawsAhead: boolean },
): Promise<void> {
  const found = present(await findRequest(work.tx, requestId), "the request that was just written");
  const failure = earlyFailure(found);
  if (failure === null) await openRequest(work, { found, ...opening });
  else await failRequest(work, { found, failure });
}

async function openRequest(
  work: Work,
  {
    found,
    pages,
    fields,
    documentBlob,
    drawsAhead = true,
    ...behind
  }: KeptDocument & Behind & { readonly found: RequestRecord; readonly drawsAhead?: boolean },
): Promise<void> {
  const requestId = found.request.request_id;
  const { isHeld = false, mergeValues } = optionsOf(found.request);
  const { tx } = work;
  const rows = fields.map((field, position) => ({
    request_id: requestId,
    api_id: field.apiId,
    signer: field.signer,
    position,
    field_json: JSON.stringify(field),
  }));
  await writeTogether(tx, [
    tx
      .updateTable("signature_requests")
      .set({
        state: isHeld ? "held" : "awaiting",
        document_blob: documentBlob,
        pages_json: JSON.stringify(pages),
        custom_fields_json: JSON.stringify(customFieldsOf(mergeValues, fields)),
      })
      .where("request_id", "=", requestId),
    ...slices(rows, limits.rowsPerInsert).map((some) => tx.insertInto("fields").values(some)),
    askNoParts(work, requestId),
  ]);
  if (isHeld) await holdRequest(work, requestId);
  else await releaseSigners(work, { found, documentBlob, ...behind });
  if (drawsAhead) await promisePages(work, { requestId, from: limits.picturesPrepared + 1, count: pages.length });
}

/** A request whose processing failed for good for the server's own reasons. */
export async function giveUpRequest(work: Work, requestId: string): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found?.request.state !== "processing") return;
  const message =
    "The request could not be processed: the server met an unexpected error again and again. Please send it once more.";
  await failRequest(work, { found, failure: { event: "unknown_error", status: "error_unknown", message } });
}
