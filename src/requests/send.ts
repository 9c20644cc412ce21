import type { OperationNodeSource } from "kysely";
import { newId } from "../base/ids.ts";
import { fileColumns, type NewFile } from "../documents/new-file.ts";
import type { Work } from "../events/work.ts";
import { nextEntry } from "../evidence/trail.ts";
import { askJob } from "../outbox/jobs.ts";
import { askWords } from "../storage/request-words.ts";
import type { TrailRow } from "../storage/tables.ts";
import { writeTogether } from "../storage/together.ts";
import { customFieldsOf } from "./custom-fields.ts";
import { promiseExpiry } from "./expire.ts";
import { attachmentColumns, type NewAttachment, type NewSigner, signatureColumns } from "./new-signer.ts";
import type { RequestOptions } from "./options.ts";
import { askParts, type RequestPart } from "./parts.ts";
import { countRequestUse, uncountRequestUse } from "./quota.ts";

/** A checked signature request, ready to be written. */
export type Draft = {
  readonly accountId: string;
  readonly clientId: string | null;
  readonly isEmbedded: boolean;
  readonly testMode: boolean;
  readonly title: string;
  readonly subject: string | null;
  readonly message: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cc: readonly string[];
  readonly redirectUrl: string | null;
  /** UTC milliseconds on the hour, or null. */
  readonly expiresAt: number | null;
  readonly signers: readonly NewSigner[];
  readonly files: readonly NewFile[];
  readonly attachments: readonly NewAttachment[];
  readonly options: RequestOptions;
  /** The address of who asks, where that is not the account itself. */
  readonly requester?: string | null;
  /** What it takes from templates, or from a draft (then of no ids); their files are the first of `files`. */
  readonly templates?: { readonly ids: readonly string[]; readonly parts: readonly RequestPart[] };
  /** The bulk send that it is of, and its place there, from 0. */
  readonly bulk?: { readonly jobId: string; readonly row: number };
};

/** Writes a request in state `processing` and promises its processing, in one commit. Answers its id. Throws `payment_required`. */
export async function sendRequest(work: Work, draft: Draft): Promise<string> {
  await countRequestUse(work, draft);
  const requestId = newId();
  const made = { draft, requestId };
  await writeTogether(work.tx, [
    work.tx.insertInto("signature_requests").values(requestColumns(work, made)),
    ...askContents(work, made),
    work.tx.insertInto("trail").values(firstEntry(work, made)),
  ]);
  await promiseExpiry(work, { ...draft, requestId });
  return requestId;
}

/**
 * The same for a form that may come twice, whatever brings it: `requestId` is made of what the form carries. Answers the first entry of the
 * trail of a new request; null for one that is there already, which is left as it is. `isReady`: the caller opens it in this transaction, so that
 * no processing is promised. `isFree`: no quota counts it.
 */
export async function sendOnce(work: Work, making: Making): Promise<TrailRow | null> {
  if (!making.isFree) {
    if (await isMade(work, making)) return null;
    // Before the row, as whoever sends does: the row takes the counts of lists.
    await countRequestUse(work, making.draft);
  }
  const { numInsertedOrUpdatedRows: made } = await work.tx
    .insertInto("signature_requests")
    .values(requestColumns(work, making))
    .onConflict((conflict) => conflict.column("request_id").doNothing())
    .executeTakeFirstOrThrow();
  if (made !== 1n) {
    if (!making.isFree) await uncountRequestUse(work, making.draft);
    return null;
  }
  const entry = firstEntry(work, making);
  await writeTogether(work.tx, [...askContents(work, making), work.tx.insertInto("trail").values(entry)]);
  await promiseExpiry(work, { ...making.draft, requestId: making.requestId });
  return entry;
}

async function isMade({ tx }: Work, { requestId }: Made): Promise<boolean> {
  const known = tx.selectFrom("signature_requests").select("request_id").where("request_id", "=", requestId);
  return (await known.executeTakeFirst()) !== undefined;
}

