// Lists of an account's requests, newest first, in pages: with a query or without.

import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { everything } from "../base/query.ts";
import { slices } from "../base/slices.ts";
import { day } from "../base/units.ts";
import type { Store } from "../storage/store.ts";
import { findRequests, type RequestRecord } from "./find.ts";
import type { Query } from "./query.ts";
import { findReceived, type Received } from "./received.ts";
import {
  type ListAsk,
  type ListBounds,
  newestFirst,
  type Place,
  placeOf,
  type Reader,
  type Row,
  usualBounds,
  type Walk,
  type Walked,
  type Way,
  walkRequests,
  wayOf,
} from "./walk.ts";

/**
 * A page by its number. `count`: how many fit; where not `isCounted`, how many are known to. `reached`: how far back the walk got that was
 * cut short; without a query, how far back requests were put in that the account has received.
 */
export type RequestPage = {
  readonly records: readonly RequestRecord[];
  readonly count: number;
  readonly isCounted: boolean;
  readonly reached: number | null;
};

/**
 * A page of the lists of these accounts as one, and with them of what was received from others. Of what few requests say, and in short
 * lists, the count is exact; else the walk ends behind the page.
 */
export async function listRequests(
  store: Reader,
  {
    accountIds,
    query = everything,
    received,
    page,
    pageSize,
    ...rest
  }: {
    readonly accountIds: readonly string[];
    readonly query?: Query;
    readonly received?: Received | null;
    readonly page: number;
    readonly pageSize: number;
    readonly bounds?: ListBounds;
    readonly whole?: number;
  },
): Promise<RequestPage> {
  const offset = (page - 1) * pageSize;
  const isAll = query.kind === "and" && query.of.length === 0;
  const [{ counts, hasReceived }, start] = await Promise.all([
    countRequests(store, { accountIds, address: received?.address ?? null }),
    isAll ? findStart(store, { accountIds, offset }) : top,
  ]);
  const others = received && hasReceived ? await findReceived(store, { ...received, accountIds }) : none;
  const asks = [...counts.keys()].map((accountId): ListAsk => ({ accountId, query, isListed: true }));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (isAll) {
    const rows = await pageWith(store, { asks, start, accountIds, offset, pageSize, others: others.rows });
    const [count, reached] = [total + others.rows.length, others.to?.at ?? null];
    return { records: await recordsOf(store, rows), count, isCounted: reached === null, reached };
  }
  const { whole = limits.searchWhole } = rest;
  const { firstRows, stepRows, rows } = rest.bounds ?? usualBounds;
  const found = await walkAll(store, {
    asks,
    others,
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

const none: Walked = { rows: [], to: null };

/** Walks along several lists, and answers as of one, with what was found elsewhere, what all of them were looked through for. */
async function walkAll(
  store: Reader,
  { asks, others, ...walk }: Omit<Walk, "ask"> & { readonly asks: readonly ListAsk[]; readonly others: Walked },
): Promise<Walked> {
  const all = [others, ...(await Promise.all(asks.map((ask) => walkRequests(store, { ask, ...walk }))))];
  const [to = null] = all.flatMap((one) => one.to ?? []).toSorted(newestFirst);
  const rows = all.flatMap((one) => one.rows).toSorted(newestFirst);
  return { rows: to === null ? rows : rows.filter((place) => newestFirst(place, to) <= 0), to };
}

/** How many requests the lists of these accounts have, accounts without any left out, and whether any may have been sent to the address. */
export async function countRequests(
  { read }: Pick<Store, "read">,
  { accountIds, address = null }: { readonly accountIds: readonly string[]; readonly address?: string | null },
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly hasReceived: boolean }> {
  // Most accounts have received nothing, and are not to wait for a statement that says so.
  const { rows } = await sql<{ account_id: string | null; count: number }>`
    select account_id, sum(requests) as count from request_counts where account_id in (${sql.join(accountIds)})
    group by account_id having sum(requests) > 0
    ${address === null ? sql`` : sql`union all select null, count(*) from ${oneReceived(address)}`}`.execute(read);
  const counts = new Map(
    rows.flatMap(({ account_id: id, count }) => (id === null ? [] : [[id, Number(count)] as const])),
  );
  return { counts, hasReceived: rows.some(({ account_id: id, count }) => id === null && Number(count) > 0) };
}

/** In the order of the index: for one row in no order PostgreSQL may look through all signatures. */
function oneReceived(address: string): RawBuilder<unknown> {
  return sql`(
    select s.request_id from signatures s where lower(s.email) = lower(${address}) and s.received_at is not null
    order by s.received_at desc, s.request_id desc limit 1) as received`;
}

/** Where a page begins: so many behind the newest that was made before `until` (UTC milliseconds; null: behind the newest of all). */
type Start = { readonly until: number | null; readonly skip: number };

const top: Start = { until: null, skip: 0 };

type Asked = { readonly accountIds: readonly string[]; readonly offset: number };

/** Days that are passed over whole are not read: how many each of them has is kept, and how many 32 of them have. */
async function findStart({ read }: Pick<Store, "read">, { accountIds, offset }: Asked): Promise<Start> {
  const near: Start = { until: null, skip: offset };
  if (offset <= limits.listSkip) return near;
  const wide = await findSpan(read, { accountIds, offset, days: 32, since: 0, until: null });
  if (wide === null) return near;
  const skip = offset - wide.newer;
  const within = { since: wide.number * 32, until: (wide.number + 1) * 32 };
  const narrow = await findSpan(read, { accountIds, offset: skip, days: 1, ...within });
  return narrow === null ? near : { until: (narrow.number + 1) * day, skip: skip - narrow.newer };
}

type Spanning = Asked & { readonly days: 1 | 32; readonly since: number; readonly until: number | null };

/** The span in which the request stands that has so many newer ones, and how many of these are newer than the span. */
async function findSpan(
  read: Store["read"],
  { accountIds, offset, days, since, until }: Spanning,
): Promise<{ readonly number: number; readonly newer: number } | null> {
  const { rows } = await sql<{ number: number; newer: number }>`
    select number, newer from (
      select number, sum(sum(requests)) over (order by number desc) - sum(requests) as newer from request_days
      where account_id in (${sql.join(accountIds)}) and days = ${days} and number >= ${since}
        ${until === null ? sql`` : sql`and number < ${until}`}
      group by number) as spans
    where newer <= cast(${offset} as bigint) order by number limit 1`.execute(read);
  const [first] = rows;
  return first === undefined ? null : { number: Number(first.number), newer: Number(first.newer) };
}

type PageWith = Omit<PageOf, "start"> & Asked & { readonly start: Start; readonly others: readonly Place[] };

/** A page with places of other lists among them. As many of them as there are may stand before the page, and so many rows further ahead it begins to look. */
async function pageWith(
  store: Reader,
  { asks, start, accountIds, offset, pageSize, others }: PageWith,
): Promise<readonly Place[]> {
  if (others.length === 0) return pageOfAll(store, { asks, start, pageSize });
  const ahead = Math.min(offset, others.length);
  const from = await findStart(store, { accountIds, offset: offset - ahead });
  const own = await pageOfAll(store, { asks, start: from, pageSize: ahead + pageSize });
  return [...own, ...others].toSorted(newestFirst).slice(ahead, ahead + pageSize);
}

type PageOf = { readonly asks: readonly ListAsk[]; readonly start: Start; readonly pageSize: number };

async function pageOfAll({ read, kind }: Reader, { asks, start, pageSize }: PageOf): Promise<readonly Place[]> {
  if (asks.length === 0) return [];
  // Of each list as many as the page could need: every one is read along its index.
  const most = start.skip + pageSize;
  let tops = asks.map((ask) => topOf(wayOf(kind, ask), { until: start.until, most }));
  while (tops.length > 1) tops = slices(tops, limits.unionTerms).map((some) => topOfAll(some, most));
  const { rows } = await sql<Row>`
    select created_at, request_id from ${sql.join(tops)} order by created_at desc, request_id desc
    limit cast(${pageSize} as integer) offset cast(${start.skip} as integer)`.execute(read);
  return rows.map(placeOf);
}

function topOf({ from, holds }: Way, { until, most }: { readonly until: number | null; readonly most: number }) {
  const isOlder = until === null ? sql`1 = 1` : sql`r.created_at < ${until}`;
  return sql`(select r.created_at, r.request_id from ${from} where ${holds} and ${isOlder}
    order by r.created_at desc, r.request_id desc limit cast(${most} as integer)) as top`;
}

function topOfAll(tops: readonly RawBuilder<unknown>[], most: number): RawBuilder<unknown> {
  const all = tops.map((top) => sql`select created_at, request_id from ${top}`);
  return sql`(select created_at, request_id from (${sql.join(all, sql` union all `)}) as tops
    order by created_at desc, request_id desc limit cast(${most} as integer)) as top`;
}

async function recordsOf({ read }: Reader, places: readonly Place[]): Promise<readonly RequestRecord[]> {
  return findRequests(
    read,
    places.map(({ requestId }) => requestId),
  );
}
