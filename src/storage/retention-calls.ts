import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Db, Store } from "./store.ts";
import { keyOf, partsOf, type Step, type Walk } from "./walk.ts";

/**
 * Removes the oldest API calls beyond the newest `most`. It counts from the newest on, `counted` a step, so that no step reads long; what
 * stands behind the place that it comes to goes in small transactions.
 */
export function callsWalk(
  store: Store,
  {
    most = limits.keptCalls,
    counted = limits.keptCallsCounted,
  }: { readonly most?: number; readonly counted?: number } = {},
): Walk {
  return {
    name: "api calls in number",
    restMs: 0,
    step: ({ after }) => {
      const { time, name } = after === null ? { time: 0, name: null } : partsOf(after);
      return time < most
        ? countOn(store.read, { known: time, from: name, more: Math.min(counted, most - time) })
        : removeBefore(store, { place: name ?? "", known: time });
    },
  };
}

type Counting = { readonly known: number; readonly from: string | null; readonly more: number };

async function countOn(db: Db, { known, from, more }: Counting): Promise<Step> {
  const older = from === null ? sql`` : sql`where call_id < ${from}`;
  const { rows } = await sql<{ call_id: string }>`
    select call_id from api_calls ${older} order by call_id desc limit 1 offset ${more - 1}`.execute(db);
  const [last] = rows;
  return { removed: 0, after: last === undefined ? null : keyOf(known + more, last.call_id) };
}

async function removeBefore(
  store: Store,
  { place, known }: { readonly place: string; readonly known: number },
): Promise<Step> {
  const removed = await store.transact(
    async (tx) => {
      const { numAffectedRows } = await sql`
        delete from api_calls where call_id in (
          select call_id from api_calls where call_id < ${place} order by call_id limit ${limits.retentionBatch})`.execute(
        tx,
      );
      return Number(numAffectedRows ?? 0);
    },
    { durability: "lazy" },
  );
  return { removed, after: removed < limits.retentionBatch ? null : keyOf(known, place) };
}
