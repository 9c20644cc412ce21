import { notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { AttemptRow, EventRow } from "../storage/promise-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import { findDeliveries, type ShownDelivery } from "./log-deliveries.ts";
import { type EventFilter, fits, isToldTo, widen } from "./log-filter.ts";

/** An event in a list: all but its object, and what became of its deliveries. */
export type LoggedEvent = {
  readonly event: Omit<EventRow, "object_json">;
  readonly deliveries: readonly ShownDelivery[];
};

/** One event with its object, its deliveries and their attempts, numbered from 1. */
export type WholeEvent = {
  readonly event: EventRow;
  /** The object was removed for its age: the event cannot be sent again. */
  readonly payloadRemoved: boolean;
  readonly deliveries: readonly (ShownDelivery & { readonly attempts: readonly AttemptRow[] })[];
};

/** What a list shows of an event. */
export const listedColumns = [
  "event_id",
  "account_id",
  "client_id",
  "type",
  "request_id",
  "seq",
  "occurred_at",
  "template_id",
  "fax_id",
  "related_signature_id",
  "message",
  "position",
  "as_signer",
  "call_id",
] as const satisfies readonly (keyof EventRow)[];

/** A request's events in their sequence, those after the number `after`; at most `limit`. Another account's request has none. */
export async function findRequestEvents(
  { read }: Pick<Store, "read">,
  {
    accountId,
    requestId,
    filter = {},
    after = 0,
    limit = limits.requestEventsShown,
  }: {
    readonly accountId: string;
    readonly requestId: string;
    readonly filter?: EventFilter;
    readonly after?: number;
    readonly limit?: number;
  },
): Promise<readonly LoggedEvent[]> {
  const asked = await widen(read, { accountId, filter: { ...filter, requestId } });
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where((eb) => fits(eb, asked))
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return withDeliveries(read, { accountId, rows });
}

/** A fax or a template, by its id. */
export type EventSubject = { readonly column: "fax_id" | "template_id"; readonly id: string };

/** The events of a fax or a template that the account was told of, in their sequence. */
export async function findEventsOf(
  { read }: Pick<Store, "read">,
  { accountId, column, id }: EventSubject & { readonly accountId: string },
): Promise<readonly LoggedEvent[]> {
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where(column, "=", id)
    .where("account_id", "=", accountId)
    .orderBy("seq")
    .orderBy("event_id")
    .limit(limits.requestEventsShown)
    .execute();
  return withDeliveries(read, { accountId, rows });
}

/**
 * One event that is told to the account with all that it may know of it: any other, or none, is a 404. The newest attempts, if there are
 * very many.
 */
export async function findEvent(
  { read }: Pick<Store, "read">,
  { accountId, eventId }: { readonly accountId: string; readonly eventId: string },
): Promise<WholeEvent> {
  const event = await read
    .selectFrom("events")
    .selectAll()
    .where("event_id", "=", eventId)
    .where((eb) => isToldTo(eb, accountId))
    .executeTakeFirst();
  if (!event) throw notFound("There is no such event.");

  const deliveries = (await findDeliveries(read, { accountId, eventIds: [eventId] })).get(eventId) ?? [];
  const attempts = await findAttempts(
    read,
    deliveries.map(({ deliveryId }) => deliveryId),
  );
  return {
    event,
    payloadRemoved: isPayloadRemoved(event),
    deliveries: deliveries.map((one) => ({ ...one, attempts: attempts.get(one.deliveryId) ?? [] })),
  };
}

/** Whether the object of an event was removed for its age; a test never had one. */
export function isPayloadRemoved({ type, object_json }: Pick<EventRow, "type" | "object_json">): boolean {
  return object_json === null && type !== "callback_test";
}

/** Rows of a list with their deliveries to the account, in the same order. */
export async function withDeliveries(
  db: Db,
  { accountId, rows }: { readonly accountId: string; readonly rows: readonly LoggedEvent["event"][] },
): Promise<readonly LoggedEvent[]> {
  const deliveries = await findDeliveries(db, { accountId, eventIds: rows.map(({ event_id }) => event_id) });
  return rows.map((event) => ({ event, deliveries: deliveries.get(event.event_id) ?? [] }));
}

async function findAttempts(
  db: Db,
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AttemptRow[]>> {
  if (deliveryIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("attempts")
    .selectAll()
    .where("delivery_id", "in", deliveryIds)
    .orderBy("started_at", "desc")
    .limit(limits.attemptsShown)
    .execute();
  return Map.groupBy(
    rows.toSorted((a, b) => a.n - b.n),
    (row) => row.delivery_id,
  );
}
