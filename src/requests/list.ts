// Lists of an account's requests, newest first, in pages: with a query or without.

import { setImmediate as breathe } from "node:timers/promises";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";
import { findRequests, type RequestRecord } from "./find.ts";
import { findCandidates, fitsQuery, mustsOf } from "./query-sql.ts";
import { everything, type Query } from "./query-terms.ts";

type Reader = Pick<Store, "read" | "kind">;

/** A place in a list: right before, and so older than, this request. */
export type Place = { readonly at: number; readonly requestId: string };

/** Which requests of whom: `isListed` leaves out those that were withdrawn or destroyed. Those that were removed are in no list. */
export type ListAsk = { readonly accountId: string; readonly query: Query; readonly isListed: boolean };

/** How far a walk goes: rows it looks at first, then a step, and in all. */
export type ListBounds = { readonly firstRows: number; readonly stepRows: number; readonly rows: number };

const bounds: ListBounds = { firstRows: limits.walkFirstRows, stepRows: limits.walkStepRows, rows: limits.walkRows };

/** A page by its number. `count`: how many fit; where not `isCounted`, how many are known to. `reached`: how far back the walk got that was cut short. */
export type RequestPage = {
  readonly records: readonly RequestRecord[];
  readonly count: number;
  readonly isCounted: boolean;
  readonly reached: number | null;
};

/**
 * A page of the lists of these accounts as one. Of what few requests say, and in short lists, the count is exact; else the walk ends
 * behind the page.
 */
export async function listRequests(
  store: Reader,
  {
    accountIds,
    query = everything,
    page,
    pageSize,
    ...rest
  }: {
    readonly accountIds: readonly string[];
    readonly query?: Query;
    readonly page: number;
    readonly pageSize: number;
    readonly bounds?: ListBounds;
    readonly whole?: number;
  },
): Promise<RequestPage> {
  const offset = (page - 1) * pageSize;
  const counts = await countRequests(store, accountIds);
  const asks = [...counts.keys()].map((accountId): ListAsk => ({ accountId, query, isListed: true }));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (query.kind === "and" && query.of.length === 0) {
    const rows = await pageOfAll(store, { asks, offset, pageSize });
    return { records: await recordsOf(store, rows), count: total, isCounted: true, reached: null };
  }
  const { whole = limits.searchWhole } = rest;
  const { firstRows, stepRows, rows } = rest.bounds ?? bounds;
  const found = await walkAll(store, {
    asks,
    most: offset + pageSize + 1,
    // One who counts and one who makes requests may do so at once.
    bounds: {
      stepRows,
      rows: Math.ceil(rows / Math.max(1, asks.length)),
      firstRows: total <= whole ? whole * 2 : firstRows,
    },
  });
  const records = await recordsOf(store, found.rows.slice(offset, offset + pageSize));
  const isCut = found.to !== null && found.rows.length <= offset + pageSize;
  return { records, count: found.rows.length, isCounted: found.to === null, reached: isCut ? found.to.at : null };
}

/** Walks along several lists, and answers as of one what all of them were looked through for. */
async function walkAll(
  store: Reader,
  { asks, ...walk }: Omit<Walk, "ask"> & { readonly asks: readonly ListAsk[] },
): Promise<Walked> {
  const all = await Promise.all(asks.map((ask) => walkRequests(store, { ask, ...walk })));
  const [to = null] = all.flatMap((one) => one.to ?? []).toSorted(newestFirst);
  const rows = all.flatMap((one) => one.rows).toSorted(newestFirst);
  return { rows: to === null ? rows : rows.filter((place) => newestFirst(place, to) <= 0), to };
}

function newestFirst(one: Place, other: Place): number {
  if (one.at !== other.at) return other.at - one.at;
  return one.requestId === other.requestId ? 0 : one.requestId > other.requestId ? -1 : 1;
}

/** How many requests the lists of these accounts have; accounts without any are left out. */
export async function countRequests(
  { read }: Pick<Store, "read">,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ account_id: string; count: number }>`
    select account_id, sum(requests) as count from request_counts where account_id in (${sql.join(accountIds)})
    group by account_id having sum(requests) > 0`.execute(read);
  return new Map(rows.map(({ account_id, count }) => [account_id, Number(count)]));
}

async function pageOfAll(
  { read, kind }: Reader,
  { asks, offset, pageSize }: { readonly asks: readonly ListAsk[]; readonly offset: number; readonly pageSize: number },
): Promise<readonly Place[]> {
  if (asks.length === 0) return [];
  // Of each list as many as the page could need: every one is read along its index.
  const most = offset + pageSize;
  let tops = asks.map((ask) => topOf(wayOf(kind, ask), most));
  while (tops.length > 1) tops = slices(tops, limits.unionTerms).map((some) => topOfAll(some, most));
  const { rows } = await sql<Row>`
    select created_at, request_id from ${sql.join(tops)} order by created_at desc, request_id desc
    limit cast(${pageSize} as integer) offset cast(${offset} as integer)`.execute(read);
  return rows.map(placeOf);
}

function topOf({ from, holds }: Way, most: number): RawBuilder<unknown> {
  return sql`(select r.created_at, r.request_id from ${from} where ${holds}
    order by r.created_at desc, r.request_id desc limit cast(${most} as integer)) as top`;
}

function topOfAll(tops: readonly RawBuilder<unknown>[], most: number): RawBuilder<unknown> {
  const all = tops.map((top) => sql`select created_at, request_id from ${top}`);
  return sql`(select created_at, request_id from (${sql.join(all, sql` union all `)}) as tops
    order by created_at desc, request_id desc limit cast(${most} as integer)) as top`;
}

