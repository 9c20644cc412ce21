import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Store } from "./store.ts";
import { type Keeping, keyOf, partsOf, placeAfter, type Step, type Walk } from "./walk.ts";

/**
 * Attempts past their age, one by one: in SQLite all of them, save those of deliveries that still wait; in PostgreSQL those of the
 * default partition, which holds what came when its week had no partition. Whole weeks are partitions.ts's.
 */
export function attemptsWalk(store: Store, { attemptsMs }: Pick<Keeping, "attemptsMs">): Walk {
  return {
    name: "attempts",
    restMs: 0,
    step: ({ at, after }) => {
      const before = at - attemptsMs;
      return store.kind === "sqlite" ? removeAttempts(store, { before, after }) : removeFromRest(store, before);
    },
  };
}

async function removeAttempts(
  store: Store,
  { before, after }: { readonly before: number; readonly after: string | null },
): Promise<Step> {
  const { time, name } = partsOf(after);
  const { rows } = await sql<{ id: number; started_at: number; waits: number }>`
    select a.rowid as id, a.started_at, exists (
      select 1 from deliveries d where d.delivery_id = a.delivery_id and d.state = 'pending') as waits
    from attempts a where (a.started_at, a.rowid) > (${time}, ${Number(name)}) and a.started_at < ${before}
    order by a.started_at, a.rowid limit ${limits.retentionBatch}`.execute(store.read);

  const next = placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => keyOf(row.started_at, row.id) });
  const ids = rows.filter((row) => row.waits === 0).map((row) => row.id);
  if (ids.length === 0) return { removed: 0, after: next };
  return store.transact(
    async (tx) => {
      // A resend may have begun meanwhile, and a row's number may be another row's by now.
      const { numAffectedRows } = await sql`
        delete from attempts where rowid in (${sql.join(ids)}) and started_at < ${before} and not exists (
          select 1 from deliveries d where d.delivery_id = attempts.delivery_id and d.state = 'pending')`.execute(tx);
      return { removed: Number(numAffectedRows ?? 0), after: next };
    },
    { durability: "lazy" },
  );
}

async function removeFromRest(store: Store, before: number): Promise<Step> {
  return store.transact(
    async (tx) => {
      const { numAffectedRows } = await sql`
        delete from attempts_rest where ctid = any (array(
          select ctid from attempts_rest where started_at < ${before} limit ${limits.retentionBatch}
          for update skip locked))`.execute(tx);
      const removed = Number(numAffectedRows ?? 0);
      return { removed, after: removed < limits.retentionBatch ? null : "more" };
    },
    { durability: "lazy" },
  );
}
