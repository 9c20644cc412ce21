import { Fault, notFound } from "../base/faults.ts";
import type { AnswerValue, Field } from "../documents/document.ts";
import type { KeptPage } from "../documents/make.ts";
import type { RequestFileRow } from "../storage/request-tables.ts";
import type { AnswerRow, AttachmentRow } from "../storage/signing-tables.ts";
import type { Db } from "../storage/store.ts";
import type { FieldRow, SignatureRequestRow, SignatureRow } from "../storage/tables.ts";
import { readTogether } from "../storage/together.ts";

/** A signature request with all that hangs on it. */
export type RequestRecord = {
  readonly request: SignatureRequestRow;
  readonly files: readonly RequestFileRow[];
  /** What signers are asked to bring, in the order of the request. */
  readonly attachments: readonly AttachmentRow[];
  readonly signatures: readonly SignatureRow[];
  readonly fields: readonly Field[];
  readonly answers: ReadonlyMap<string, AnswerValue>;
};

/** Loads a request by its id alone: for the house's own work. */
export async function findRequest(db: Db, requestId: string): Promise<RequestRecord | null> {
  const [record] = await findRequests(db, [requestId]);
  return record ?? null;
}

/** Loads an account's request: another's, or none, is a 404; one that was withdrawn, destroyed or removed is a 410. */
export async function findOwnRequest(
  db: Db,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<RequestRecord> {
  return needOwn(await findRequest(db, requestId), accountId);
}

/** The request, if it is the account's; faults as `findOwnRequest`. */
export function needOwn(record: RequestRecord | null, accountId: string): RequestRecord {
  if (!record || record.request.account_id !== accountId) throw notFound();
  if (isGone(record)) throw goneFault();
  return record;
}

/** The fault of what was there and is no more. */
export function goneFault(): Fault {
  return new Fault("deleted", "This resource has been deleted.");
}

function isGone({ request: { state, removed_at: removedAt } }: RequestRecord): boolean {
  return state === "canceled" || state === "destroyed" || removedAt !== null;
}

/** Whether a request that is not destroyed, or a template, has the document of this hash. */
export async function hasDocument(db: Db, hash: string): Promise<boolean> {
  for (const table of ["signature_requests", "templates"] as const) {
    const row = await db
      .selectFrom(table)
      .select("document_blob")
      .where("document_blob", "=", hash)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

/** Takes the request's row until the commit, so that changes of one request come one after another; null when there is none. */
export async function lockRequest(work: { readonly tx: Db }, requestId: string): Promise<RequestRecord | null> {
  const request = await work.tx
    .updateTable("signature_requests")
    .set((eb) => ({ last_seq: eb.ref("last_seq") }))
    .where("request_id", "=", requestId)
    .returningAll()
    .executeTakeFirst();
  if (!request) return null;
  const [record] = recordsOf([request], await readTogether(work.tx, askParts({ db: work.tx, ids: [requestId] })));
  return record ?? null;
}

/** Locks an account's request; faults as `findOwnRequest`, but for a withdrawn one where `even` says so. */
export async function lockOwnRequest(
  work: { readonly tx: Db },
  {
    accountId,
    requestId,
    even,
  }: { readonly accountId: string; readonly requestId: string; readonly even?: "canceled" },
): Promise<RequestRecord> {
  const record = await lockRequest(work, requestId);
  if (!record || record.request.account_id !== accountId) throw notFound();
  if (isGone(record) && (record.request.state !== even || record.request.removed_at !== null)) throw goneFault();
  return record;
}

/** Requests by their ids, in the order of these; those that are not there are left out. */
export async function findRequests(db: Db, ids: readonly string[]): Promise<readonly RequestRecord[]> {
  if (ids.length === 0) return [];
  const { requests, ...rows } = await readTogether(db, askRecords(db, ids));
  const order = new Map(ids.map((id, index) => [id, index] as const));
  const place = (row: SignatureRequestRow) => order.get(row.request_id) ?? 0;
  return recordsOf(
    requests.toSorted((one, other) => place(one) - place(other)),
    rows,
  );
}

/** The pages of the prepared document, as shown. Requests of earlier versions do not know whose page is whose. */
export function pagesOf(request: SignatureRequestRow): readonly KeptPage[] {
  return request.pages_json === null ? [] : (JSON.parse(request.pages_json) as KeptPage[]);
}

function askRecords(db: Db, ids: readonly string[]) {
  const of = { db, ids };
  return { ...askParts(of), requests: db.selectFrom("signature_requests").selectAll().where("request_id", "in", ids) };
}

function askParts({ db, ids }: { readonly db: Db; readonly ids: readonly string[] }) {
  return {
    files: db.selectFrom("request_files").selectAll().where("request_id", "in", ids).orderBy("position"),
    attachments: db.selectFrom("attachments").selectAll().where("request_id", "in", ids).orderBy("position"),
    signatures: db.selectFrom("signatures").selectAll().where("request_id", "in", ids).orderBy("position"),
    fields: db.selectFrom("fields").selectAll().where("request_id", "in", ids).orderBy("position"),
    answers: db.selectFrom("answers").selectAll().where("request_id", "in", ids),
  };
}

type Rows = {
  readonly files: readonly RequestFileRow[];
  readonly attachments: readonly AttachmentRow[];
  readonly signatures: readonly SignatureRow[];
  readonly fields: readonly FieldRow[];
  readonly answers: readonly AnswerRow[];
};

function recordsOf(requests: readonly SignatureRequestRow[], rows: Rows): readonly RequestRecord[] {
  const [filesOf, signaturesOf] = [byRequest(rows.files), byRequest(rows.signatures)];
  const [attachmentsOf, fieldsOf, answersOf] = [
    byRequest(rows.attachments),
    byRequest(rows.fields),
    byRequest(rows.answers),
  ];
  return requests.map((request) => ({
    request,
    files: filesOf(request),
    attachments: attachmentsOf(request),
    signatures: signaturesOf(request),
    fields: fieldsOf(request).map((row) => JSON.parse(row.field_json) as Field),
    answers: new Map(answersOf(request).map((row) => [row.api_id, JSON.parse(row.value_json) as AnswerValue])),
  }));
}

type OfRequest<R> = (request: SignatureRequestRow) => readonly R[];

function byRequest<R extends { readonly request_id: string }>(rows: readonly R[]): OfRequest<R> {
  const groups = Map.groupBy(rows, (row) => row.request_id);
  return (request) => groups.get(request.request_id) ?? [];
}
