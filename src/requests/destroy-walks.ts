// The keeper's part in destroying: which requests are due by their age, and what a destroyed one still had to keep for its deliveries.

import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import { enqueue } from "../outbox/jobs.ts";
import { payloadsLeftWalkOf } from "../storage/payloads-left.ts";
import type { Db, Store } from "../storage/store.ts";
import { keyOf, type Place, partsOf, placeAfter, type Walk } from "../storage/walk.ts";
import { destroyKind, endedStates, forgottenEvents } from "./destroy.ts";

/** Promises to destroy the requests that ended so long ago; null: none is ever destroyed by its age. */
export function requestsWalk(store: Store, { requestsMs }: { readonly requestsMs: number | null }): readonly Walk[] {
  if (requestsMs === null) return [];
  const step: Walk["step"] = async ({ at, after }) => {
    const waiting = await countWaiting(store.read);
    // Too many are promised already: the next round begins again with the oldest.
    if (waiting >= limits.destroysWaiting) return { removed: 0, after: null };
    const rows = await findOld(store.read, { before: at - requestsMs, after });
    const due = rows.filter((row) => row.due === 1);
    await promise(store, { at, waiting, ids: due.map((row) => row.request_id) });
    return {
      removed: due.length,
      after: placeAfter(rows, {
        full: limits.retentionBatch,
        keyOf: (row) => keyOf(row.created_at, row.request_id),
      }),
    };
  };
  return [{ name: "requests", restMs: 0, step }];
}

type Old = { readonly request_id: string; readonly created_at: number; readonly due: number };

/** A request has ended with its last event. */
async function findOld(
  db: Db,
  { before, after }: { readonly before: number; readonly after: Place["after"] },
): Promise<readonly Old[]> {
  const { time, name } = partsOf(after);
  const { rows } = await sql<Old>`
    select r.request_id, r.created_at, case when r.state in (${sql.join(endedStates)})
      and not exists (select 1 from events e where e.request_id = r.request_id and e.occurred_at >= ${before})
      and not exists (
        select 1 from jobs j where j.request_id = r.request_id and j.kind = 'destroy' and j.state = 'pending')
      then 1 else 0 end as due
    from signature_requests r
    where (r.created_at, r.request_id) > (${time}, ${name}) and r.created_at < ${before} and r.state <> 'destroyed'
    order by r.created_at, r.request_id limit ${limits.retentionBatch}`.execute(db);
  return rows;
}

async function countWaiting(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from jobs where kind = 'destroy' and state = 'pending' and request_id is not null`.execute(
    db,
  );
  return Number(rows[0]?.count ?? 0);
}

type Promised = { readonly at: number; readonly waiting: number; readonly ids: readonly string[] };

async function promise(store: Store, { at, waiting, ids }: Promised): Promise<void> {
  if (ids.length === 0) return;
  await store.transact(async (tx) => {
    const work = { tx, at, now: store.now, wakes: new Set<"jobs" | "deliveries">() };
    for (const [index, requestId] of ids.entries()) {
      // One after another: jobs that people wait for are due between them.
      const delayMs = (waiting + index) * limits.destroyEveryMs;
      await enqueue(work, { kind: destroyKind, requestId, payload: {}, delayMs });
    }
  });
}

/** Removes what the events of destroyed requests still hold once no delivery of them waits, is held or is exhausted. */
export function payloadsLeftWalk(store: Store): Walk {
  const name = "payloads of destroyed requests";
  return payloadsLeftWalkOf(store, { name, table: "signature_requests", key: "request_id", eventsOf: forgottenEvents });
}
