// The way along an account's list, newest first: a bounded number of rows a step, and in all.

import { setImmediate as breathe } from "node:timers/promises";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";
import type { Query } from "./query.ts";
import { findCandidates, fitsQuery, mustsOf } from "./query-sql.ts";

/** A store that is read. */
export type Reader = Pick<Store, "read" | "kind">;

/** A place in a list: right before, and so older than, this request. */
export type Place = { readonly at: number; readonly requestId: string };

/** Which requests of whom: `isListed` leaves out those that were withdrawn or destroyed. Those that were removed are in no list. */
export type ListAsk = { readonly accountId: string; readonly query: Query; readonly isListed: boolean };

/** How far a walk goes: rows it looks at first, then a step, and in all. */
export type ListBounds = { readonly firstRows: number; readonly stepRows: number; readonly rows: number };

/** The usual bounds of a walk. */
export const usualBounds: ListBounds = {
  firstRows: limits.walkFirstRows,
  stepRows: limits.walkStepRows,
  rows: limits.walkRows,
};

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
  const { firstRows, stepRows, rows: mostRows } = walk.bounds ?? usualBounds;
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
    size = Math.min(stepRows, nextSize({ size, looked, found: found.rows.length, most: walk.most }));
  }
  return found;
}

/** As many rows as fill the page if it goes on like this, with some to spare; more each time, five times as many at most. */
function nextSize({
  size,
  looked,
  found,
  most,
}: Readonly<Record<"size" | "looked" | "found" | "most", number>>): number {
  const wanted = Math.ceil(((most - found) * looked * 1.5) / Math.max(1, found));
  return Math.min(size * 5, Math.max(size, wanted));
}

/** A row as a list needs it. */
export type Row = { readonly created_at: number; readonly request_id: string };

/** The place of a row. */
export function placeOf({ created_at: at, request_id: requestId }: Row): Place {
  return { at, requestId };
}

/** Orders places as lists do. */
export function newestFirst(one: Place, other: Place): number {
  if (one.at !== other.at) return other.at - one.at;
  return one.requestId === other.requestId ? 0 : one.requestId > other.requestId ? -1 : 1;
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

/** Those of some requests that fit. Not as an index of lists says it, nor in its order: SQLite would walk along that. */
async function takeOf(
  { read }: Reader,
  { ask, before, ids }: Step & { readonly ids: ReadonlySet<string> },
): Promise<readonly Place[]> {
  if (ids.size === 0) return [];
  const { rows } = await sql<Row>`
    select r.created_at, r.request_id from signature_requests r
    where r.request_id in (${sql.join([...ids])}) and r.account_id || '' = ${ask.accountId} and ${isListed(ask)}
      and ${isOlder(before)} and ${fitsQuery(ask.query)}`.execute(read);
  return rows.map(placeOf).toSorted(newestFirst);
}

/** How a list is read: the table with its index, and which rows belong to it. */
export type Way = { readonly from: RawBuilder<unknown>; readonly holds: RawBuilder<SqlBool> };

/** The index that a list is read along, and which of its rows belong to it. */
export function wayOf(kind: Store["kind"], ask: ListAsk): Way {
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
function isInList(ask: ListAsk): RawBuilder<SqlBool> {
  return sql<SqlBool>`r.account_id = ${ask.accountId} and ${isListed(ask)}`;
}

function isListed({ isListed: only }: ListAsk): RawBuilder<SqlBool> {
  return only
    ? sql`r.state <> 'canceled' and r.state <> 'destroyed' and r.removed_at is null`
    : sql`r.removed_at is null`;
}

function isOlder(before: Place | null): RawBuilder<SqlBool> {
  if (before === null) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`(r.created_at, r.request_id) < (${before.at}, ${before.requestId})`;
}
