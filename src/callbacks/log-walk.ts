import { setImmediate as breathe } from "node:timers/promises";
import { expressionBuilder, type RawBuilder, type SqlBool, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { findByWords } from "../requests/search.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";
import { listedColumns } from "./log.ts";
import { fitsItself, wordsOfRequests } from "./log-filter.ts";
import { type Asked, hasDelivery, isAmong, requestsSource, type Source, sourcesOf } from "./log-sources.ts";

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
  if (filter.requestId !== undefined) return takeOf(store, { search, ids: [filter.requestId] });

  const way = await chooseWay(store, { search, upTo: stepRows });
  const words = wordsOfRequests(filter.words ?? []);
  if (isDecidedBy(filter) || (way.isShort && (words.length === 0 || way.others.length > 0)))
    return takeAll(store, { search, way });

  let found: Found = { rows: [], to: search.before ?? null };
  let [looked, isUnknown] = [0, words.length > 0];
  for (let size = firstRows; looked < mostRows; size = Math.min(stepRows, size * 5)) {
    const step = await takeStep(store, { search: onFrom(search, found), way, size });
    found = join(found, step);
    looked += size;
    if (found.to === null || found.rows.length >= most) return found;
    // Words that the step has met so often that the next one fills the page are known not to be rare.
    if (isUnknown && (step.rows.length * stepRows) / size < most - found.rows.length) {
      const ids = await findByWords(store, { accountId, words, most: requests });
      if (ids !== null) return join(found, await takeOf(store, { search: onFrom(search, found), ids }));
      isUnknown = false;
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

/** Along what a walk goes, and which other sources are short enough to be read as a whole; `isShort` when it is itself. */
type Way = { readonly source: Source; readonly others: readonly Source[]; readonly isShort: boolean };

/** Of several indexes the one with the fewest rows where the walk goes, each counted up to a bound. */
async function chooseWay(
  store: Reader,
  { search, upTo }: { readonly search: Search; readonly upTo: number },
): Promise<Way> {
  const [first, ...more] = sourcesOf(store, search);
  if (more.length === 0) return { source: first, others: [], isShort: false };
  const counted: (readonly [source: Source, count: number])[] = [];
  for (const source of [first, ...more]) counted.push([source, await countUpTo(store, { source, search, upTo })]);
  const [[source, least] = [first, upTo], ...rest] = counted.toSorted(([, one], [, other]) => one - other);
  if (least === upTo) return { source, others: [], isShort: false };
  const others: Source[] = [];
  for (const [other, count] of rest) {
    const most = least * limits.walkEntriesPerRow;
    const exact = count < upTo || most <= upTo ? count : await countUpTo(store, { source: other, search, upTo: most });
    if (exact < Math.max(most, 1)) others.push(other);
  }
  return { source, others, isShort: true };
}

async function countUpTo(
  { read }: Reader,
  { source, search, upTo }: { readonly source: Source; readonly search: Search; readonly upTo: number },
): Promise<number> {
  const { from, holds, key } = source;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from ${from} where ${holds} and ${isBefore(key, search)} limit cast(${upTo} as integer)) counted`.execute(
    read,
  );
  return Number(rows[0]?.count ?? 0);
}

type Walking = { readonly search: Search; readonly way: Way };

/** Looks through a source to its end, for as many as are wanted. */
async function takeAll(store: Reader, { search, way }: Walking): Promise<Found> {
  let found: Found = { rows: [], to: search.before ?? null };
  do {
    const rest = onFrom(search, found);
    const rows = await takeRows(store, { search: rest, way, from: null });
    const last = rows.length < rest.most ? null : (rows.at(-1)?.event_id ?? null);
    found = join(found, { rows: distinct(rows), to: last });
  } while (found.to !== null && found.rows.length < search.most);
  return found;
}

async function takeOf(
  store: Reader,
  { search, ids }: { readonly search: Search; readonly ids: readonly string[] },
): Promise<Found> {
  if (ids.length === 0) return { rows: [], to: null };
  const source = requestsSource(store, { ...search, ids });
  return takeAll(store, { search, way: { source, others: [], isShort: true } });
}

/** Looks at the next `size` rows of a source. */
async function takeStep(store: Reader, { search, way, size }: Walking & { readonly size: number }): Promise<Found> {
  const { from, holds, key } = way.source;
  // Where the step ends is asked first: what comes in meanwhile is met where it stands.
  const edge = await sql<{ event_id: string }>`
    select ${key} as event_id from ${from} where ${holds} and ${isBefore(key, search)}
    order by ${key} desc limit 1 offset cast(${size - 1} as integer)`.execute(store.read);
  const to = edge.rows[0]?.event_id ?? null;
  const rows = await takeRows(store, { search, way, from: to });
  return { rows: distinct(rows), to: rows.length < search.most ? to : (rows.at(-1)?.event_id ?? null) };
}

/** The next rows of a source that fit, down to the event `from`; an event comes once for each entry of it that does. */
async function takeRows(
  { read }: Reader,
  { search, way, from: last }: Walking & { readonly from: string | null },
): Promise<readonly ListedRow[]> {
  const { from, events, key, holds, rest } = way.source;
  const within = (its: RawBuilder<string>) =>
    last === null ? isBefore(its, search) : sql<SqlBool>`${isBefore(its, search)} and ${its} >= ${last}`;
  const conditions = [
    holds,
    within(key),
    ...way.others.map((other) => isAmong(other, { key, within: within(other.key) })),
    rest,
    sql<SqlBool>`events.event_id = ${key}`,
    fitsItself(expressionBuilder<Tables, "events">(), search),
    ...(way.source.decidesDeliveries ? [] : [hasDelivery(search)]),
  ];
  const { rows } = await sql<ListedRow>`
    select ${sql.join(listedColumns.map((column) => sql.ref(`events.${column}`)))}
    from ${from} ${events} where ${sql.join(conditions, sql` and `)}
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
