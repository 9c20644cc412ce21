import { sql } from "kysely";
import { badRequest } from "../base/faults.ts";
import type { Store } from "../storage/store.ts";
import { type LoggedEvent, listedColumns, withDeliveries } from "./log.ts";
import { type Asked, type EventFilter, fits, isTheirs, widen } from "./log-filter.ts";

/** A place among all events: right after the event of this id at this position, or before all of a position with an empty id. */
export type Place = { readonly position: number; readonly eventId: string };

/** Before the first event. */
export const theStart: Place = Object.freeze({ position: 0, eventId: "" });

/** What comes next for a reader who has read up to `after`. */
export type CatchUp = {
  readonly accountId: string;
  readonly filter?: EventFilter;
  readonly after: Place;
  readonly limit: number;
};

/**
 * The account's events that fit and stand after a place, oldest first, at most `limit`, and the place to go on from; for an endpoint of
 * an app all that it was to hear, also of requests that the app made for other accounts. Only events are shown below which nothing can
 * still commit: who goes on from place to place skips none and meets none twice.
 */
export async function catchUp(
  store: Store,
  { accountId, filter = {}, after, limit }: CatchUp,
): Promise<{ readonly events: readonly LoggedEvent[]; readonly after: Place }> {
  // Asked before the page: what is final stays so, and a page that is not full has seen all up to here, whatever was left out.
  const asked = await widen(store.read, { accountId, filter });
  const edge = await findEdge(store, { asked, after });
  if (edge === null) return { events: [], after };

  const rows = await store.read
    .selectFrom("events")
    .select(listedColumns)
    .where((eb) => fits(eb, asked))
    .where(sql<boolean>`(position, event_id) > (${after.position}, ${after.eventId})`)
    .where(sql<boolean>`(position, event_id) <= (${edge.position}, ${edge.eventId})`)
    .orderBy("position")
    .orderBy("event_id")
    .limit(limit)
    .execute();
  const last = rows.at(-1);
  const isFull = rows.length === limit && last !== undefined;
  return {
    events: await withDeliveries(store.read, { accountId, rows }),
    after: isFull ? { position: last.position, eventId: last.event_id } : edge,
  };
}

/** The last event of the account or the app that is final, or null where none stands after the place. */
async function findEdge(
  { read, horizon }: Store,
  { asked, after }: { readonly asked: Asked; readonly after: Place },
): Promise<Place | null> {
  const row = await read
    .selectFrom("events")
    .select(["position", "event_id"])
    .where(isTheirs(asked))
    .where("position", "<", horizon)
    .where(sql<boolean>`(position, event_id) > (${after.position}, ${after.eventId})`)
    .orderBy("position", "desc")
    .orderBy("event_id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? { position: row.position, eventId: row.event_id } : null;
}

/** A place as callers keep it: opaque text. */
export function writePlace({ position, eventId }: Place): string {
  return Buffer.from(`${position}:${eventId}`).toString("base64url");
}

/** The place that a caller kept, or `start` or 0. Throws `bad_request` for anything else. */
export function readPlace(text: string): Place {
  if (text === "start" || text === "0") return theStart;
  const [, position, eventId] = /^(\d{1,15}):([0-9a-f-]{36})?$/.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (position === undefined)
    throw badRequest(
      "after not valid: give the next_after of an earlier answer, or start for the first event.",
      "after",
    );
  return { position: Number(position), eventId: eventId ?? "" };
}
