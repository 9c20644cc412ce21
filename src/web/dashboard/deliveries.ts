import type { ShownDelivery } from "../../callbacks/log-deliveries.ts";
import { type Html, html } from "../html.ts";
import { badge, deliveryState } from "./words.ts";

/** Whose URL a delivery goes to, in words: "Account", or the app's name. */
export function endpointName({ clientId, appName }: Pick<ShownDelivery, "clientId" | "appName">): string {
  return clientId === null ? "Account" : `App “${appName ?? clientId}”`;
}

/** For each URL that an event is owed to, how its newest delivery stands. */
export function deliveryBadges(deliveries: readonly ShownDelivery[]): Html {
  if (deliveries.length === 0) return html`<span class="soft small">no callback URL was set</span>`;
  const newest = newestOf(deliveries).map((delivery) => {
    const { tone, words } = deliveryState(delivery.state);
    return badge({ tone, words: `${endpointName(delivery)}: ${words.toLowerCase()}` });
  });
  return html`<span class="badges">${newest}</span>`;
}

/** The newest delivery of each endpoint, in the order of the endpoints. */
export function newestOf<D extends ShownDelivery>(deliveries: readonly D[]): readonly D[] {
  const newest = new Map<string, D>();
  for (const delivery of deliveries) {
    const known = newest.get(delivery.endpointId);
    if (known === undefined || known.replayNo < delivery.replayNo) newest.set(delivery.endpointId, delivery);
  }
  return [...newest.values()];
}
