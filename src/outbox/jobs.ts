import { type RawBuilder, sql } from "kysely";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { storableText } from "../base/words.ts";
import type { JobRow } from "../storage/promise-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import { isDue, leaseFor } from "./leases.ts";

/** The part of the open transaction that a promise is written into. */
export type Promising = {
  readonly tx: Db;
  readonly at: number;
  readonly now: RawBuilder<number>;
  readonly wakes: Set<"jobs" | "deliveries">;
};

/** A piece of the house's own work, to be done after the commit. */
export type NewJob = {
  readonly kind: string;
  readonly requestId: string | null;
  readonly payload: object;
  /** Milliseconds from now. */
  readonly delayMs?: number;
};

/** A job in a worker's hands: `leaseNo` is the fence that its settlement must show. */
export type ClaimedJob = {
  readonly jobId: string;
  readonly kind: string;
  readonly requestId: string | null;
  readonly payload: unknown;
  readonly tries: number;
  readonly leaseNo: number;
};

/** Which jobs a worker takes. */
export type Kinds = { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** Promises a job in the same commit as the change that owes it. */
export async function enqueue(work: Promising, job: NewJob): Promise<void> {
  await askJob(work, job).execute();
}

/** The statement that promises a job; the loop is woken once the transaction has committed. */
export function askJob(work: Promising, { kind, requestId, payload, delayMs = 0 }: NewJob) {
  work.wakes.add("jobs");
  return work.tx.insertInto("jobs").values({
    job_id: newUuid(work.at),
    kind,
    request_id: requestId,
    payload_json: JSON.stringify(payload),
    state: "pending",
    tries: 0,
    lease_no: 0,
    leased: 0,
    worker_id: null,
    next_at: sql<number>`${work.now} + ${delayMs}`,
    created_at: work.at,
    last_error: null,
  });
}

/** How many jobs of a kind are due and not taken yet, counted up to `most`. */
export async function countDue(
  { tx, now }: Pick<Promising, "tx" | "now">,
  { kind, most }: { readonly kind: string; readonly most: number },
): Promise<number> {
  const due = await tx
    .selectFrom("jobs")
    .select("job_id")
    .where("state", "=", "pending")
    .where("kind", "=", kind)
    .where("next_at", "<=", now)
    .limit(most)
    .execute();
  return due.length;
}

/**
 * Takes due jobs, of some kinds or of all but some where that is said: the lease is the pushed due time, so a dead worker's jobs come
 * back by themselves.
 */
export async function claimJobs(
  store: Store,
  { workerId, most, kinds }: { readonly workerId: string; readonly most: number; readonly kinds?: Kinds },
): Promise<readonly ClaimedJob[]> {
  const ofKinds = kinds
    ? "only" in kinds
      ? sql`and j.kind in (${sql.join(kinds.only)})`
      : sql`and j.kind not in (${sql.join(kinds.except)})`
    : sql``;
  const skipLocked = store.kind === "postgres" ? sql`for update skip locked` : sql``;
  const rows = await store.transact(
    async (tx) =>
      (
        await sql<JobRow>`
          with due as materialized (
            select j.job_id from jobs j where j.state = 'pending' and ${isDue(store, "j")} ${ofKinds}
            order by j.next_at, j.job_id limit cast(${most} as integer) ${skipLocked})
          update jobs set leased = 1, worker_id = ${workerId}, lease_no = lease_no + 1,
            next_at = ${store.now} + ${leaseFor(store, limits.jobLeaseMs)}
          where job_id in (select job_id from due)
          returning *`.execute(tx)
      ).rows,
    { durability: "lazy", lane: "leases" },
  );
  return rows.map((row) => ({
    jobId: row.job_id,
    kind: row.kind,
    requestId: row.request_id,
    payload: JSON.parse(row.payload_json) as unknown,
    tries: row.tries,
    leaseNo: row.lease_no,
  }));
}

/**
 * Ends a job inside the transaction that holds its result. False when the lease was lost meanwhile: the caller
 * must then throw, so that nothing of a second run stays.
 */
export async function finishJob(
  tx: Db,
  { jobId, leaseNo }: { readonly jobId: string; readonly leaseNo: number },
): Promise<boolean> {
  const done = await tx
    .updateTable("jobs")
    .set((eb) => ({ state: "done", leased: 0, tries: eb("tries", "+", 1) }))
    .where("job_id", "=", jobId)
    .where("lease_no", "=", leaseNo)
    .where("state", "=", "pending")
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/**
 * Gives a failed job back for a later try, or (with a null delay) buries it: kept, never tried again by itself. False when the
 * lease was lost meanwhile: then another worker has the job, and it is as it was.
 */
export async function postponeJob(
  work: Pick<Promising, "tx" | "now">,
  {
    jobId,
    leaseNo,
    delayMs,
    error,
  }: { readonly jobId: string; readonly leaseNo: number; readonly delayMs: number | null; readonly error: string },
): Promise<boolean> {
  const postponed = await work.tx
    .updateTable("jobs")
    .set((eb) => ({
      state: delayMs === null ? "buried" : "pending",
      leased: 0,
      tries: eb("tries", "+", 1),
      next_at: sql<number>`${work.now} + ${delayMs ?? 0}`,
      last_error: storableText(error.slice(0, limits.messageLength)),
    }))
    .where("job_id", "=", jobId)
    .where("lease_no", "=", leaseNo)
    .where("state", "=", "pending")
    .executeTakeFirst();
  return postponed.numUpdatedRows === 1n;
}

/**
 * Voids every lease: for the one owner of an embedded database when it starts. The fence keeps a stale settlement out. What
 * is voided still counts as lost, so that a piece of work that kills the process each time comes to wait. An open breaker may
 * keep the time of a probe that died with its worker: it lets one through now.
 */
export async function releaseAllLeases(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    for (const table of ["jobs", "deliveries"] as const) {
      await tx
        .updateTable(table)
        .set({ worker_id: null, next_at: sql<number>`${store.now}` })
        .where("leased", "=", 1)
        .where("next_at", ">", store.now)
        .execute();
    }
    await tx
      .updateTable("endpoints")
      .set({ breaker_until: sql<number>`${store.now}` })
      .where("breaker_until", ">", store.now)
      .execute();
  });
}
