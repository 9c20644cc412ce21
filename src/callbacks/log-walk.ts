import { setImmediate as breathe } from "node:timers/promises";
import { expressionBuilder, type RawBuilder, type SqlBool, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { findByWords } from "../requests/search.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";
import { listedColumns } from "./log.ts";
import { fitsItself, wordsOfRequests } from "./log-filter.ts";
import { type Asked, requestsSource, type Source, sourcesOf } from "./log-sources.ts";

/** How far a walk goes: rows it looks at first, then a step, and in all; and how many requests with some words are looked up. */
export type WalkBounds = {
  readonly firstRows: number;
  readonly stepRows: number;
  readonly rows: number;
  readonly requests: number;
};

const bounds: WalkBounds = {
  firstRows: limits.walkFirstRows,
  stepRows: limits.walkStepRows,
  rows: limits.walkRows,
  requests: limits.searchRequests,
};

/** A row of a list. */
export type ListedRow = Omit<EventRow, "object_json">;

/** What is looked for: at most `most` events that fit, newest first, older than the event `before`. */
export type Search = Asked & { readonly most: number; readonly before?: string; readonly bounds?: WalkBounds };

/** What was found, newest first. All that fits down to the event `to` is among it; null: there is nothing more. */
export type Found = { readonly rows: readonly ListedRow[]; readonly to: string | null };

type Reader = Pick<Store, "read" | "kind">;

/**
 * Looks for events that fit. It goes along the narrowest index there is, checks what that does not decide for a bounded number of rows,
 * and lets others have their turn between steps. Words that few requests have are looked up instead, unless the first step does.
 */
export async function walkNewest(store: Reader, search: Search): Promise<Found> {
  const { firstRows, stepRows, rows: mostRows, requests } = search.bounds ?? bounds;
  const { accountId, filter, most } = search;
  if (filter.requestId !== undefined)
    return takeAll(store, { search, source: requestsSource(store, { accountId, filter, ids: [filter.requestId] }) });
  const source = await narrowest(store, { search, upTo: stepRows });
  if (isDecidedBy(filter)) return takeAll(store, { search, source });

  const words = wordsOfRequests(filter.words ?? []);
  let found: Found = { rows: [], to: search.before ?? null };
  let looked = 0;
  for (let size = firstRows; looked < mostRows; size = Math.min(stepRows, size * 5)) {
    found = join(found, await takeStep(store, { search: onFrom(search, found), source, size }));
    looked += size;
    if (found.to === null || found.rows.length >= most) return found;
    if (size === firstRows && words.length > 0) {
      const ids = await findByWords(store, { accountId, words, most: requests });
      if (ids !== null) return join(found, await takeOf(store, { search: onFrom(search, found), ids }));
    }
    await breathe();
  }
  return found;
}

/** Whether every row of the account's index, of the type's or of the app's is one that fits. */
function isDecidedBy({ state, endpointId, words = [], type, clientId }: Asked["filter"]): boolean {
  const narrowed = [type, clientId].filter((one) => one !== undefined).length;
  return state === undefined && endpointId === undefined && words.length === 0 && narrowed < 2;
}

type Walking = { readonly search: Search; readonly source: Source };

/** Of several indexes the one with the fewest rows where the walk goes, each counted up to a bound. */
async function narrowest(
  { read, kind }: Reader,
  { search, upTo }: { readonly search: Search; readonly upTo: number },
): Promise<Source> {
  const [first, ...others] = sourcesOf({ kind }, search);
  if (others.length === 0) return first;
  let [narrow, least] = [first, Number.POSITIVE_INFINITY];
  for (const source of [first, ...others]) {
    const { from, holds, key } = source;
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from (
        select 1 from ${from} where ${holds} and ${isBefore(key, search)} limit cast(${Math.min(least, upTo)} as integer)) counted`.execute(
      read,
    );
    const count = Number(rows[0]?.count ?? 0);
    if (count < least) [narrow, least] = [source, count];
  }
  return narrow;
}

/** Looks through a source to its end, for as many as are wanted. */
async function takeAll(store: Reader, walking: Walking): Promise<Found> {
  const rows = await takeRows(store, { ...walking, from: null });
  return { rows, to: rows.length < walking.search.most ? null : (rows.at(-1)?.event_id ?? null) };
}

async function takeOf(
  store: Reader,
  { search, ids }: { readonly search: Search; readonly ids: readonly string[] },
): Promise<Found> {
  if (ids.length === 0) return { rows: [], to: null };
  return takeAll(store, { search, source: requestsSource(store, { ...search, ids }) });
}

/** Looks at the next `size` rows of a source. */
async function takeStep(store: Reader, { search, source, size }: Walking & { readonly size: number }): Promise<Found> {
  const { from, holds, key } = source;
  // Where the step ends is asked first: what comes in meanwhile is met where it stands.
  const edge = await sql<{ event_id: string }>`
    select ${key} as event_id from ${from} where ${holds} and ${isBefore(key, search)}
    order by ${key} desc limit 1 offset cast(${size - 1} as integer)`.execute(store.read);
  const to = edge.rows[0]?.event_id ?? null;
  const rows = await takeRows(store, { search, source, from: to });
  return { rows: distinct(rows), to: rows.length < search.most ? to : (rows.at(-1)?.event_id ?? null) };
}

/** The next rows of a source that fit, down to the event `from`; an event comes once for each entry of it that does. */
async function takeRows(
  { read }: Reader,
  { search, source, from: last }: Walking & { readonly from: string | null },
): Promise<readonly ListedRow[]> {
  const { from, events, key, holds, fits } = source;
  const downTo = last === null ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${key} >= ${last}`;
  const { rows } = await sql<ListedRow>`
    select ${sql.join(listedColumns.map((column) => sql.ref(`events.${column}`)))}
    from ${from} ${events}
    where ${holds} and ${isBefore(key, search)} and ${downTo} and ${fits}
      and ${fitsItself(expressionBuilder<Tables, "events">(), search)}
    order by ${key} desc limit cast(${search.most} as integer)`.execute(read);
  return rows;
}

function isBefore(key: RawBuilder<string>, { before }: Search): RawBuilder<SqlBool> {
  return before === undefined ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${key} < ${before}`;
}

function onFrom(search: Search, { rows, to }: Found): Search {
  return { ...search, most: search.most - rows.length, ...(to === null ? {} : { before: to }) };
}

function join(one: Found, next: Found): Found {
  return { rows: [...one.rows, ...next.rows], to: next.to };
}

/** What stands side by side with the same id is one event. */
function distinct(rows: readonly ListedRow[]): readonly ListedRow[] {
  return rows.filter((row, at) => row.event_id !== rows[at - 1]?.event_id);
}
