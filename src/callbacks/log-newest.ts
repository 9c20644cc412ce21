import type { Store } from "../storage/store.ts";
import { type LoggedEvent, withDeliveries } from "./log.ts";
import { type EventFilter, widen } from "./log-filter.ts";
import { type WalkBounds, walkNewest } from "./log-walk.ts";

/** A page of a list, newest first: at most `limit` events, from the one before the event `before` on. */
export type NewestPage = { readonly limit: number; readonly before?: string };

/** Events newest first, and where the list goes on: `before` of the next page, null after the last one. */
export type Newest = {
  readonly events: readonly LoggedEvent[];
  readonly before: string | null;
  /** Whether the page was given out before it was full, for it took long: what fits and is older than `before` comes with the next. */
  readonly isCut: boolean;
};

/**
 * The account's events that fit, newest first, by their ids, which are in the order of their times; for an endpoint of an app all that it
 * was to hear, also of requests that the app made for other accounts. A page takes a bounded time: where hardly any of very many events
 * fit, it may be short, even empty, and not the last.
 */
export async function findEvents(
  store: Pick<Store, "read" | "kind">,
  {
    accountId,
    filter = {},
    page: { limit, before },
    bounds,
  }: {
    readonly accountId: string;
    readonly filter?: EventFilter;
    readonly page: NewestPage;
    readonly bounds?: WalkBounds;
  },
): Promise<Newest> {
  const found = await walkNewest(store, {
    ...(await widen(store.read, { accountId, filter })),
    // One more than the page has tells whether there is a next.
    most: limit + 1,
    ...(before === undefined ? {} : { before }),
    ...(bounds === undefined ? {} : { bounds }),
  });
  const isFull = found.rows.length > limit;
  const events = await withDeliveries(store.read, { accountId, rows: found.rows.slice(0, limit) });
  const last = events.at(-1)?.event.event_id ?? null;
  return { events, before: isFull ? last : found.to, isCut: found.rows.length < limit && found.to !== null };
}