/** A draft, and the id of the request that is made of it; `createdAt`: of one that was made before. */
type Made = { readonly draft: Draft; readonly requestId: string; readonly createdAt?: number };
type Making = Made & { readonly isReady?: boolean; readonly isFree?: boolean };

/** Writes all that hangs on a request's row, its words, and the promises to process it and to end it in time. */
export async function fillRequest(work: Work, made: Made): Promise<void> {
  await writeTogether(work.tx, askContents(work, made));
  await promiseExpiry(work, { ...made.draft, requestId: made.requestId });
}

function firstEntry(work: Work, { draft, requestId }: Made): TrailRow {
  const facts = { files: draft.files.map((file) => file.name) };
  return nextEntry(work, { entry: { requestId, kind: "created", facts }, last: null });
}

/** The statements that write what hangs on a request's row, its words, and the promise to process it, unless it is ready. */
function askContents(
  work: Work,
  { draft, requestId, createdAt = work.at, isReady = false }: Making,
): readonly OperationNodeSource[] {
  const { files, signers, attachments } = draft;
  const parts = isReady ? [] : (draft.templates?.parts ?? []);
  const { tx } = work;
  const names = files.map(({ name }) => name);
  const templates = [...new Set(draft.templates?.ids)];
  const made = { requestId, accountId: draft.accountId, createdAt };
  return [
    tx
      .insertInto("request_files")
      .values(files.map((file, position) => ({ request_id: requestId, ...fileColumns(file, position) }))),
    // A draft that fails before anybody fills it in may have none.
    ...(signers.length === 0
      ? []
      : [
          tx
            .insertInto("signatures")
            .values(signers.map((signer, position) => signatureColumns(work, { ...made, signer, position }))),
        ]),
    ...(parts.length === 0 ? [] : [askParts(work, { requestId, parts })]),
    ...(attachments.length === 0
      ? []
      : [
          tx
            .insertInto("attachments")
            .values(attachments.map((attachment, position) => attachmentColumns(attachment, { requestId, position }))),
        ]),
    ...(templates.length === 0
      ? []
      : [
          tx
            .insertInto("request_templates")
            .values(templates.map((id) => ({ request_id: requestId, template_id: id, account_id: draft.accountId }))),
        ]),
    askWords(work.kind, [{ ...draft, requestId, files: names, errorMessage: null, messages: [] }]),
    ...(isReady ? [] : [askJob(work, { kind: "prepare", requestId, payload: {} })]),
  ];
}

function requestColumns(work: Work, { draft, requestId }: Made) {
  return {
    request_id: requestId,
    account_id: draft.accountId,
    original_title: draft.title,
    created_at: work.at,
    last_seq: 0,
    bulk_send_job_id: draft.bulk?.jobId ?? null,
    bulk_send_row: draft.bulk?.row ?? null,
    ...draftColumns(draft),
  };
}

/** What a request's row says of its draft, in state `processing`; nothing has come of it yet. */
export function draftColumns(draft: Draft) {
  return {
    client_id: draft.clientId,
    state: "processing",
    is_embedded: draft.isEmbedded ? 1 : 0,
    test_mode: draft.testMode ? 1 : 0,
    title: draft.title,
    subject: draft.subject,
    message: draft.message,
    metadata_json: JSON.stringify(draft.metadata),
    cc_json: JSON.stringify(draft.cc),
    custom_fields_json: JSON.stringify(customFieldsOf(draft.options.mergeValues, knownFields(draft))),
    options_json: JSON.stringify(draft.options),
    redirect_url: draft.redirectUrl,
    expires_at: draft.expiresAt,
    completed_at: null,
    error_message: null,
    attachments: draft.attachments.length,
    document_blob: null,
    pages_json: null,
    sealed_blob: null,
    seal_level: null,
    first_sealed_blob: null,
    trail_blob: null,
    template_ids_json: draft.templates && draft.templates.ids.length > 0 ? JSON.stringify(draft.templates.ids) : null,
    requester_email: draft.requester ?? null,
  };
}

function knownFields({ options, templates }: Draft) {
  return [...options.fields, ...(templates?.parts ?? []).flatMap(({ fields }) => fields)];
}
