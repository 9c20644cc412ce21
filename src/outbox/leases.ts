import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { rowsAs } from "../storage/rows.ts";
import type { Store } from "../storage/store.ts";

/** The two kinds of promises, and the column that names one. */
const idColumns = { jobs: "job_id", deliveries: "delivery_id" } as const;

/**
 * Milliseconds for which a claim is good unless a beat renews it. The owner of an embedded database has until `longestMs`:
 * nobody else could go on, and at its start it voids what a dead one held. On PostgreSQL a worker that is silent for
 * `limits.silentWorkerMs` loses what it holds to the others; the fence keeps it safe.
 */
export function leaseFor({ kind }: Pick<Store, "kind">, longestMs: number): number {
  return kind === "postgres" ? limits.silentWorkerMs : longestMs;
}

/** Whose leases to renew, and for how long. */
export type Beat = {
  readonly table: keyof typeof idColumns;
  readonly workerId: string;
  /** What the worker has in hands. */
  readonly ids: readonly string[];
  readonly leaseMs: number;
};

/** A sign of life: the leases that this worker still holds are good for another `leaseMs`. Answers the ids of these. */
export async function renewLeases(store: Store, { table, workerId, ids, leaseMs }: Beat): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const id = sql.ref(idColumns[table]);
  const held = rowsAs(store, { columns: { id: "text" }, rows: ids.map((one) => ({ id: one })) });
  return store.transact(
    async (tx) => {
      const { rows } = await sql<{ id: string }>`
        update ${sql.table(table)} set next_at = ${store.now} + ${leaseMs} from ${held}
        where worker_id = ${workerId} and leased = 1 and ${id} = v.id ${isAtRest(store, table)}
        returning ${id} as id`.execute(tx);
      return new Set(rows.map((row) => row.id));
    },
    { durability: "lazy", lane: "leases" },
  );
}

/**
 * A job that is just being ended is locked until what it changes is, which may wait for a row that somebody holds: its beat would wait
 * along, and with it those of all others. It needs none, for a claim leaves locked rows alone.
 */
function isAtRest({ kind }: Pick<Store, "kind">, table: Beat["table"]): RawBuilder<unknown> {
  if (kind === "sqlite" || table === "deliveries") return sql``;
  return sql`and job_id in (
    select j.job_id from jobs j where j.job_id = v.id for no key update skip locked)`;
}

/**
 * A condition on rows of `alias`: their time has come. What has lost its workers more than `limits.lostLeases` times may be what
 * kills them: it is never given up, but waits longer after each further loss.
 */
export function isDue({ now }: Pick<Store, "now">, alias: string): RawBuilder<boolean> {
  const of = (column: string) => sql.ref(`${alias}.${column}`);
  const losses = sql`(${of("lease_no")} - ${of("tries")} - ${limits.lostLeases})`;
  return sql<boolean>`${of("next_at")} <= ${now} and (${of("leased")} = 0 or ${losses} <= 0
    or ${of("next_at")} + ${losses} * ${limits.lostLeaseWaitMs} <= ${now})`;
}

/** Whether so many claims without an outcome are worth an alert. */
export function isLosing({ leaseNo, tries }: { readonly leaseNo: number; readonly tries: number }): boolean {
  return leaseNo - tries > limits.lostLeases;
}
