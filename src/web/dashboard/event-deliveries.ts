import { shownUrl } from "../../accounts/endpoints.ts";
import type { WholeEvent } from "../../callbacks/log.ts";
import { concerns } from "../../callbacks/resend.ts";
import type { AttemptRow } from "../../storage/promise-tables.ts";
import { type Html, html } from "../html.ts";
import { renderAnswer, renderOutcome } from "./attempt.ts";
import { endpointName, newestOf } from "./deliveries.ts";
import { keyField } from "./frame.ts";
import type { Visit } from "./visit.ts";
import { badge, count, deliveryState, span, time } from "./words.ts";

/** A delivery of an event, to be shown with its attempts. */
export type DeliveryCard = {
  readonly whole: WholeEvent;
  readonly delivery: WholeEvent["deliveries"][number];
  readonly formKey: string;
  /** Until when an endpoint that cannot be reached is not tried; null: it is reached. */
  readonly restsUntil: number | null;
  readonly at: number;
};

/** The endpoints of the account that cannot be reached, each with the time before which it is not tried. */
export async function findResting({ house, account }: Visit): Promise<ReadonlyMap<string, number>> {
  const rows = await house.store.read
    .selectFrom("endpoints")
    .select(["endpoint_id", "breaker_until"])
    .where("account_id", "=", account.account_id)
    .where("breaker_until", "is not", null)
    .execute();
  return new Map(rows.map(({ endpoint_id: id, breaker_until: until }) => [id, until ?? 0]));
}

/** Shows a delivery: where it goes, how it stands, and every attempt, the newest first. */
export function renderDelivery(card: DeliveryCard): Html {
  const { whole, delivery, formKey } = card;
  const isNewest = newestOf(whole.deliveries).includes(delivery);
  const again = delivery.replayNo === 0 ? null : ` · sent again (${delivery.replayNo})`;
  const attempts = delivery.attempts.toReversed();
  return html`<section class="card" data-key="${delivery.deliveryId}" aria-label="${endpointName(delivery)}${again}"><header><div class="title"><h2>${endpointName(delivery)}${again}</h2>${badge(deliveryState(delivery.state))}</div>
${isNewest && !whole.payloadRemoved ? renderResend({ eventId: delivery.eventId, endpointId: delivery.endpointId, words: "Resend", formKey }) : null}</header>
<p><code>${delivery.url ?? "no URL is set now"}</code></p>
${renderNext(card)}
${attempts.length === 0 ? null : html`<ol class="attempts" reversed>${attempts.map(renderAttempt)}</ol>`}
${delivery.tries > attempts.length ? html`<p class="hint">${count(delivery.tries, ["attempt", "attempts"])} were made; the records of older ones are not kept.</p>` : null}</section>`;
}

/** An endpoint that could hear of an event and was never to: its URL was set later. */
export type Silent = { readonly endpointId: string; readonly name: string; readonly url: string };

/** The endpoints that an event concerns and that have no delivery of it. */
export async function findSilent(
  { house, account }: Visit,
  { event, deliveries }: WholeEvent,
): Promise<readonly Silent[]> {
  const rows = await house.store.read
    .selectFrom("endpoints as p")
    .leftJoin("api_apps as app", "app.client_id", "p.client_id")
    .select(["p.endpoint_id", "p.account_id", "p.client_id", "p.url", "p.credentials_cipher", "app.name"])
    .where("p.account_id", "=", account.account_id)
    .where("p.url", "is not", null)
    .execute();
  return rows
    .filter((row) => concerns(event, row))
    .filter((row) => deliveries.every(({ endpointId }) => endpointId !== row.endpoint_id))
    .map((row) => ({
      endpointId: row.endpoint_id,
      name: endpointName({ clientId: row.client_id, appName: row.name }),
      url: shownUrl(row) ?? "",
    }));
}

type SilentCard = {
  readonly eventId: string;
  readonly silent: readonly Silent[];
  readonly formKey: string;
  readonly isAlone: boolean;
};

/** Shows them with a button each; when nobody at all was told, says why. */
export function renderSilent({ eventId, silent, formKey, isAlone }: SilentCard): Html | null {
  if (silent.length === 0 && !isAlone) return null;
  const rows = silent.map(
    ({ endpointId, name, url }) =>
      html`<div class="row between"><p>${name}<br><code>${url}</code></p>${renderResend({ eventId, endpointId, words: "Send", formKey })}</div>`,
  );
  const words = isAlone
    ? html`<p class="soft">No callback URL was set when this happened, so nobody was told. ${silent.length === 0 ? html`<a href="/app/settings">Set one</a>, and it can be sent from here.` : null}</p>`
    : null;
  return html`<section class="card"><h2>${isAlone ? "No callbacks" : "Not sent to"}</h2>${words}${rows}</section>`;
}

type Resending = {
  readonly eventId: string;
  readonly endpointId: string;
  readonly words: string;
  readonly formKey: string;
};

function renderResend({ eventId, endpointId, words, formKey }: Resending): Html {
  return html`<form method="post" action="/app/events/${eventId}/resend">${keyField(formKey)}<input type="hidden" name="endpoint" value="${endpointId}"><button class="tiny">${words}</button></form>`;
}

function renderNext({ delivery: { state, nextAt, tries }, restsUntil, at }: DeliveryCard): Html | null {
  if (state === "held")
    return html`<p class="hint">Held: this endpoint takes nothing now. It goes out once the URL is set and active in the <a href="/app/settings">settings</a>.</p>`;
  if (state === "exhausted")
    return html`<p class="hint">No further attempt will be made by itself. Resend it once the receiver is mended.</p>`;
  if (nextAt !== null && nextAt <= at && restsUntil !== null)
    return html`<p class="hint">Waits until the endpoint can be reached${restsUntil > at ? html`; next try not before ${time(restsUntil)}` : ": one callback at a time goes out to try"}.</p>`;
  if (nextAt !== null) return html`<p class="hint">Next attempt: ${time(nextAt)}</p>`;
  return state === "pending"
    ? html`<p class="hint">${tries === 0 ? "It is being sent now." : "It is being tried again now."}</p>`
    : null;
}

function renderAttempt(attempt: AttemptRow): Html {
  return html`<li data-key="${attempt.n}"><div class="row"><h3>Attempt ${attempt.n}</h3>${renderOutcome(attempt)}<span class="soft small">${time(attempt.started_at)} · took ${span(attempt.duration_ms)}</span></div>
${renderAnswer(attempt)}</li>`;
}
