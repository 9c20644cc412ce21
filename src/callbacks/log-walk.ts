import { setImmediate as breathe } from "node:timers/promises";
import { expressionBuilder, type RawBuilder, type SqlBool, sql } from "kysely";
import { limits } from "../base/limits.ts";
import { findByWords, saysWords } from "../requests/search.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";
import { listedColumns } from "./log.ts";
import { type Asked, fitsItself, wordsOfRequests } from "./log-filter.ts";
import { hasDelivery, isAmong, requestsSource, type Source, sourcesOf } from "./log-sources.ts";

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
  if (isDecidedBy(filter)) return takeAll(store, { search, source: way.source });

  const words = wordsOfRequests(filter.words ?? []);
  let found: Found = { rows: [], to: search.before ?? null };
  // Whether it is to be found out yet if few requests of the account have the words: an app's endpoint hears of others' as well.
  let [looked, isUnknown] = [0, words.length > 0 && search.ofApp === undefined];
  // What is short is looked through at once, but for words: those may be rare.
  let size = way.isShort && !isUnknown ? stepRows : firstRows;
  for (; looked < mostRows; size = Math.min(stepRows, size * 5)) {
    const rest = onFrom(search, found);
    const step = await takeStep(store, { search: rest, way, size });
    found = join(found, step);
    looked += size;
    if (found.to === null || found.rows.length >= most) return found;
    // Words that the step has met so often that the next one fills the page are known not to be rare.
    if (isUnknown && (step.rows.length * stepRows) / size < most - found.rows.length) {
      const isFrequent = await meetsOften(store, { search: rest, source: way.source, words, size, from: step.to });
      const ids = isFrequent ? null : await findByWords(store, { accountId, words, most: requests });
      if (ids !== null) return join(found, await takeOf(store, { search: onFrom(search, found), ids }));
      isUnknown = false;
    }
    await breathe();
  }
  return found;
}

type Meeting = Taking & { readonly words: readonly string[]; readonly size: number; readonly from: string | null };

/** Whether many of the rows of a step have the words, whatever else is asked for: then few of all could only be by chance. */
async function meetsOften({ read }: Reader, { search, source, words, size, from }: Meeting): Promise<boolean> {
  const { key, holds } = source;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${source.from} ${source.events}
    where ${holds} and ${isWithin(key, { search, from })} and events.event_id = ${key}
      and ${saysWords(sql`events.request_id`, { account: sql`events.account_id`, words })}`.execute(read);
  return Number(rows[0]?.count ?? 0) * limits.searchOften >= size;
}

/** Whether every row of the account's index, of the type's or of the app's is one that fits. */
function isDecidedBy({ state, endpointId, words = [], type, clientId }: Asked["filter"]): boolean {
  const narrowed = [type, clientId].filter((one) => one !== undefined).length;
  return state === undefined && endpointId === undefined && words.length === 0 && narrowed < 2;
}

/** Along what a walk goes, what it could have gone along, and whether its source has less than a step. */
type Way = { readonly source: Source; readonly others: readonly Source[]; readonly isShort: boolean };

/** Of several indexes the one with the fewest rows where the walk goes, each counted up to a bound. */
async function chooseWay(
  store: Reader,
  { search, upTo }: { readonly search: Search; readonly upTo: number },
): Promise<Way> {
  const [first, ...others] = sourcesOf(store, search);
  if (others.length === 0) return { source: first, others, isShort: false };
  const counted: (readonly [source: Source, count: number])[] = [];
  for (const source of [first, ...others]) {
    const count = await countUpTo(store, { source, within: isBefore(source.key, search), upTo });
    counted.push([source, count]);
  }
  const [[source, least] = [first, upTo], ...rest] = counted.toSorted(([, one], [, other]) => one - other);
  return { source, others: rest.map(([one]) => one), isShort: least < upTo };
}

type Counting = { readonly source: Source; readonly within: RawBuilder<SqlBool>; readonly upTo: number };

async function countUpTo({ read }: Reader, { source: { from, holds }, within, upTo }: Counting): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from ${from} where ${holds} and ${within} limit cast(${upTo} as integer)) counted`.execute(read);
  return Number(rows[0]?.count ?? 0);
}

