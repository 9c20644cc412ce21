import type { EventFilter } from "../../src/callbacks/log-filter.ts";
import {
  began,
  type Chance,
  endpoints,
  mine,
  oneOf,
  people,
  stepMs,
  type Told,
  titles,
  types,
} from "./finding-world.ts";

/** What a filter must find among the events of `me`, or among those that an app's endpoint of `me` was to hear: the newest first. */
export function modelOf(told: readonly Told[], filter: EventFilter): readonly string[] {
  const {
    since = 0,
    until = Number.POSITIVE_INFINITY,
    type,
    requestId,
    clientId,
    endpointId,
    state,
    words = [],
  } = filter;
  const hasDelivery = (one: Told) =>
    one.deliveries.some(
      (delivery) =>
        mine.includes(delivery.endpointId) &&
        (endpointId === undefined || delivery.endpointId === endpointId) &&
        (state === undefined || delivery.state === state),
    );
  return told
    .filter(
      (one) =>
        (one.accountId === "me" || endpointId === "toApp" || endpointId === "toPaused") &&
        one.at >= since &&
        one.at < until &&
        (type === undefined || one.type === type) &&
        (requestId === undefined || one.requestId === requestId) &&
        (clientId === undefined || one.clientId === clientId) &&
        ((endpointId === undefined && state === undefined) || hasDelivery(one)) &&
        words.every((word) => one.type.includes(word) || one.words.includes(word)),
    )
    .map(({ eventId }) => eventId)
    .toSorted()
    .toReversed();
}

/** A filter by chance. `search` is the text whose words it has. */
export function anyFilter(
  chance: Chance,
  told: readonly Told[],
): { readonly filter: EventFilter; readonly search: string } {
  const maybe = <One>(share: number, make: () => One) => (chance() < share ? make() : undefined);
  const span = told.length * stepMs;
  const since = maybe(0.25, () => began + Math.floor(chance() * span));
  const given = {
    since,
    until: maybe(0.25, () => (since ?? began) + 1 + Math.floor(chance() * span)),
    type: maybe(0.3, () => oneOf(chance, [...types, "callback_test"])),
    requestId: maybe(0.08, () => `request ${Math.floor((chance() * told.length) / 6)}`),
    clientId: maybe(0.3, () => oneOf(chance, ["app", "paused", "elsewhere", "nobody"])),
    endpointId: maybe(0.3, () => oneOf(chance, [...endpoints, "nobody"])),
    state: maybe(0.4, () =>
      oneOf(chance, ["pending", "retrying", "held", "delivered", "exhausted", "skipped"] as const),
    ),
  };
  const search = maybe(0.5, () => anyText(chance)) ?? "";
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as EventFilter;
  return { filter, search };
}

function anyText(chance: Chance): string {
  const texts = [
    ...titles,
    ...people,
    ...types,
    "person1",
    "@example.com",
    "nothing of it",
    "a",
    "е",
    "100%",
    "_",
    "\\",
    "viewed ann",
  ];
  const text = oneOf(chance, texts);
  const from = Math.floor(chance() * text.length);
  const part = chance() < 0.5 ? text : text.slice(from, from + 1 + Math.floor(chance() * 6));
  return chance() < 0.3 ? part.toUpperCase() : part;
}