function slices<One>(all: readonly One[], size: number): readonly (readonly One[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

async function recordsOf({ read }: Reader, places: readonly Place[]): Promise<readonly RequestRecord[]> {
  return findRequests(
    read,
    places.map(({ requestId }) => requestId),
  );
}

/** What was found, newest first. All that fits down to `to` is among it; null: there is nothing more. */
export type Walked = { readonly rows: readonly Place[]; readonly to: Place | null };

/** What is walked for: until `most` were found, from `before` on. */
export type Walk = {
  readonly ask: ListAsk;
  readonly most: number;
  readonly before?: Place;
  readonly bounds?: ListBounds;
};

/**
 * Looks for requests that fit, newest first, along an index in that order, a bounded number of rows a step and in all; it lets others
 * have their turn between steps. What few requests say is looked up instead, unless the first step fills the page.
 */
export async function walkRequests(store: Reader, walk: Walk): Promise<Walked> {
  const { firstRows, stepRows, rows: mostRows } = walk.bounds ?? bounds;
  let found: Walked = { rows: [], to: walk.before ?? null };
  let [looked, size, isUnknown] = [0, firstRows, true];
  while (looked < mostRows) {
    const step = await takeStep(store, { ask: walk.ask, before: found.to, size });
    found = { rows: [...found.rows, ...step.rows], to: step.to };
    looked += size;
    if (found.to === null || found.rows.length >= walk.most) return found;
    if (isUnknown && (step.rows.length * stepRows) / size < walk.most - found.rows.length) {
      const ids = await findCandidates(store, walk.ask);
      if (ids !== null)
        return { rows: [...found.rows, ...(await takeOf(store, { ask: walk.ask, before: found.to, ids }))], to: null };
      isUnknown = false;
    }
    await breathe();
    size = Math.min(stepRows, size * 5);
  }
  return found;
}

type Row = { readonly created_at: number; readonly request_id: string };

function placeOf({ created_at: at, request_id: requestId }: Row): Place {
  return { at, requestId };
}

type Step = { readonly ask: ListAsk; readonly before: Place | null };

/** Looks at the next `size` rows. */
async function takeStep(
  { read, kind }: Reader,
  { ask, before, size }: Step & { readonly size: number },
): Promise<Walked> {
  const { from, holds } = wayOf(kind, ask);
  // Where the step ends is asked first: what comes in meanwhile is met where it stands.
  const edge = await sql<Row>`
    select r.created_at, r.request_id from ${from} where ${holds} and ${isOlder(before)}
    order by r.created_at desc, r.request_id desc limit 1 offset cast(${size - 1} as integer)`.execute(read);
  const to = edge.rows[0] === undefined ? null : placeOf(edge.rows[0]);
  const isWithin =
    to === null ? sql<SqlBool>`1 = 1` : sql<SqlBool>`(r.created_at, r.request_id) >= (${to.at}, ${to.requestId})`;
  const { rows } = await sql<Row>`
    select r.created_at, r.request_id from ${from}
    where ${holds} and ${isOlder(before)} and ${isWithin} and ${fitsQuery(ask.query)}
    order by r.created_at desc, r.request_id desc`.execute(read);
  return { rows: rows.map(placeOf), to };
}

/** Those of some requests that fit. */
async function takeOf(
  { read }: Reader,
  { ask, before, ids }: Step & { readonly ids: ReadonlySet<string> },
): Promise<readonly Place[]> {
  if (ids.size === 0) return [];
  const { rows } = await sql<Row>`
    select r.created_at, r.request_id from signature_requests r
    where r.request_id in (${sql.join([...ids])}) and ${isInList(ask)} and ${isOlder(before)} and ${fitsQuery(ask.query)}
    order by r.created_at desc, r.request_id desc`.execute(read);
  return rows.map(placeOf);
}

type Way = { readonly from: RawBuilder<unknown>; readonly holds: RawBuilder<SqlBool> };

/** The index that a list is read along, and which of its rows belong to it. */
function wayOf(kind: Store["kind"], ask: ListAsk): Way {
  const { state, since, until } = mustsOf(ask.query);
  const index =
    state !== null
      ? "signature_requests_state"
      : ask.isListed
        ? "signature_requests_listed"
        : "signature_requests_account";
  // SQLite has no statistics, and is told which index to take.
  const by = kind === "sqlite" ? sql`indexed by ${sql.ref(index)}` : sql``;
  const conditions = [
    isInList(ask),
    ...(state === null ? [] : [sql`r.state = ${state}`]),
    ...(since === null ? [] : [sql`r.created_at >= ${since}`]),
    ...(until === null ? [] : [sql`r.created_at < ${until}`]),
  ];
  return { from: sql`signature_requests r ${by}`, holds: sql<SqlBool>`${sql.join(conditions, sql` and `)}` };
}

/** As the index `signature_requests_listed` says it. */
function isInList({ accountId, isListed }: ListAsk): RawBuilder<SqlBool> {
  const rest = isListed
    ? sql`r.state <> 'canceled' and r.state <> 'destroyed' and r.removed_at is null`
    : sql`r.removed_at is null`;
  return sql<SqlBool>`r.account_id = ${accountId} and ${rest}`;
}

function isOlder(before: Place | null): RawBuilder<SqlBool> {
  if (before === null) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`(r.created_at, r.request_id) < (${before.at}, ${before.requestId})`;
}
