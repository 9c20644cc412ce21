import { sql } from "kysely";
import { notFound } from "../base/faults.ts";
import type { BulkSendJobRow } from "../storage/bulk-tables.ts";
import type { Db } from "../storage/store.ts";
import { findRequests, type RequestRecord } from "./find.ts";

/** A bulk send without what its requests have in common. */
export type BulkSend = Omit<BulkSendJobRow, "order_cipher">;

const columns = [
  "bulk_send_job_id",
  "account_id",
  "client_id",
  "is_embedded",
  "test_mode",
  "title",
  "total",
  "made",
  "created_at",
  "ended_at",
] as const;

/** A bulk send of one of these accounts; another's, or none, is a 404. */
export async function findBulkSend(
  db: Db,
  { accountIds, jobId }: { readonly accountIds: readonly string[]; readonly jobId: string },
): Promise<BulkSend> {
  const row = await db
    .selectFrom("bulk_send_jobs")
    .select(columns)
    .where("bulk_send_job_id", "=", jobId)
    .where("account_id", "in", accountIds)
    .executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

type Page = { readonly page: number; readonly pageSize: number };

/** A page of the bulk sends of these accounts, newest first, and how many there are. */
export async function listBulkSends(
  db: Db,
  { accountIds, page, pageSize }: Page & { readonly accountIds: readonly string[] },
): Promise<{ readonly jobs: readonly BulkSend[]; readonly count: number }> {
  const theirs = db.selectFrom("bulk_send_jobs").where("account_id", "in", accountIds);
  const { count } = await theirs.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const jobs = await theirs
    .select(columns)
    .orderBy("created_at", "desc")
    .orderBy("bulk_send_job_id", "desc")
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { jobs, count: Number(count) };
}

/** A page of the requests that a bulk send has made so far, in the order of its rows; those that were withdrawn, destroyed or removed are left out. */
export async function listBulkRequests(
  db: Db,
  { jobId, page, pageSize }: Page & { readonly jobId: string },
): Promise<{ readonly records: readonly RequestRecord[]; readonly count: number }> {
  const made = db
    .selectFrom("signature_requests")
    .where("bulk_send_job_id", "=", jobId)
    .where("state", "not in", ["canceled", "destroyed"])
    .where("removed_at", "is", null);
  const { count } = await made.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await made
    .select("request_id")
    .orderBy("bulk_send_row")
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  const records = await findRequests(
    db,
    rows.map(({ request_id: id }) => id),
  );
  return { records, count: Number(count) };
}

/** How many requests of a bulk send are in each state, those that were withdrawn or destroyed too. */
export async function countStates(db: Db, jobId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*) as count from signature_requests where bulk_send_job_id = ${jobId} group by state`.execute(
    db,
  );
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}
