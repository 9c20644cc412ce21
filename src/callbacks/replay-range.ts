import { sql } from "kysely";
import { firstUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Db } from "../storage/store.ts";
import { type Place, theStart } from "./log-catch-up.ts";
import { type ShownState, shownState } from "./log-deliveries.ts";
import { keepEvents } from "./resend.ts";

/** Which events of an endpoint are sent again; what is not said does not matter. `since` counts, `until` does not: UTC milliseconds. */
export type ReplayFilter = {
  readonly since?: number;
  readonly until?: number;
  /** Empty: all, but never tests. */
  readonly types: readonly string[];
  /** How the newest delivery of the event to this endpoint stands; empty: however it stands. */
  readonly states: readonly ShownState[];
  readonly requestId?: string;
};

/** The events that were ever owed to an endpoint of the account and fit. */
export type ReplayRange = { readonly accountId: string; readonly endpointId: string; readonly filter: ReplayFilter };

/**
 * Along what the events of a range are read: the account's, in the order of their commits; or, for an app's endpoint, which hears of
 * other accounts' requests too, the app's, in the order of their ids.
 */
export type RangeAlong = ReplayRange & { readonly clientId: string | null };

/** How many fit: what can be sent again, and what cannot because its payload was removed for its age. */
export type ReplayCount = { readonly count: number; readonly payloadRemoved: number };

/** Counts what fits now, up to one more than may be replayed at once. */
export async function countRange(db: Db, range: RangeAlong): Promise<ReplayCount> {
  const { rows } = await sql<{ count: number; removed: number }>`
    select count(*) as count, coalesce(sum(removed), 0) as removed from (
      select case when e.object_json is null then 1 else 0 end as removed ${fitting(range)}
      limit ${limits.replayEvents + 1}) fitting`.execute(db);
  const count = Number(rows[0]?.count ?? 0);
  const removed = Number(rows[0]?.removed ?? 0);
  return { count: count - removed, payloadRemoved: removed };
}

/** What a step of a replay makes deliveries of, and the place up to which it has looked; `isLast` when nothing comes after. */
export type Batch = {
  readonly events: readonly Pick<EventRow, "event_id" | "type" | "request_id" | "fax_id" | "seq" | "position">[];
  readonly upTo: Place;
  readonly isLast: boolean;
};

/**
 * Looks at the next events after a place up to another, a bounded number of them, and takes the first `most` that fit. These keep
 * their payloads until the commit.
 */
export async function takeBatch(
  work: Pick<Work, "tx" | "kind">,
  {
    range,
    after,
    edge,
    most,
  }: { readonly range: RangeAlong; readonly after: Place; readonly edge: Place; readonly most: number },
): Promise<Batch> {
  const { columns, at } = orderOf(range);
  const window = await sql<Pick<EventRow, "position" | "event_id">>`
    select e.position, e.event_id from events e
    where ${isAlong(range)} and ${inTime(range.filter, "e.event_id")} and ${ofRequest(range.filter, "e.request_id")}
      and (${columns}) > ${at(after)} and (${columns}) <= ${at(edge)}
    order by ${columns} limit ${limits.replayWindow}`.execute(work.tx);
  const end = window.rows.at(-1);
  if (end === undefined) return { events: [], upTo: edge, isLast: true };

  const { rows } = await sql<Batch["events"][number]>`
    select e.event_id, e.type, e.request_id, e.fax_id, e.seq, e.position ${fitting(range)}
      and e.object_json is not null
      and (${columns}) > ${at(after)} and (${columns}) <= ${at({ position: end.position, eventId: end.event_id })}
    order by ${columns} limit ${most} ${keepEvents(work, "e")}`.execute(work.tx);
  const isFull = rows.length === most;
  const last = isFull ? (rows.at(-1) ?? end) : end;
  return {
    events: rows,
    upTo: { position: last.position, eventId: last.event_id },
    isLast: !isFull && window.rows.length < limits.replayWindow,
  };
}

/** The last event of a range's account or app, whether it fits or not. */
export async function findNewest(db: Db, range: RangeAlong): Promise<Place> {
  const order = range.clientId === null ? sql`e.position desc, e.event_id desc` : sql`e.event_id desc`;
  const { rows } = await sql<Pick<EventRow, "position" | "event_id">>`
    select e.position, e.event_id from events e where ${isAlong(range)} order by ${order} limit 1`.execute(db);
  const [row] = rows;
  return row ? { position: row.position, eventId: row.event_id } : theStart;
}

function isAlong({ accountId, clientId }: RangeAlong) {
  return clientId === null ? sql`e.account_id = ${accountId}` : sql`e.client_id = ${clientId}`;
}

function orderOf({ clientId }: RangeAlong) {
  return clientId === null
    ? {
        columns: sql`e.position, e.event_id`,
        at: ({ position, eventId }: Place) => sql`(${position}, ${eventId})`,
      }
    : { columns: sql`e.event_id`, at: ({ eventId }: Place) => sql`(${eventId})` };
}

/** From where on: the events `e` that fit, each with its newest delivery `d` to the endpoint `p`. */
function fitting(range: RangeAlong) {
  const { endpointId, filter } = range;
  const { types, states } = filter;
  const conditions = [
    sql`${isAlong(range)} and e.type <> 'callback_test'`,
    inTime(filter, "e.event_id"),
    ofRequest(filter, "e.request_id"),
    ...(types.length === 0 ? [] : [sql`e.type in (${sql.join(types)})`]),
    ...(states.length === 0 ? [] : [sql`${shownState} in (${sql.join(states)})`]),
  ];
  return sql`
    from events e
    join deliveries d on d.event_id = e.event_id and d.endpoint_id = ${endpointId}
      and not exists (
        select 1 from deliveries o
        where o.event_id = d.event_id and o.endpoint_id = d.endpoint_id and o.replay_no > d.replay_no)
    join endpoints p on p.endpoint_id = d.endpoint_id
    where ${sql.join(conditions, sql` and `)}`;
}

function inTime({ since, until }: ReplayFilter, column: string) {
  const id = sql.ref(column);
  const from = since === undefined ? sql`1 = 1` : sql`${id} >= ${firstUuid(since)}`;
  return until === undefined ? from : sql`${from} and ${id} < ${firstUuid(until)}`;
}

function ofRequest({ requestId }: ReplayFilter, column: string) {
  return requestId === undefined ? sql`1 = 1` : sql`${sql.ref(column)} = ${requestId}`;
}
