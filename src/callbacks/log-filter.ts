import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import { firstUuid } from "../base/ids.ts";
import { eventKinds } from "../events/catalog.ts";
import { saysWords } from "../requests/search.ts";
import type { Db } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";
import { type ShownState, shownState, storedState } from "./log-deliveries.ts";

/** Which events are asked for; what is not said does not matter. `since` counts, `until` does not: UTC milliseconds. */
export type EventFilter = {
  readonly since?: number;
  readonly until?: number;
  readonly type?: string;
  readonly requestId?: string;
  /** The app whose request it is about. */
  readonly clientId?: string;
  /** An endpoint that has a delivery of it; with `state`, one in this state. */
  readonly endpointId?: string;
  readonly state?: ShownState;
  /** Folded, as `readSearch` answers them: each is part of the event's type or of the words of its request, where that is the account's. */
  readonly words?: readonly string[];
};

/** Whose events are asked for, and which. */
export type Asked = {
  readonly accountId: string;
  readonly filter: EventFilter;
  /** The account's app whose endpoint the filter names: then events of the app are asked for, whichever account's they are. */
  readonly ofApp?: string;
};

/**
 * The condition that an event is told to an account: it is the account's, or was owed to an endpoint of it. An app's endpoint hears of
 * the requests that the app makes for other accounts.
 */
export function isToldTo(eb: ExpressionBuilder<Tables, "events">, accountId: string): Expression<SqlBool> {
  return eb.or([
    eb("events.account_id", "=", accountId),
    sql<SqlBool>`exists (
      select 1 from deliveries d join endpoints p on p.endpoint_id = d.endpoint_id
      where d.event_id = events.event_id and p.account_id = ${accountId})`,
  ]);
}

/** What is asked for of an endpoint of an app is asked of all the app's events. */
export async function widen(db: Db, asked: Asked): Promise<Asked> {
  const { endpointId } = asked.filter;
  if (endpointId === undefined) return asked;
  const endpoint = await db
    .selectFrom("endpoints")
    .select("client_id")
    .where("endpoint_id", "=", endpointId)
    .where("account_id", "=", asked.accountId)
    .executeTakeFirst();
  return endpoint === undefined || endpoint.client_id === null ? asked : { ...asked, ofApp: endpoint.client_id };
}

/** The condition that an event is one of those that are asked for. */
export function fits(eb: ExpressionBuilder<Tables, "events">, asked: Asked): Expression<SqlBool> {
  const { accountId, filter } = asked;
  const { endpointId, state } = filter;
  const conditions = [fitsItself(eb, asked)];
  if (endpointId !== undefined || state !== undefined)
    conditions.push(hasDelivery({ accountId, endpointId: endpointId ?? null, state: state ?? null }));
  return eb.and(conditions);
}

/** The condition that an event is one of those that are asked for, whatever became of its deliveries. */
export function fitsItself(eb: ExpressionBuilder<Tables, "events">, asked: Asked): Expression<SqlBool> {
  const { since, until, type, requestId, clientId, words = [] } = asked.filter;
  const conditions: Expression<SqlBool>[] = [isTheirs(asked)];
  if (since !== undefined) conditions.push(eb("events.event_id", ">=", firstUuid(since)));
  if (until !== undefined) conditions.push(eb("events.event_id", "<", firstUuid(until)));
  if (type !== undefined) conditions.push(eb("events.type", "=", type));
  if (requestId !== undefined) conditions.push(eb("events.request_id", "=", requestId));
  if (clientId !== undefined) conditions.push(eb("events.client_id", "=", clientId));
  const rest = wordsOfRequests(words);
  if (rest.length > 0) conditions.push(saysWords(ofEvent, { account: itsAccount, words: rest }));
  for (const word of words.filter((one) => !rest.includes(one)))
    conditions.push(
      eb.or([eb("events.type", "in", typesWith(word)), saysWords(ofEvent, { account: itsAccount, words: [word] })]),
    );
  return eb.and(conditions);
}

/** The condition that an event is the account's, or the app's: each has an index that begins with it. */
export function isTheirs({ accountId, ofApp }: Pick<Asked, "accountId" | "ofApp">): Expression<SqlBool> {
  return ofApp === undefined
    ? sql<SqlBool>`events.account_id = ${accountId}`
    : sql<SqlBool>`events.client_id = ${ofApp}`;
}

const ofEvent = sql`events.request_id`;
/** Only of the request that is its account's: a signer's account is not told what else the request says. */
const itsAccount = sql`events.account_id`;

/** Those of the words that no type has a part of: only what a request says can have them. */
export function wordsOfRequests(words: readonly string[]): readonly string[] {
  return words.filter((word) => typesWith(word).length === 0);
}

function typesWith(word: string): readonly string[] {
  return Object.keys(eventKinds).filter((type) => type.includes(word));
}

type Having = { readonly accountId: string; readonly endpointId: string | null; readonly state: ShownState | null };

/** What waits and what is exhausted is little beside all that ever happened: those are looked up from their own indexes. */
function hasDelivery({ accountId, endpointId, state }: Having): Expression<SqlBool> {
  const stored = state === null ? null : storedState(state);
  const conditions = [
    sql`p.account_id = ${accountId}`,
    ...(endpointId === null ? [] : [sql`p.endpoint_id = ${endpointId}`]),
    ...(state === null || stored === null ? [] : [sql`d.state = ${sql.lit(stored)} and ${shownState} = ${state}`]),
  ];
  const from = sql`from deliveries d join endpoints p on p.endpoint_id = d.endpoint_id where ${sql.join(conditions, sql` and `)}`;
  return stored === "pending" || stored === "exhausted"
    ? sql<SqlBool>`events.event_id in (select d.event_id ${from})`
    : sql<SqlBool>`exists (select 1 ${from} and d.event_id = events.event_id)`;
}
