import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { AttemptRow } from "../storage/promise-tables.ts";
import { rowsAs } from "../storage/rows.ts";
import type { Db, Store } from "../storage/store.ts";
import type { ClaimedDelivery } from "./deliveries.ts";
import { type Health, healthAfter, type Report, well } from "./health.ts";
import { enqueue } from "./jobs.ts";
import { countPace } from "./pace.ts";

/** How an attempt ended, and what becomes of its delivery. */
export type Settlement = {
  readonly claimed: ClaimedDelivery;
  readonly attempt: Pick<
    AttemptRow,
    "started_at" | "duration_ms" | "url" | "status" | "outcome" | "response_headers_json" | "response_body"
  >;
  readonly report: Report["kind"];
  readonly becomes:
    | { readonly state: "delivered" | "exhausted" }
    | { readonly state: "pending"; readonly delayMs: number };
};

/** What to settle, the time for new ids, and the longest that a breaker waits (milliseconds). */
export type Settling = {
  readonly settlements: readonly Settlement[];
  readonly at: number;
  readonly mostWaitMs: number;
};

/** The deliveries that were settled, and the endpoints among theirs whose breaker is open now. */
export type Settled = { readonly ids: ReadonlySet<string>; readonly resting: ReadonlySet<string> };

/**
 * Writes down attempts and their outcomes in one transaction, and how their endpoints fare. Of one whose lease was lost meanwhile
 * nothing is written. Exhausted deliveries, and third failures, promise a letter
 * to their owner, at most one an endpoint in `limits.alertEveryMs`.
 */
export async function settleDeliveries(store: Store, { settlements, ...options }: Settling): Promise<Settled> {
  return store.transact(
    async (tx) => {
      const ids = await endLeases(tx, { store, settlements });
      const settled = settlements.filter(({ claimed }) => ids.has(claimed.deliveryId));
      if (settled.length === 0) return { ids, resting: new Set<string>() };
      await writeAttempts(tx, { store, settled });
      await countPace(tx, { store, settled });
      const resting = await noteHealth(tx, { store, settled, ...options });
      await promiseAlerts(tx, { store, settled, ...options });
      return { ids, resting };
    },
    { durability: "lazy", lane: "leases" },
  );
}

type Group = { readonly store: Store; readonly settled: readonly Settlement[] };

async function endLeases(
  tx: Db,
  { store, settlements }: { readonly store: Store; readonly settlements: readonly Settlement[] },
): Promise<ReadonlySet<string>> {
  const rows = settlements.map(({ claimed, becomes }) => ({
    id: claimed.deliveryId,
    lease: claimed.leaseNo,
    worker: claimed.workerId,
    state: becomes.state,
    delay: becomes.state === "pending" ? becomes.delayMs : 0,
  }));
  const columns = { id: "text", lease: "bigint", worker: "text", state: "text", delay: "bigint" } as const;
  const ended = rowsAs(store, { columns, rows });
  // A claim that a crash of the database lost may give its number out twice, but never to the same worker.
  const { rows: settled } = await sql<{ delivery_id: string }>`
    update deliveries set state = v.state, leased = 0, tries = tries + 1, next_at = ${store.now} + v.delay from ${ended}
    where delivery_id = v.id and lease_no = v.lease and worker_id = v.worker and deliveries.state = 'pending'
    returning delivery_id`.execute(tx);
  return new Set(settled.map((row) => row.delivery_id));
}

const attemptColumns = {
  delivery_id: "text",
  n: "bigint",
  lease_no: "bigint",
  started_at: "bigint",
  duration_ms: "bigint",
  url: "text",
  status: "bigint",
  outcome: "text",
  response_headers_json: "text",
  response_body: "text",
} as const;

async function writeAttempts(tx: Db, { store, settled }: Group): Promise<void> {
  const rows = settled.map(({ claimed, attempt }) => ({
    delivery_id: claimed.deliveryId,
    n: claimed.tries + 1,
    lease_no: claimed.leaseNo,
    ...attempt,
  }));
  const names = sql.join(Object.keys(attemptColumns).map((name) => sql.ref(name)));
  await sql`
    insert into attempts (${names}) select ${names} from ${rowsAs(store, { columns: attemptColumns, rows })}`.execute(
    tx,
  );
}

async function noteHealth(
  tx: Db,
  { store, settled, mostWaitMs }: Group & Omit<Settling, "settlements">,
): Promise<ReadonlySet<string>> {
  const resting = new Set<string>();
  const byEndpoint = Map.groupBy(settled, ({ claimed }) => claimed.endpointId);
  const entries = [...byEndpoint].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const fine = entries.filter(([, group]) => group.every(({ report }) => report === "acked")).map(([id]) => id);
  if (fine.length > 0)
    await tx
      .updateTable("endpoints")
      .set(well)
      .where("endpoint_id", "in", fine)
      .where((eb) => eb.or([eb("failing_since", "is not", null), eb("breaker_until", "is not", null)]))
      .execute();

  const lock = store.kind === "postgres" ? sql`for no key update` : sql``;
  for (const [id, group] of entries) {
    if (fine.includes(id)) continue;
    const { rows } = await sql<Health & { readonly at: number }>`
      select failures, failing_since, breaker_until, breaker_waits, ${store.now} as at
      from endpoints where endpoint_id = ${id} ${lock}`.execute(tx);
    const [row] = rows;
    if (!row) continue;
    const { at, ...before } = row;
    const reports = group.map(({ report, claimed }) => ({ kind: report, isProbe: claimed.isProbe }));
    const after = healthAfter(before, { reports, at, mostWaitMs });
    await tx.updateTable("endpoints").set(after).where("endpoint_id", "=", id).execute();
    if (after.breaker_until !== null) resting.add(id);
  }
  return resting;
}

/**
 * `alerted_at` is the time of the letter that was promised last. What fails before that time is told in it; what fails after it
 * makes another, which goes out no sooner than an hour after.
 */
async function promiseAlerts(tx: Db, { store, settled, at }: Group & Omit<Settling, "settlements">): Promise<void> {
  const alarming = new Set(settled.filter(isAlarming).map(({ claimed }) => claimed.endpointId));
  for (const endpointId of alarming) {
    const known = await tx
      .selectFrom("endpoints")
      .select(["alerted_at", sql<number>`${store.now}`.as("now")])
      .where("endpoint_id", "=", endpointId)
      // Who listens at a command line sees for himself.
      .where("listener", "is", null)
      .executeTakeFirst();
    if (!known || (known.alerted_at ?? 0) > known.now) continue;
    const due = Math.max(known.now + limits.alertGatherMs, (known.alerted_at ?? 0) + limits.alertEveryMs);
    await tx.updateTable("endpoints").set({ alerted_at: due }).where("endpoint_id", "=", endpointId).execute();
    await enqueue(
      { tx, at, now: store.now, wakes: new Set() },
      {
        kind: "alert",
        requestId: null,
        payload: { endpointId, since: known.alerted_at ?? 0 },
        delayMs: due - known.now,
      },
    );
  }
}

function isAlarming({ claimed, becomes }: Settlement): boolean {
  if (claimed.singleAttempt) return false;
  return becomes.state === "exhausted" || (becomes.state === "pending" && claimed.tries + 1 === limits.alertTries);
}
