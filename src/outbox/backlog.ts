// What waits and what was given up, for whoever watches the house. Each number is read along an index of nothing else, and no further
// than its bound, so that a receiver which is down for a week costs no more than one that is up.

import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";
import { longestDue, waiting } from "./deliveries.ts";

/** Jobs of one kind: `due` ones wait for a worker, `buried` ones were given up. */
export type JobCount = { readonly kind: string; readonly state: "due" | "buried"; readonly count: number };

/** What the house still owes. Each state is counted to `limits.countedWaiting`. */
export type Backlog = {
  /** Deliveries on their way. */
  readonly pending: number;
  /** Deliveries that wait because their endpoint has no URL or is paused or disabled. */
  readonly held: number;
  readonly exhausted: number;
  /** For how long the delivery that waits longest has been due, in milliseconds. */
  readonly longestDueMs: number;
  readonly jobs: readonly JobCount[];
};

/** Reads what the house owes. */
export async function findBacklog(store: Pick<Store, "read" | "now" | "kind">): Promise<Backlog> {
  const [pending, held, exhausted, longestDueMs, due, buried] = await Promise.all([
    countPending(store, "active"),
    countPending(store, "resting"),
    countExhausted(store),
    longestDue(store),
    countJobs(store, "due"),
    countJobs(store, "buried"),
  ]);
  return { pending, held, exhausted, longestDueMs, jobs: [...due, ...buried] };
}

/** Along the endpoints for which something is pending, those that take callbacks or those that take none. */
async function countPending(
  { read, kind }: Pick<Store, "read" | "kind">,
  endpoints: "active" | "resting",
): Promise<number> {
  const takes = sql`(e.url is not null and e.state = 'active')`;
  const most = sql`limit cast(${limits.countedWaiting} as integer)`;
  // Left to choose, PostgreSQL would read the whole table for a join; SQLite has no lateral ones, and joins in the order that is written.
  const each =
    kind === "postgres"
      ? sql`cross join lateral (select 1 from deliveries where endpoint_id = w.endpoint_id and state = 'pending'
          order by next_at, delivery_id ${most}) d`
      : sql`cross join deliveries d on d.endpoint_id = w.endpoint_id and d.state = 'pending'`;
  const { rows } = await sql<{ readonly count: number }>`
    ${waiting}
    select count(*) as count from (
      select 1 from waiting w join endpoints e on e.endpoint_id = w.endpoint_id and ${endpoints === "active" ? takes : sql`not ${takes}`}
      ${each} ${most}) few`.execute(read);
  return Number(rows[0]?.count ?? 0);
}

async function countExhausted({ read }: Pick<Store, "read">): Promise<number> {
  const { rows } = await sql<{ readonly count: number }>`
    select count(*) as count from (
      select endpoint_id from deliveries where state = 'exhausted'
      order by endpoint_id, delivery_id limit cast(${limits.countedWaiting} as integer)) few`.execute(read);
  return Number(rows[0]?.count ?? 0);
}

async function countJobs(
  { read, now }: Pick<Store, "read" | "now">,
  state: JobCount["state"],
): Promise<readonly JobCount[]> {
  const some =
    state === "due"
      ? sql`select kind from jobs where state = 'pending' and next_at <= ${now} order by next_at, job_id`
      : sql`select kind from jobs where state = 'buried' order by kind`;
  const { rows } = await sql<{ readonly kind: string; readonly count: number }>`
    select kind, count(*) as count from (${some} limit cast(${limits.countedWaiting} as integer)) few
    group by kind order by kind`.execute(read);
  return rows.map(({ kind, count }) => ({ kind, state, count: Number(count) }));
}
