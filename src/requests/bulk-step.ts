import { limits } from "../base/limits.ts";
import { decrypt, macOf } from "../base/secrets.ts";
import type { KeptDocument } from "../documents/make.ts";
import type { Work } from "../events/work.ts";
import { countDue, enqueue } from "../outbox/jobs.ts";
import type { BulkSendJobRow } from "../storage/bulk-tables.ts";
import { type BulkRow, bulkKind, draftOfRow, type Order, openOrder, rowsPurpose } from "./bulk.ts";
import { fieldsOfParts, type RequestPart } from "./parts.ts";
import { openAtOnce } from "./prepare.ts";
import { sendOnce } from "./send.ts";

/**
 * Makes requests of the next batch of a job's rows and promises the next step, all in this transaction: wherever it is killed, each row becomes
 * one request, whose id is made of the job and the row. A request of a document that is ready is opened in the same commit. Does nothing when
 * the job has ended; waits while letters of `mailKind` have piled up, so that other people's are not kept waiting.
 */
export async function stepBulkSend(
  work: Work,
  { jobId, mailKind }: { readonly jobId: string; readonly mailKind: string },
): Promise<void> {
  const job = await lockJob(work, jobId);
  if (!job || job.ended_at !== null || job.order_cipher === null) return;
  const most = limits.bulkLettersWaiting;
  if (job.is_embedded === 0 && (await countDue(work, { kind: mailKind, most })) === most)
    return promiseStep(work, { jobId, delayMs: limits.bulkPauseMs });

  const batch = await work.tx
    .selectFrom("bulk_send_rows")
    .selectAll()
    .where("bulk_send_job_id", "=", jobId)
    .orderBy("first")
    .limit(1)
    .executeTakeFirst();
  if (batch) {
    const rows = JSON.parse(decrypt(work.secret, { purpose: rowsPurpose, sealed: batch.rows_cipher })) as BulkRow[];
    const order = openOrder(work.secret, job.order_cipher);
    const makings = rows.map((row, index) => makingOf(work, { job, order, row, at: batch.first + index }));
    // Each is counted in the part of its account that its id begins with: two batches take these in one order, or they stand in each other's way.
    for (const making of makings.toSorted((one, other) => (one.requestId < other.requestId ? -1 : 1)))
      await makeRequest(work, making);
    await work.tx
      .deleteFrom("bulk_send_rows")
      .where("bulk_send_job_id", "=", jobId)
      .where("first", "=", batch.first)
      .execute();
    const made = batch.first + rows.length;
    await work.tx.updateTable("bulk_send_jobs").set({ made }).where("bulk_send_job_id", "=", jobId).execute();
    if (made < job.total) return promiseStep(work, { jobId, delayMs: 0 });
  }
  await endJob(work, jobId);
}

async function lockJob({ tx }: Work, jobId: string): Promise<BulkSendJobRow | undefined> {
  return tx
    .updateTable("bulk_send_jobs")
    .set((eb) => ({ made: eb.ref("made") }))
    .where("bulk_send_job_id", "=", jobId)
    .returningAll()
    .executeTakeFirst();
}

async function promiseStep(
  work: Work,
  { jobId, delayMs }: { readonly jobId: string; readonly delayMs: number },
): Promise<void> {
  await enqueue(work, { kind: bulkKind, requestId: null, payload: { bulkSendJobId: jobId }, delayMs });
}

/** The requests name the files themselves from now on. */
async function endJob({ tx, at }: Work, jobId: string): Promise<void> {
  await tx.deleteFrom("bulk_send_files").where("bulk_send_job_id", "=", jobId).execute();
  await tx
    .updateTable("bulk_send_jobs")
    .set({ ended_at: at, order_cipher: null })
    .where("bulk_send_job_id", "=", jobId)
    .execute();
}

type Making = {
  readonly job: BulkSendJobRow;
  readonly order: Order;
  readonly row: BulkRow;
  /** Its place in the job. */
  readonly at: number;
  /** Made of the job and the place. */
  readonly requestId: string;
};

function makingOf({ secret }: Work, row: Omit<Making, "requestId">): Making {
  const { job, at } = row;
  return { ...row, requestId: macOf(secret, `bulk send ${job.bulk_send_job_id} ${at}`).slice(0, 40) };
}

/** The quota has counted it with the whole bulk send. Who sends it is who called; that it is ready is the house's own doing, as with any other request. */
async function makeRequest(work: Work, { job, order, row, at, requestId }: Making): Promise<void> {
  const { bulk_send_job_id: jobId, account_id: accountId } = job;
  const draft = draftOfRow({ ...order.draft, accountId }, { ...row, jobId, row: at });
  const ready = readyPart(order, draft.templates.parts);
  const sender = { ...work, actor: order.actor };
  if (ready === null) {
    await sendOnce(sender, { draft, requestId, isFree: true });
    return;
  }
  const last = await sendOnce(sender, { draft, requestId, isReady: true, isFree: true });
  if (last !== null) await openAtOnce(work, { ...ready, requestId, last, drawsAhead: at === 0 });
}

/** What a request opens with at once; null where its document has to be made first. */
function readyPart({ joined }: Order, parts: readonly RequestPart[]): KeptDocument | null {
  const [only] = parts;
  if (joined === null) return only && parts.length === 1 ? only : null;
  // Joining has put them in order and numbered their widgets anew; the values are the row's.
  const merged = new Map(fieldsOfParts(parts).map((field) => [field.apiId, field]));
  const fields = joined.fields.map((field) => {
    const { widget } = field;
    return { ...(merged.get(field.apiId) ?? field), ...(widget === undefined ? {} : { widget }) };
  });
  return { ...joined, fields };
}
