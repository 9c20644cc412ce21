import { type RawBuilder, sql } from "kysely";
import { findEndpointById } from "../accounts/endpoints.ts";
import { badRequest, Fault, notFound } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { DeliveryRow, EventRow } from "../storage/promise-tables.ts";
import { isPayloadRemoved } from "./log.ts";
import { isToldTo } from "./log-filter.ts";

/** What is sent again: an event that is told to the account, to one endpoint, or to all of the account's that it was ever owed to. */
export type Resending = { readonly accountId: string; readonly eventId: string; readonly endpointId?: string };

/** A delivery that was made to send an event again. */
export type Resent = Pick<DeliveryRow, "delivery_id" | "event_id" | "endpoint_id" | "replay_no">;

/**
 * Owes an event once more: new deliveries with the next `replay_no`; those before stay as they are. Throws `not_found` for an
 * event that is not told to the account or an endpoint that is not its own, `deleted` once the payload was removed for its age, `conflict` when the event was
 * never owed to anybody or was sent again too often, `bad_request` when it is not the endpoint's to hear.
 */
export async function resendEvent(
  work: Work,
  { accountId, eventId, endpointId }: Resending,
): Promise<readonly Resent[]> {
  const event = await work.tx
    .selectFrom("events")
    .selectAll()
    .where("event_id", "=", eventId)
    .where((eb) => isToldTo(eb, accountId))
    .modifyEnd(keepEvents(work))
    .executeTakeFirst();
  if (!event) throw notFound("There is no such event.");
  if (isPayloadRemoved(event))
    throw new Fault(
      "deleted",
      "The payload of this event was removed, for its age or with the data of its request: it cannot be sent again.",
    );

  const endpointIds =
    endpointId === undefined
      ? await findEndpointsOf(work, { eventId, accountId })
      : [await checkEndpoint(work, { event, endpointId, accountId })];
  const made: Resent[] = [];
  for (const id of endpointIds) made.push(...(await owe(work, { endpointId: id, events: [event] })));
  if (made.length < endpointIds.length)
    throw new Fault("conflict", `This event was sent again ${limits.replaysPerEvent} times already.`);
  return made;
}

/**
 * The end of a statement that selects from events, or of one that selects from `events e` and others too: the rows stay as they are
 * until the commit. What the reference of a new delivery does anyway comes before the payload is looked at: whoever removes payloads
 * for their age locks their events (storage/retention-events.ts), and goes after this commit or was here before.
 */
export function keepEvents({ kind }: Pick<Work, "kind">, of?: "e"): RawBuilder<unknown> {
  if (kind === "sqlite") return sql``;
  return of === undefined ? sql`for key share` : sql`for key share of e`;
}

/** In one order, so that two who lock several of them do not wait for each other. */
async function findEndpointsOf(
  work: Work,
  { eventId, accountId }: Pick<Resending, "eventId" | "accountId">,
): Promise<readonly string[]> {
  const rows = await work.tx
    .selectFrom("deliveries")
    .innerJoin("endpoints", "endpoints.endpoint_id", "deliveries.endpoint_id")
    .select("deliveries.endpoint_id")
    .distinct()
    .where("event_id", "=", eventId)
    .where("endpoints.account_id", "=", accountId)
    // A listener that was closed would never take it.
    .where((eb) => eb.or([eb("listener", "is", null), eb("endpoints.state", "=", "active")]))
    .orderBy("deliveries.endpoint_id")
    .execute();
  if (rows.length === 0)
    throw new Fault("conflict", "No endpoint was to hear of this event when it happened: name one with endpoint_id.");
  return rows.map((row) => row.endpoint_id);
}

type Checking = { readonly event: EventRow; readonly endpointId: string; readonly accountId: string };

async function checkEndpoint(work: Work, { event, endpointId, accountId }: Checking): Promise<string> {
  const endpoint = await findEndpointById(work.tx, { accountId, endpointId });
  if (!concerns(event, endpoint))
    throw badRequest(
      "endpoint_id not valid: it must be the account's endpoint, or that of the app whose event this is.",
      "endpoint_id",
    );
  return endpointId;
}

/**
 * Whether an event is an endpoint's to hear, as it is when it happens (callbacks/plan.ts): an app hears of its own requests, the account
 * of all of its own; of a test only who is tested, and that an account is confirmed only the app that made it.
 */
export function concerns(
  { type, account_id, client_id }: Pick<EventRow, "type" | "account_id" | "client_id">,
  endpoint: Pick<EndpointRow, "account_id" | "client_id">,
): boolean {
  if (endpoint.client_id !== null || type === "callback_test" || type === "account_confirmed")
    return endpoint.client_id === client_id;
  return endpoint.account_id === account_id;
}

/** What deliveries are made of. */
export type OwedEvent = Pick<EventRow, "event_id" | "type" | "request_id" | "fax_id" | "seq">;

/**
 * Makes one more delivery of each event for an endpoint, due now; none for an event that was sent again too often. Holds the
 * endpoint's row until the commit, so that two who do this number them one after the other.
 */
export async function owe(
  work: Work,
  { endpointId, events }: { readonly endpointId: string; readonly events: readonly OwedEvent[] },
): Promise<readonly Resent[]> {
  if (events.length === 0) return [];
  const endpoint = await holdEndpoint(work, endpointId);
  const numbers = await countReplays(work, { endpointId, events });
  const rows = events
    .map((event) => deliveryOf(work, { event, endpoint, replayNo: (numbers.get(event.event_id) ?? -1) + 1 }))
    .filter(({ replay_no }) => replay_no <= limits.replaysPerEvent);
  if (rows.length > 0) await work.tx.insertInto("deliveries").values(rows).execute();
  work.wakes.add("deliveries");
  return rows;
}

/** Holds an endpoint's row until the commit, and answers it: who else wants it waits. */
export async function holdEndpoint(work: Work, endpointId: string): Promise<EndpointRow> {
  return work.tx
    .updateTable("endpoints")
    .set((eb) => ({ ordering: eb.ref("ordering") }))
    .where("endpoint_id", "=", endpointId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function countReplays(
  work: Work,
  { endpointId, events }: { readonly endpointId: string; readonly events: readonly OwedEvent[] },
): Promise<ReadonlyMap<string, number>> {
  const rows = await work.tx
    .selectFrom("deliveries")
    .select((eb) => ["event_id", eb.fn.max<number>("replay_no").as("newest")])
    .where("endpoint_id", "=", endpointId)
    .where(
      "event_id",
      "in",
      events.map(({ event_id }) => event_id),
    )
    .groupBy("event_id")
    .execute();
  return new Map(rows.map(({ event_id, newest }) => [event_id, newest]));
}

function deliveryOf(
  work: Work,
  {
    event,
    endpoint,
    replayNo,
  }: { readonly event: OwedEvent; readonly endpoint: EndpointRow; readonly replayNo: number },
) {
  return {
    delivery_id: newUuid(work.at),
    event_id: event.event_id,
    endpoint_id: endpoint.endpoint_id,
    account_id: endpoint.account_id,
    request_id: event.request_id ?? event.fax_id,
    seq: event.seq,
    replay_no: replayNo,
    state: "pending",
    single_attempt: event.type === "callback_test" ? 1 : 0,
    tries: 0,
    lease_no: 0,
    leased: 0,
    worker_id: null,
    next_at: sql<number>`${work.now}`,
    created_at: work.at,
  };
}
