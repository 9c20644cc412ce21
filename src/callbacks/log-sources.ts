// What a list of events can be read along, newest first. Every source is an index in the order of event ids, so that a list may go on
// from any place of one along another.

import { type RawBuilder, type SqlBool, sql } from "kysely";
import { firstUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";
import { type ShownState, storedState } from "./log-deliveries.ts";
import type { Asked, EventFilter } from "./log-filter.ts";

/** Entries of an index, each of an event; an event may have several. */
export type Source = {
  /** The table and its index. */
  readonly from: RawBuilder<unknown>;
  /** How the events come to it, where it is no index of theirs. */
  readonly events: RawBuilder<unknown>;
  /** The id of an entry's event. */
  readonly key: RawBuilder<string>;
  /** Which entries it has: decided within the index. */
  readonly holds: RawBuilder<SqlBool>;
  /** What must hold of an entry's row for its event to be in the state that is asked for. */
  readonly rest: RawBuilder<SqlBool>;
  /** Whether that decides about the deliveries: otherwise they are looked up for each event. */
  readonly decidesDeliveries: boolean;
};

type Ground = Pick<Store, "kind">;

const always = sql<SqlBool>`1 = 1`;

/** The indexes of which each holds every event that fits: as narrow ones as there are, or else all of the account's or the app's. */
export function sourcesOf(ground: Ground, { accountId, filter, ofApp }: Asked): readonly [Source, ...Source[]] {
  const { state, clientId, type } = filter;
  const ofAccount = sql<SqlBool>`events.account_id = ${accountId}`;
  const along = (index: string, holds: RawBuilder<SqlBool>) => eventsAlong(ground, { index, holds, filter });
  const open =
    state === undefined || state === "delivered" ? [] : [openDeliveries(ground, { accountId, filter, state })];
  if (ofApp !== undefined) return inOrder(along("events_client", sql`events.client_id = ${ofApp}`), open);
  const narrow = [
    ...open,
    ...(clientId === undefined ? [] : [along("events_app", sql`${ofAccount} and events.client_id = ${clientId}`)]),
    ...(type === undefined ? [] : [along("events_type", sql`${ofAccount} and events.type = ${type}`)]),
  ];
  return inOrder(along("events_newest", ofAccount), narrow);
}

/** The narrow ones, or else all. An app's is as narrow as those. */
function inOrder(all: Source, narrow: readonly Source[]): readonly [Source, ...Source[]] {
  const [first = all, ...others] = narrow;
  return [first, ...others];
}

/** The events of some requests. */
export function requestsSource(
  ground: Ground,
  { filter, ids }: Pick<Asked, "filter"> & { readonly ids: readonly string[] },
): Source {
  const holds = sql<SqlBool>`events.request_id in (${sql.join(ids)})`;
  return eventsAlong(ground, { index: "events_request", holds, filter });
}

/** The condition that the event `key` is among the entries `within` a source: they are read once for a statement, so there must be few. */
export function isAmong(
  { from, key: its, holds }: Source,
  { key, within }: { readonly key: RawBuilder<string>; readonly within: RawBuilder<SqlBool> },
): RawBuilder<SqlBool> {
  // Said to be true, PostgreSQL does not turn it into a join, whose order it would choose; and bounded, it never holds them for too many
  // to be kept in memory, and reads them for each row. The bound itself is never met.
  const most = 1.5 * limits.walkStepRows * limits.walkEntriesPerRow;
  return sql<SqlBool>`(${key} in (
    select ${its} from ${from} where ${holds} and ${within} limit cast(${most} as integer))) is true`;
}

/** The event has a delivery to an endpoint of the account, to the one that is asked for, in the state that is. A value, so that it is asked row by row. */
export function hasDelivery({ accountId, filter: { endpointId, state } }: Asked): RawBuilder<SqlBool> {
  if (endpointId === undefined && state === undefined) return always;
  const inState =
    state === undefined
      ? always
      : sql`${isStored(state)} and ${isHeldRight(accountId, state)} and ${isTriedRight(state)}`;
  return sql<SqlBool>`(
    select count(*) from (
      select 1 from deliveries d
      where d.event_id = events.event_id and ${isOwn(accountId)} and ${ofEndpoint(endpointId)} and ${inState} limit 1) found) = 1`;
}

type Along = { readonly index: string; readonly holds: RawBuilder<SqlBool>; readonly filter: EventFilter };

function eventsAlong(ground: Ground, { index, holds, filter }: Along): Source {
  const key = sql<string>`events.event_id`;
  return {
    from: sql`events ${by(ground, index)}`,
    events: sql``,
    key,
    holds: sql`${holds} and ${inTime(key, filter)}`,
    rest: always,
    decidesDeliveries: false,
  };
}

/** SQLite knows nothing of how many rows there are, and must be told which index to take. */
function by({ kind }: Ground, index: string): RawBuilder<unknown> {
  return kind === "sqlite" ? sql`indexed by ${sql.ref(index)}` : sql``;
}

function inTime(key: RawBuilder<string>, { since, until }: EventFilter): RawBuilder<SqlBool> {
  const from = since === undefined ? always : sql<SqlBool>`${key} >= ${firstUuid(since)}`;
  return until === undefined ? from : sql<SqlBool>`${from} and ${key} < ${firstUuid(until)}`;
}

type WithState = Asked & { readonly state: Exclude<ShownState, "delivered"> };

function openDeliveries(ground: Ground, { accountId, filter, state }: WithState): Source {
  const key = sql<string>`d.event_id`;
  const { endpointId, clientId } = filter;
  return {
    from: sql`deliveries d ${by(ground, "deliveries_open")}`,
    events: sql`cross join events`,
    key,
    // What the partial index asks for is written as it is written there.
    holds: sql`d.account_id = ${accountId} and (d.state || '') <> 'delivered' and ${isStored(state)}
      and ${isOwn(accountId)} and ${ofEndpoint(endpointId)} and ${mayBeOfApp(accountId, clientId)} and ${isHeldRight(accountId, state)}
      and ${inTime(key, filter)}`,
    rest: isTriedRight(state),
    decidesDeliveries: true,
  };
}

/** Where an app of another account is called back is that account's to know. */
function isOwn(accountId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`d.endpoint_id in (select p.endpoint_id from endpoints p where p.account_id = ${accountId})`;
}

function ofEndpoint(endpointId: string | undefined): RawBuilder<SqlBool> {
  return endpointId === undefined ? always : sql<SqlBool>`d.endpoint_id = ${endpointId}`;
}

/** What goes to another app's endpoint is about a request of that app. */
function mayBeOfApp(accountId: string, clientId: string | undefined): RawBuilder<SqlBool> {
  if (clientId === undefined) return always;
  return sql<SqlBool>`d.endpoint_id not in (
    select p.endpoint_id from endpoints p where p.account_id = ${accountId} and p.client_id <> ${clientId})`;
}

// The three parts of `shownState` in log-deliveries.ts, for deliveries `d`: what the row says, what its endpoint says, what its tries say.

function isStored(state: ShownState): RawBuilder<SqlBool> {
  return sql<SqlBool>`d.state = ${sql.lit(storedState(state))}`;
}

function isHeldRight(accountId: string, state: ShownState): RawBuilder<SqlBool> {
  if (storedState(state) !== "pending") return always;
  return sql<SqlBool>`d.endpoint_id ${state === "held" ? sql`in` : sql`not in`} (
    select p.endpoint_id from endpoints p
    where p.account_id = ${accountId} and ((p.url is null and p.listener is null) or p.state <> 'active'))`;
}

function isTriedRight(state: ShownState): RawBuilder<SqlBool> {
  if (state === "retrying") return sql<SqlBool>`d.tries > 0 and d.leased = 0`;
  return state === "pending" ? sql<SqlBool>`(d.tries = 0 or d.leased <> 0)` : always;
}
