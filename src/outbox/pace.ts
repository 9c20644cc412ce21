import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { AttemptRow, PaceRow } from "../storage/promise-tables.ts";
import { rowsAs } from "../storage/rows.ts";
import type { Db, Store } from "../storage/store.ts";
import type { ClaimedDelivery } from "./deliveries.ts";

/** The columns that count attempts by how long they took, each with the most milliseconds that it counts, in order. */
export const latencyColumns = [
  ["within_50", 50],
  ["within_100", 100],
  ["within_250", 250],
  ["within_500", 500],
  ["within_1000", 1000],
  ["within_2500", 2500],
  ["within_5000", 5000],
  ["within_10000", 10_000],
  ["within_30000", 30_000],
  ["beyond", Number.POSITIVE_INFINITY],
] as const satisfies readonly (readonly [keyof PaceRow, number])[];

/** The columns of counts. */
export const paceCounts = ["delivered", "failed", "exhausted", ...latencyColumns.map(([name]) => name)] as const;

type Counts = Record<(typeof paceCounts)[number], number>;

const columns = {
  endpoint_id: "text",
  at: "bigint",
  worker_id: "text",
  ...(Object.fromEntries(paceCounts.map((name) => [name, "bigint"])) as Record<keyof Counts, "bigint">),
} as const;

/** An attempt that has ended, and how its delivery stands then. */
export type Paced = {
  readonly claimed: Pick<ClaimedDelivery, "endpointId" | "workerId">;
  readonly attempt: Pick<AttemptRow, "started_at" | "duration_ms" | "outcome">;
  readonly becomes: { readonly state: string };
};

/** Counts attempts that have just been written down, by endpoint and by `limits.paceMs`. */
export async function countPace(
  tx: Db,
  { store, settled }: { readonly store: Store; readonly settled: readonly Paced[] },
): Promise<void> {
  const rows = [...Map.groupBy(settled, placeOf).entries()]
    // One order for all: those that write at once never wait for each other in a ring.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => rowOf(group));
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  const added = sql.join(
    paceCounts.map((name) => sql`${sql.ref(name)} = ${sql.ref(`paces.${name}`)} + ${sql.ref(`excluded.${name}`)}`),
  );
  await sql`insert into paces (${names}) select ${names} from ${rowsAs(store, { columns, rows })} where true
    on conflict (endpoint_id, at, worker_id) do update set ${added}`.execute(tx);
}

function placeOf({ claimed, attempt }: Paced): string {
  return `${claimed.endpointId} ${beginOf(attempt.started_at)} ${claimed.workerId}`;
}

function beginOf(at: number): number {
  return at - (at % limits.paceMs);
}

function rowOf(group: readonly Paced[]): PaceRow {
  const [first] = group;
  if (first === undefined) throw new Error("A group has members.");
  const counts: Counts = Object.fromEntries(paceCounts.map((name) => [name, 0])) as Counts;
  for (const { attempt, becomes } of group) {
    counts[attempt.outcome === "acked" ? "delivered" : "failed"] += 1;
    if (becomes.state === "exhausted") counts.exhausted += 1;
    const [column] = latencyColumns.find(([, most]) => attempt.duration_ms <= most) ?? ["beyond" as const];
    counts[column] += 1;
  }
  return {
    endpoint_id: first.claimed.endpointId,
    at: beginOf(first.attempt.started_at),
    worker_id: first.claimed.workerId ?? "",
    ...counts,
  };
}
