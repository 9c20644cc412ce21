import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { LoggedEvent, WholeEvent } from "../callbacks/log.ts";
import { deliveryStates, type ShownDelivery } from "../callbacks/log-deliveries.ts";
import { explainOutcome } from "../callbacks/outcomes.ts";
import { eventKinds, objectMember } from "../events/catalog.ts";
import type { AttemptRow } from "../storage/promise-tables.ts";
import { Nullable, Seconds } from "../wire/shapes.ts";

const lastSecond = 253_402_300_799;
const Time = Type.Integer({ minimum: 0, maximum: lastSecond, description: "Unix seconds" });

/** The parameters of a span of time: `since` counts, `until` does not. */
export const span = { since: Type.Optional(Time), until: Type.Optional(Time) };

/** The type of an event. */
export const EventName = Type.Enum(Object.keys(eventKinds));

/** How a delivery stands. */
export const DeliveryState = Type.Enum([...deliveryStates]);

/** How many to a page. */
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageSizeMost }));

/** A delivery of an event to an endpoint. */
export const Delivery = Type.Object({
  delivery_id: Type.String({ description: "Countersign-Delivery-Id of its callbacks" }),
  endpoint_id: Type.String(),
  client_id: Nullable(Type.String({ description: "The app whose callback it is; null for the account's" })),
  url: Nullable(Type.String({ description: "Where the endpoint leads now, its credentials as stars" })),
  state: DeliveryState,
  replay_no: Type.Integer({ description: "0, then one more each time the event is sent again" }),
  attempt_count: Type.Integer(),
  last_outcome: Nullable(Type.String()),
  last_status: Nullable(Type.Integer()),
  next_attempt_at: Nullable(Seconds),
  created_at: Seconds,
});

const eventMembers = {
  event_id: Type.String({ description: "Countersign-Event-Id of its callbacks" }),
  event_type: EventName,
  event_time: Seconds,
  signature_request_id: Nullable(Type.String()),
  template_id: Nullable(Type.String()),
  fax_id: Nullable(Type.String()),
  client_id: Nullable(Type.String()),
  sequence: Type.Integer({
    description:
      "From 1 for each request and each fax, gapless unless as_signer, for signers are not told of all; 0 where there is neither",
  }),
  as_signer: Type.Boolean({
    description:
      "Whether the request is another account's, of which this account hears because a signer has its address",
  }),
  related_signature_id: Nullable(Type.String()),
  event_message: Nullable(Type.String()),
};

/** An event in a list. */
export const EventSummary = Type.Object({ ...eventMembers, deliveries: Type.Array(Delivery) });

const Attempt = Type.Object({
  attempt: Type.Integer({ description: "From 1: Countersign-Attempt of its callback" }),
  started_at: Type.Number({ description: "Unix seconds, with milliseconds after the point" }),
  duration_ms: Type.Integer(),
  url: Type.String({ description: "Where it went, without credentials" }),
  status: Nullable(Type.Integer()),
  outcome: Type.String(),
  explanation: Type.String({ description: "The outcome in words, and what would change it" }),
  response_headers: Nullable(Type.Record(Type.String(), Type.String())),
  response_body: Nullable(Type.String({ description: "The first 16 KiB, or what went wrong before there was one" })),
});

/** An event with all that is known of it. */
export const WholeEventShape = Type.Object({
  ...eventMembers,
  signature_request: Nullable(Type.Record(Type.String(), Type.Unknown(), { description: "As it was at the event" })),
  template: Nullable(Type.Record(Type.String(), Type.Unknown(), { description: "As it was at the event" })),
  transmission: Nullable(Type.Record(Type.String(), Type.Unknown(), { description: "The fax as it was at the event" })),
  payload_removed: Type.Boolean({
    description: "True once the payload was removed, for its age or with the data of its request",
  }),
  deliveries: Type.Array(Type.Object({ ...Delivery.properties, attempts: Type.Array(Attempt) })),
});

/** A span of time in UTC milliseconds. Throws `bad_request` for one that ends before it begins. */
export function readSpan({ since, until }: { readonly since?: number; readonly until?: number }) {
  if (since !== undefined && until !== undefined && until <= since)
    throw badRequest("until not valid: it must be later than since.", "until");
  return {
    ...(since === undefined ? {} : { since: since * 1000 }),
    ...(until === undefined ? {} : { until: until * 1000 }),
  };
}

/** An event as a list shows it. */
export function renderSummary({ event, deliveries }: LoggedEvent): Type.Static<typeof EventSummary> {
  return { ...renderMembers(event), deliveries: deliveries.map(renderDelivery) };
}

/** An event as its own address shows it. */
export function renderWhole({ event, payloadRemoved, deliveries }: WholeEvent): Type.Static<typeof WholeEventShape> {
  return {
    ...renderMembers(event),
    signature_request: null,
    template: null,
    transmission: null,
    ...(event.object_json === null
      ? {}
      : { [objectMember(event.type)]: JSON.parse(event.object_json) as Record<string, unknown> }),
    payload_removed: payloadRemoved,
    deliveries: deliveries.map((one) => ({ ...renderDelivery(one), attempts: one.attempts.map(renderAttempt) })),
  };
}

/** A delivery as it is shown. */
export function renderDelivery(delivery: ShownDelivery): Type.Static<typeof Delivery> {
  return {
    delivery_id: delivery.deliveryId,
    endpoint_id: delivery.endpointId,
    client_id: delivery.clientId,
    url: delivery.url,
    state: delivery.state,
    replay_no: delivery.replayNo,
    attempt_count: delivery.tries,
    last_outcome: delivery.lastOutcome,
    last_status: delivery.lastStatus,
    next_attempt_at: delivery.nextAt === null ? null : toSeconds(delivery.nextAt),
    created_at: toSeconds(delivery.createdAt),
  };
}

function renderMembers(event: LoggedEvent["event"]) {
  return {
    event_id: event.event_id,
    event_type: event.type,
    event_time: toSeconds(event.occurred_at),
    signature_request_id: event.request_id,
    template_id: event.template_id,
    fax_id: event.fax_id,
    client_id: event.client_id,
    sequence: event.seq,
    as_signer: event.as_signer === 1,
    related_signature_id: event.related_signature_id,
    event_message: event.message,
  };
}

function renderAttempt(row: AttemptRow): Type.Static<typeof Attempt> {
  const { response_headers_json: headers } = row;
  return {
    attempt: row.n,
    started_at: row.started_at / 1000,
    duration_ms: row.duration_ms,
    url: row.url,
    status: row.status,
    outcome: row.outcome,
    explanation: explainOutcome(row.outcome),
    response_headers: headers === null ? null : (JSON.parse(headers) as Record<string, string>),
    response_body: row.response_body,
  };
}
