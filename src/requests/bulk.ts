// Many requests in one call, each of the same templates for another signer. The rows wait in batches until a job makes requests of them.

import { newId } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import { slices } from "../base/slices.ts";
import type { MergeValue } from "../documents/document.ts";
import type { KeptDocument } from "../documents/make.ts";
import { withMerged } from "../documents/merge.ts";
import type { Actor, Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { NewSigner } from "./new-signer.ts";
import { countRequestUse } from "./quota.ts";
import type { Draft } from "./send.ts";

/** The signer of one request, in the one role, and the values of its merge fields. */
export type BulkRow = { readonly signer: NewSigner; readonly mergeValues: readonly MergeValue[] };

/** What the requests have in common: a draft without signers and values, whose parts have a field's signer or none. */
export type BulkDraft = Draft & { readonly templates: NonNullable<Draft["templates"]> };

/** What a job keeps of it. `joined`: the one document of several templates with their fields, once it is made; null where none could be. */
export type Order = {
  readonly draft: BulkDraft;
  readonly actor: Actor;
  readonly joined: KeptDocument | null;
};

/** The kinds of job that make requests of rows, and that first make one document of several templates for all of them. */
export const bulkKind = "bulk";
/** See `bulkKind`. */
export const bulkJoinKind = "bulk-join";

/** Whom an encrypted batch belongs to. */
export const rowsPurpose = "bulk send rows";

/** What an encrypted order is bound to. */
export const orderPurpose = "bulk send order";

/** An order as its row keeps it. */
export function sealOrder(secret: Secret, order: Order): string {
  return encrypt(secret, { purpose: orderPurpose, text: JSON.stringify(order) });
}

/** The order of a row. */
export function openOrder(secret: Secret, sealed: string): Order {
  // Bulk sends that were under way when orders came to be encrypted hold theirs in clear.
  const text = sealed.startsWith("{") ? sealed : decrypt(secret, { purpose: orderPurpose, sealed });
  return JSON.parse(text) as Order;
}

/** Writes down a bulk send and promises its requests, in one commit. Answers its id. Throws `payment_required` where the quota has not room for all rows. */
export async function startBulkSend(
  work: Work,
  { draft, rows }: { readonly draft: BulkDraft; readonly rows: readonly BulkRow[] },
): Promise<string> {
  await countRequestUse(work, { ...draft, signers: rows.map(({ signer }) => signer), count: rows.length });
  const jobId = newId();
  const order: Order = { draft, actor: work.actor, joined: null };
  await work.tx
    .insertInto("bulk_send_jobs")
    .values({
      bulk_send_job_id: jobId,
      account_id: draft.accountId,
      client_id: draft.clientId,
      is_embedded: draft.isEmbedded ? 1 : 0,
      test_mode: draft.testMode ? 1 : 0,
      title: draft.title,
      total: rows.length,
      made: 0,
      created_at: work.at,
      ended_at: null,
      order_cipher: sealOrder(work.secret, order),
    })
    .execute();
  await keepRows(work, { jobId, rows });
  const { parts } = draft.templates;
  await holdFiles(work, {
    jobId,
    blobs: [
      ...parts.map(({ documentBlob }) => documentBlob),
      ...draft.files.flatMap((file) => ("blob" in file ? [file.blob] : [])),
    ],
  });
  const kind = parts.length === 1 ? bulkKind : bulkJoinKind;
  await enqueue(work, { kind, requestId: null, payload: { bulkSendJobId: jobId } });
  return jobId;
}

async function keepRows(
  { tx, secret }: Work,
  { jobId, rows }: { readonly jobId: string; readonly rows: readonly BulkRow[] },
): Promise<void> {
  const batches = slices(rows, limits.bulkBatch).map((some, index) => ({
    bulk_send_job_id: jobId,
    first: index * limits.bulkBatch,
    rows_cipher: encrypt(secret, { purpose: rowsPurpose, text: JSON.stringify(some) }),
  }));
  for (const some of slices(batches, limits.rowsPerInsert))
    await tx.insertInto("bulk_send_rows").values(some).execute();
}

/** Keeps blobs from being swept while the job may still name them. */
export async function holdFiles(
  { tx }: Pick<Work, "tx">,
  { jobId, blobs }: { readonly jobId: string; readonly blobs: readonly string[] },
): Promise<void> {
  const held = [...new Set(blobs)].map((blob) => ({ bulk_send_job_id: jobId, blob }));
  await tx
    .insertInto("bulk_send_files")
    .values(held)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The draft of one row's request; `row`: its place in the job. */
export function draftOfRow(
  draft: BulkDraft,
  { signer, mergeValues, ...bulk }: BulkRow & NonNullable<Draft["bulk"]>,
): BulkDraft {
  const editorOf = ({ editor }: MergeValue) => (editor === signer.role ? 0 : null);
  return {
    ...draft,
    bulk,
    signers: [signer],
    options: { ...draft.options, mergeValues },
    templates: {
      ...draft.templates,
      parts: draft.templates.parts.map((part) => ({
        ...part,
        fields: part.fields.map((field) => withMerged(field, { mergeValues, editorOf })),
      })),
    },
  };
}
