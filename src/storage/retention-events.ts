import { sql } from "kysely";
import { firstUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Db, Store } from "./store.ts";
import { type Keeping, keyOf, partsOf, placeAfter, type Walk } from "./walk.ts";

/**
 * The rendered objects of old events, none of whose deliveries waits, is held or is exhausted. The events themselves stay, and so do
 * their deliveries: a request's history has no gaps.
 */
export function payloadsWalk(store: Store, { payloadsMs }: Pick<Keeping, "payloadsMs">): Walk {
  return {
    name: "payloads",
    restMs: 0,
    step: async ({ at, after }) => {
      const { time, name } = partsOf(after);
      const { rows } = await sql<{ event_id: string; occurred_at: number; needed: number }>`
        select event_id, occurred_at, case when ${isPayloadNeeded} then 1 else 0 end as needed from events
        where (occurred_at, event_id) > (${time}, ${name}) and occurred_at < ${at - payloadsMs} and object_json is not null
        order by occurred_at, event_id limit ${limits.retentionBatch}`.execute(store.read);

      const next = placeAfter(rows, {
        full: limits.retentionBatch,
        keyOf: (row) => keyOf(row.occurred_at, row.event_id),
      });
      const removed = await changeEvents(store, {
        ids: rows.filter((row) => row.needed === 0).map((row) => row.event_id),
        change: async (tx, ids) => {
          const { numAffectedRows } = await sql`
            update events set object_json = null
            where event_id in (${sql.join(ids)}) and object_json is not null and not ${isPayloadNeeded}`.execute(tx);
          return Number(numAffectedRows ?? 0);
        },
      });
      return { removed, after: next };
    },
  };
}

/** Whether a delivery of the event waits, is held or is exhausted: it may still be sent. */
export const isPayloadNeeded = sql<boolean>`exists (
  select 1 from deliveries d where d.event_id = events.event_id and d.state in ('pending', 'exhausted'))`;

/** Old `callback_test` events, which belong to no request, with their deliveries and attempts; not while one waits or is held. */
export function testEventsWalk(store: Store): Walk {
  return {
    name: "callback_test",
    restMs: limits.retentionRestMs,
    step: async ({ at, after }) => {
      const before = at - limits.keptTestEventMs;
      const { rows } = await sql<{ event_id: string; due: number }>`
        select event_id, case when ${isDueTest(before)} then 1 else 0 end as due from events
        where event_id > ${after ?? ""} and event_id < ${firstUuid(before)}
        order by event_id limit ${limits.retentionBatch}`.execute(store.read);

      const removed = await changeEvents(store, {
        ids: rows.filter((row) => row.due === 1).map((row) => row.event_id),
        change: (tx, ids) => removeTests(tx, { kind: store.kind, ids, before }),
      });
      return { removed, after: placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => row.event_id }) };
    },
  };
}

function isDueTest(before: number) {
  return sql<boolean>`type = 'callback_test' and occurred_at < ${before} and not exists (
    select 1 from deliveries d where d.event_id = events.event_id and d.state = 'pending')`;
}

type Tests = { readonly kind: Store["kind"]; readonly ids: readonly string[]; readonly before: number };

async function removeTests(tx: Db, { kind, ids, before }: Tests): Promise<number> {
  const { rows } = await sql<{ event_id: string; position: number }>`
    select event_id, position from events
    where event_id in (${sql.join(ids)}) and ${isDueTest(before)}`.execute(tx);
  if (rows.length === 0) return 0;

  const due = sql.join(rows.map((row) => row.event_id));
  // SQLite reckons the next position from the highest one there is; a position must never come a second time.
  const highest = Math.max(...rows.map((row) => row.position));
  if (kind === "sqlite") await sql`update event_clock set base = max(base, ${highest})`.execute(tx);
  await sql`
    delete from attempts where delivery_id in (select delivery_id from deliveries where event_id in (${due}))`.execute(
    tx,
  );
  await sql`delete from deliveries where event_id in (${due})`.execute(tx);
  const { numAffectedRows } = await sql`delete from events where event_id in (${due})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

type Change = {
  readonly ids: readonly string[];
  /** Answers how many events it changed. */
  readonly change: (tx: Db, ids: readonly string[]) => Promise<number>;
};

/**
 * Changes events in one transaction. In PostgreSQL each is locked first, and one that a new delivery is being written for just now
 * is passed by: its foreign key holds the event until the commit. `change` must ask for the deliveries once more.
 */
async function changeEvents(store: Store, { ids, change }: Change): Promise<number> {
  if (ids.length === 0) return 0;
  return store.transact(
    async (tx) => {
      if (store.kind === "sqlite") return change(tx, ids);
      const { rows } = await sql<{ event_id: string }>`
        select event_id from events where event_id in (${sql.join(ids)}) for update skip locked`.execute(tx);
      return rows.length === 0
        ? 0
        : change(
            tx,
            rows.map((row) => row.event_id),
          );
    },
    { durability: "lazy" },
  );
}
