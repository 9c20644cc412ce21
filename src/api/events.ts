import { type Static, Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { findEvent, findRequestEvents } from "../callbacks/log.ts";
import { catchUp, readPlace, writePlace } from "../callbacks/log-catch-up.ts";
import { findDeliveries } from "../callbacks/log-deliveries.ts";
import type { EventFilter } from "../callbacks/log-filter.ts";
import { findEvents } from "../callbacks/log-newest.ts";
import { resendEvent } from "../callbacks/resend.ts";
import { readSearch } from "../requests/search.ts";
import { Nullable } from "../wire/shapes.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import {
  Delivery,
  DeliveryState,
  EventName,
  EventSummary,
  Limit,
  readSpan,
  renderDelivery,
  renderSummary,
  renderWhole,
  span,
  WholeEventShape,
} from "./event-shapes.ts";
import { type Call, operation } from "./operation.ts";

const Listing = Type.Object({
  ...span,
  type: Type.Optional(EventName),
  signature_request_id: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  endpoint_id: Type.Optional(
    Type.String({
      description:
        "Events that were owed to this endpoint; an app's has also those of requests that the app made for other accounts",
    }),
  ),
  state: Type.Optional(DeliveryState),
  text: Type.Optional(
    Type.String({
      maxLength: limits.searchLength,
      description:
        "Words, all to be found, in letters of any size and as parts of longer words: each in the event's type or in what its request says (title, subject, names and e-mail addresses of signers, people in copy, metadata values, file names, messages of its events)",
    }),
  ),
  limit: Limit,
  cursor: Type.Optional(Type.String({ description: "next_cursor of the page before, newest first" })),
  after: Type.Optional(
    Type.String({
      description:
        "Oldest first instead: start, or next_after of the page before. With signature_request_id, a sequence number.",
    }),
  ),
});

const Page = Type.Object({
  events: Type.Array(EventSummary),
  next_cursor: Type.Optional(
    Nullable(
      Type.String({
        description:
          "Newest first only; null on the last page. A page that is not full has one as well where its filters fit so few of very many events that the search was cut short: it goes on from there",
      }),
    ),
  ),
  next_after: Type.Optional(
    Type.String({ description: "Oldest first only; keep it, on an empty page too: new events stand after it" }),
  ),
});

export const eventList = operation({
  id: "eventList",
  on: "GET /events",
  says: "Lists events, newest first; with after oldest first, so that whoever goes on from next_after skips nothing, even what commits late.",
  input: Listing,
  output: Page,
  faults: ["unauthorized", "bad_request"],
  isPoll: ({ after }) => after !== undefined,

  async handle(call, input) {
    const { after, cursor } = input;
    if (after !== undefined && cursor !== undefined)
      throw badRequest("Give after (oldest first) or cursor (newest first), not both.", "cursor");
    if (after === undefined) return listNewest(call, input);
    return input.signature_request_id === undefined
      ? listFrom(call, { ...input, after })
      : listSequence(call, { ...input, after, requestId: input.signature_request_id });
  },
});

export const eventGet = operation({
  id: "eventGet",
  on: "GET /events/{event_id}",
  says: "Answers one event with its payload, its deliveries and every attempt, each explained in words.",
  input: Type.Object({ event_id: Type.String() }),
  output: Type.Object({ event: WholeEventShape }),
  faults: ["unauthorized", "not_found"],

  async handle({ house, account }, { event_id: eventId }) {
    return { event: renderWhole(await findEvent(house.store, { accountId: account.account_id, eventId })) };
  },
});

export const eventResend = operation({
  id: "eventResend",
  on: "POST /events/{event_id}/resend",
  says: "Sends an event again, with the same id and payload in new deliveries: to every endpoint that it was owed to, or to one. What a paused endpoint gets is held.",
  input: Type.Object({ event_id: Type.String(), endpoint_id: Type.Optional(Type.String()) }),
  output: Type.Object({ deliveries: Type.Array(Delivery) }),
  faults: ["unauthorized", "bad_request", "not_found", "conflict", "deleted"],

  async handle({ house, account, actor }, { event_id: eventId, endpoint_id: endpointId }) {
    const made = await house.transact(
      (work) =>
        resendEvent(work, {
          accountId: account.account_id,
          eventId,
          ...(endpointId === undefined ? {} : { endpointId }),
        }),
      actor,
    );
    const ids = new Set(made.map(({ delivery_id }) => delivery_id));
    const asked = { accountId: account.account_id, eventIds: [eventId] };
    const deliveries = (await findDeliveries(house.store.read, asked)).get(eventId) ?? [];
    return { deliveries: deliveries.filter(({ deliveryId }) => ids.has(deliveryId)).map(renderDelivery) };
  },
});

type Listed = Static<typeof Listing>;

function readFilter({
  type,
  signature_request_id,
  client_id,
  endpoint_id,
  state,
  text,
  ...times
}: Listed): EventFilter {
  return {
    ...readSpan(times),
    ...(type === undefined ? {} : { type }),
    ...(signature_request_id === undefined ? {} : { requestId: signature_request_id }),
    ...(client_id === undefined ? {} : { clientId: client_id }),
    ...(endpoint_id === undefined ? {} : { endpointId: endpoint_id }),
    ...(state === undefined ? {} : { state }),
    ...(text === undefined ? {} : { words: readSearch(text) }),
  };
}

async function listNewest({ house, account }: Call, input: Listed): Promise<Static<typeof Page>> {
  const { limit = limits.pageSizeDefault, cursor } = input;
  const { events, before } = await findEvents(house.store, {
    accountId: account.account_id,
    filter: readFilter(input),
    page: { limit, ...(cursor === undefined ? {} : { before: readCursor(cursor) }) },
  });
  return { events: events.map(renderSummary), next_cursor: writeCursor(before) };
}

async function listFrom(
  { house, account }: Call,
  input: Listed & { readonly after: string },
): Promise<Static<typeof Page>> {
  const { events, after } = await catchUp(house.store, {
    accountId: account.account_id,
    filter: readFilter(input),
    after: readPlace(input.after),
    limit: input.limit ?? limits.pageSizeDefault,
  });
  return { events: events.map(renderSummary), next_after: writePlace(after) };
}

async function listSequence(
  { house, account }: Call,
  input: Listed & { readonly after: string; readonly requestId: string },
): Promise<Static<typeof Page>> {
  const after = readSequence(input.after);
  const limit = input.limit ?? limits.pageSizeDefault;
  const events = await findRequestEvents(house.store, {
    accountId: account.account_id,
    requestId: input.requestId,
    filter: readFilter(input),
    after,
    limit,
  });
  return { events: events.map(renderSummary), next_after: String(events.at(-1)?.event.seq ?? after) };
}

function readSequence(after: string): number {
  if (after === "start") return 0;
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw badRequest("after not valid: with signature_request_id it must be a sequence number, 0 or more.", "after");
}
