import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Db, Store } from "../storage/store.ts";
import { leaseFor } from "./leases.ts";

/**
 * Makes due what no wait explains: a clock that was ahead and was set right leaves promises far in the future. What is due at a time of
 * its own, the end of a request and the reminders before it, is due at that again. What is in hands keeps them for one more lease.
 * `longestMs` is the longest wait of the callbacks' ladder. May run at any time, and does nothing where all is well.
 */
export async function reviveStranded(store: Store, { longestMs }: { readonly longestMs: number }): Promise<void> {
  await store.transact(async (tx) => {
    await reviveDeliveries(tx, { store, longestMs });
    await reviveEndpoints(tx, { store, longestMs });
    await reviveJobs(tx, store);
    await reviveDated(tx, store);
  });
}

/** Takes up seals that were buried: everybody has signed, so a new start tries again. */
export async function takeUpSeals(store: Store): Promise<void> {
  await store.transact((tx) =>
    tx
      .updateTable("jobs")
      .set({ state: "pending", tries: 0, next_at: sql<number>`${store.now}` })
      .where("state", "=", "buried")
      .where("kind", "=", "complete")
      .execute(),
  );
}

/** A retry that failed waits no longer than this, nor does any job that is promised for later, but for alerts and what has a date. */
const longestJobWait = 2 * Math.max(limits.jobLeaseMs, ...limits.jobRetryMs);
const longestAlertWait = limits.alertEveryMs + limits.leaseMarginMs;

type Ladder = { readonly store: Store; readonly longestMs: number };

async function reviveDeliveries(tx: Db, { store, longestMs }: Ladder): Promise<void> {
  const leaseMs = leaseFor(store, longestMs + limits.leaseMarginMs);
  const isBeyond = (column: string, ms: number) => sql<boolean>`${sql.ref(column)} > ${after(store, ms)}`;
  await tx
    .updateTable("deliveries")
    .set({ next_at: sql<number>`${store.now} + leased * ${sql.lit(leaseMs)}` })
    .where("state", "=", "pending")
    .where("next_at", ">", sql<number>`${store.now}`)
    .where((eb) =>
      eb.or([
        isBeyond("next_at", 2 * longestMs + limits.leaseMarginMs),
        eb.and([eb("leased", "=", 1), isBeyond("next_at", 2 * leaseMs + limits.leaseMarginMs)]),
        // What was never tried waits for nothing, and would come after what happens from now on.
        eb.and([eb("leased", "=", 0), eb("tries", "=", 0)]),
      ]),
    )
    .execute();
}

async function reviveEndpoints(tx: Db, { store, longestMs }: Ladder): Promise<void> {
  const now = sql<number>`${store.now}`;
  await tx
    .updateTable("endpoints")
    .set({ breaker_until: now })
    .where("breaker_until", ">", after(store, 2 * longestMs + limits.leaseMarginMs))
    .execute();
  // Its letter goes out now, with the job: what fails from now on makes another.
  await tx
    .updateTable("endpoints")
    .set({ alerted_at: now })
    .where("alerted_at", ">", after(store, longestAlertWait))
    .execute();
}

async function reviveJobs(tx: Db, store: Store): Promise<void> {
  await tx
    .updateTable("jobs")
    .set({ next_at: sql<number>`${store.now} + leased * ${sql.lit(leaseFor(store, limits.jobLeaseMs))}` })
    .where("state", "=", "pending")
    .where("kind", "not in", ["expire", "remind"])
    .where("next_at", ">", after(store, longestJobWait))
    .where((eb) => eb.or([eb("kind", "<>", "alert"), eb("next_at", ">", after(store, longestAlertWait))]))
    .execute();
}

/** Those in hands and those that failed may stand for their lease or their retry behind their date. */
async function reviveDated(tx: Db, store: Store): Promise<void> {
  const least = sql`case when dated.due > ${store.now} then dated.due else ${store.now} end`;
  const wait = sql`case when leased = 1 or tries > 0 then ${sql.lit(longestJobWait)} else ${sql.lit(limits.clockLeewayMs)} end`;
  await sql`
    update jobs set next_at = ${least} + leased * ${sql.lit(leaseFor(store, limits.jobLeaseMs))}
    from (
      select j.job_id as dated_id, ${dueOf()} as due from jobs j join signature_requests r on r.request_id = j.request_id
      where j.state = 'pending' and j.kind in ('expire', 'remind') and r.expires_at is not null) dated
    where job_id = dated.dated_id and state = 'pending' and next_at > ${least} + ${wait}`.execute(tx);
}

/** When a dated job is meant: a reminder does not say which it is, so that it is taken for the last that may stand where it stands. */
function dueOf(): RawBuilder<number> {
  const leads = limits.remindBeforeMs.toSorted((a, b) => a - b);
  const cases = leads.map(
    (lead) => sql`when j.next_at >= r.expires_at - ${sql.lit(lead)} then r.expires_at - ${sql.lit(lead)}`,
  );
  return sql<number>`case when j.kind = 'expire' then r.expires_at ${sql.join(cases, sql` `)} else j.next_at end`;
}

function after(store: Store, ms: number): RawBuilder<number> {
  return sql<number>`${store.now} + ${sql.lit(ms)}`;
}