type Taking = { readonly search: Search; readonly source: Source };

/** Looks through a source to its end, for as many as are wanted. */
async function takeAll(store: Reader, { search, source }: Taking): Promise<Found> {
  let found: Found = { rows: [], to: search.before ?? null };
  do {
    const rest = onFrom(search, found);
    const rows = await takeRows(store, { search: rest, source, sets: [], from: null });
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
  return takeAll(store, { search, source: requestsSource(store, { ...search, ids }) });
}

type Step = { readonly search: Search; readonly way: Way; readonly size: number };

/** Looks at the next `size` rows of a source. */
async function takeStep(store: Reader, { search, way: { source, others }, size }: Step): Promise<Found> {
  // Where the step ends is asked first: what comes in meanwhile is met where it stands.
  const to = await findEnd(store, { search, source, after: size - 1, order: sql`desc` });
  const { from, sets } = await findSets(store, { search, source, others, size, to });
  const rows = await takeRows(store, { search, source, sets, from });
  return { rows: distinct(rows), to: rows.length < search.most ? to : (rows.at(-1)?.event_id ?? null) };
}

type Ending = Taking & { readonly after: number; readonly order: RawBuilder<unknown> };

/** The event of an entry of a source before the place, so many after the newest or the oldest; null: there are not so many. */
async function findEnd({ read }: Reader, { search, source, after, order }: Ending): Promise<string | null> {
  const { from, holds, key } = source;
  const { rows } = await sql<{ event_id: string }>`
    select ${key} as event_id from ${from} where ${holds} and ${isBefore(key, search)}
    order by ${key} ${order} limit 1 offset cast(${after} as integer)`.execute(read);
  return rows[0]?.event_id ?? null;
}

type Comparing = Taking & { readonly others: readonly Source[]; readonly size: number; readonly to: string | null };
type Sets = { readonly from: string | null; readonly sets: readonly Source[] };

/** Those of other sources that have few entries where a step goes, and down to which event it goes with them. */
async function findSets(store: Reader, { search, source, others, size, to }: Comparing): Promise<Sets> {
  if (size < limits.walkSetRows || others.length === 0) return { from: to, sets: [] };
  // The last step ends where the source does: what others have that is older does not matter.
  const from = to ?? (await findEnd(store, { search, source, after: 0, order: sql`asc` }));
  const upTo = size * limits.walkEntriesPerRow;
  const sets: Source[] = [];
  for (const other of from === null ? [] : others) {
    const count = await countUpTo(store, { source: other, within: isWithin(other.key, { search, from }), upTo });
    if (count < upTo) sets.push(other);
  }
  return { from, sets };
}

/** Before where the search goes on, and down to which event; null: to the end. */
type Range = { readonly search: Search; readonly from: string | null };

/** The next rows of a source that fit; an event comes once for each entry of it that does. `sets` have few entries there, and are read as a whole. */
async function takeRows(
  { read }: Reader,
  { source, sets, ...range }: Range & { readonly source: Source; readonly sets: readonly Source[] },
): Promise<readonly ListedRow[]> {
  const { from, events, key, holds, rest, decidesDeliveries } = source;
  const { search } = range;
  const conditions = [
    holds,
    isWithin(key, range),
    ...sets.map((set) => isAmong(set, { key, within: isWithin(set.key, range) })),
    rest,
    sql<SqlBool>`events.event_id = ${key}`,
    fitsItself(expressionBuilder<Tables, "events">(), search),
    ...(decidesDeliveries ? [] : [hasDelivery(search)]),
  ];
  const { rows } = await sql<ListedRow>`
    select ${sql.join(listedColumns.map((column) => sql.ref(`events.${column}`)))}
    from ${from} ${events} where ${sql.join(conditions, sql` and `)}
    order by ${key} desc limit cast(${search.most} as integer)`.execute(read);
  return rows;
}

function isWithin(key: RawBuilder<string>, { search, from }: Range): RawBuilder<SqlBool> {
  return from === null ? isBefore(key, search) : sql<SqlBool>`${isBefore(key, search)} and ${key} >= ${from}`;
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
