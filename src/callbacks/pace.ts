import { sql } from "kysely";
import { latencyColumns, paceCounts } from "../outbox/pace.ts";
import type { PaceRow } from "../storage/promise-tables.ts";
import type { Db } from "../storage/store.ts";

/** How attempts at an endpoint went in a span of time that begins at `at` (UTC milliseconds). */
export type Pace = Omit<PaceRow, "endpoint_id" | "worker_id">;

/** Whose endpoints, from when on, and how long each span is; all in milliseconds. `spanMs` is a multiple of `limits.paceMs`. */
export type PaceQuestion = { readonly accountId: string; readonly since: number; readonly spanMs: number };

/** How each endpoint of an account fared, span by span, oldest first; spans without an attempt are left out. */
export async function findPaces(
  db: Db,
  { accountId, since, spanMs }: PaceQuestion,
): Promise<ReadonlyMap<string, readonly Pace[]>> {
  const begin = sql`c.at - c.at % ${sql.lit(spanMs)}`;
  const sums = sql.join(paceCounts.map((name) => sql`sum(${sql.ref(`c.${name}`)}) as ${sql.ref(name)}`));
  const { rows } = await sql<Omit<PaceRow, "worker_id">>`
    select c.endpoint_id, ${begin} as at, ${sums}
    from endpoints p join paces c on c.endpoint_id = p.endpoint_id and c.at >= ${since}
    where p.account_id = ${accountId} group by c.endpoint_id, ${begin} order by 1, 2`.execute(db);
  const whole = rows.map((row) => ({ ...row, ...numbersOf(row) }));
  return Map.groupBy(whole, ({ endpoint_id }) => endpoint_id);
}

/** PostgreSQL sums to a decimal, which comes as text. */
function numbersOf(row: Omit<PaceRow, "worker_id">): Omit<Pace, "at"> {
  return Object.fromEntries(paceCounts.map((name) => [name, Number(row[name])])) as Omit<Pace, "at">;
}

/** All spans as one. */
export function sumPaces(paces: readonly Pace[]): Omit<Pace, "at"> {
  const sums = paceCounts.map((name) => [name, paces.reduce((sum, pace) => sum + pace[name], 0)]);
  return Object.fromEntries(sums) as Omit<Pace, "at">;
}

/**
 * The milliseconds within which a share of attempts ended (0.5: half of them), reckoned within the counted span as if its
 * attempts were spread evenly; null without attempts. What took longer than 30 s counts as 30 s.
 */
export function latencyOf(pace: Omit<Pace, "at">, share: number): number | null {
  const total = latencyColumns.reduce((sum, [name]) => sum + pace[name], 0);
  if (total === 0) return null;
  let passed = 0;
  let from = 0;
  for (const [name, most] of latencyColumns) {
    const here = pace[name];
    if (passed + here >= total * share && here > 0)
      return Number.isFinite(most) ? from + ((most - from) * (total * share - passed)) / here : from;
    passed += here;
    from = Number.isFinite(most) ? most : from;
  }
  return from;
}
