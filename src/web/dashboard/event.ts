import type { FastifyReply } from "fastify";
import { findPrimaryKey } from "../../accounts/keys.ts";
import { limits } from "../../base/limits.ts";
import { composeCallback } from "../../callbacks/compose.ts";
import { findEvent, type WholeEvent } from "../../callbacks/log.ts";
import { resendEvent } from "../../callbacks/resend.ts";
import { eventKinds } from "../../events/catalog.ts";
import { type Html, html } from "../html.ts";
import { type DeliveryCard, findSilent, renderDelivery, renderSilent } from "./event-deliveries.ts";
import { liveBar, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, readQuery, type Visit } from "./visit.ts";
import { tellsFailure, time } from "./words.ts";

/** One event: what it says, why something failed, who was told, and how each attempt went. */
export async function showEvent(visit: Visit): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const whole = await findEvent(visit.house.store, { accountId, eventId: idOf(visit) });
  const silent = whole.payloadRemoved ? [] : await findSilent(visit, whole);
  const { event } = whole;
  const resent = readQuery(visit.request).has("resent");
  const card = (delivery: DeliveryCard["delivery"]) => renderDelivery({ whole, delivery, formKey: visit.formKey });
  return sendPage(visit, {
    title: event.type,
    place: "events",
    body: html`<div><p class="crumb"><a href="/app/events">Events</a></p><div class="head"><h1>${event.type}</h1>
<p class="soft small">${time(event.occurred_at)} UTC, as all times here ${liveBar}</p></div></div>
${resent ? html`<p class="notice ok" role="status">It is on its way once more; the new delivery stands below.</p>` : null}
${tellsFailure(event.type) ? renderWhy(event.message) : null}
<div class="pair"><div class="cards" data-live="deliveries">${whole.deliveries.map(card)}${renderSilent({ eventId: event.event_id, silent, formKey: visit.formKey, isAlone: whole.deliveries.length === 0 })}</div>
${await renderFacts(visit, whole)}</div>
${await renderPayload(visit, whole)}`,
  });
}

/** Sends the event once more to one of the endpoints that it concerns. */
export async function resend(visit: Visit, form: Fields): Promise<FastifyReply> {
  const eventId = idOf(visit);
  const endpointId = form.get("endpoint") ?? "";
  await visit.house.transact(
    (work) => resendEvent(work, { accountId: visit.account.account_id, eventId, endpointId }),
    actorOf(visit),
  );
  return visit.reply.redirect(`/app/events/${eventId}?resent=1`, 303);
}

function renderWhy(message: string | null): Html {
  return html`<section class="notice bad"><h2>Why it failed</h2><p class="why">${message ?? "The event came without a message."}</p></section>`;
}

async function renderFacts({ house }: Visit, { event }: WholeEvent): Promise<Html> {
  const request =
    event.request_id === null
      ? undefined
      : await house.store.read
          .selectFrom("signature_requests")
          .select("title")
          .where("request_id", "=", event.request_id)
          .executeTakeFirst();
  const kind = Object.entries(eventKinds).find(([type]) => type === event.type)?.[1];
  const related = event.related_signature_id;
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this event</h2>
${kind && html`<p class="soft">${kind.says}</p>`}
<dl class="facts"><dt>Event</dt><dd class="id">${event.event_id}</dd>
${
  request &&
  html`<dt>Request</dt><dd><a href="/app/requests/${event.request_id}">${request.title}</a></dd>
<dt>Sequence</dt><dd>${event.seq} of its request</dd>`
}
${event.client_id && html`<dt>App</dt><dd class="id">${event.client_id}</dd>`}
${related && html`<dt>Signature</dt><dd class="id">${related}</dd>`}
${event.message !== null && !tellsFailure(event.type) ? html`<dt>Message</dt><dd>${event.message}</dd>` : null}</dl></section>`;
}

/** As the first endpoint gets it, or the account would: endpoints differ in the members that name the app. */
async function renderPayload(
  { house, account }: Visit,
  { event, payloadRemoved, deliveries }: WholeEvent,
): Promise<Html> {
  const heading = html`<h2 id="payload">Payload</h2>`;
  if (payloadRemoved)
    return html`<section class="card" aria-labelledby="payload">${heading}<p class="soft">It was removed, for its age or with the data of its request; the event cannot be sent again.</p></section>`;
  const { json } = composeCallback({
    event,
    reportedForAppId: deliveries[0]?.clientId ?? null,
    apiKey: await findPrimaryKey(house.store.read, { accountId: account.account_id, secret: house.secret }),
    deliveryId: deliveries[0]?.deliveryId ?? "",
    attempt: 1,
    credentials: null,
    webhookSecrets: [],
    sentAt: event.occurred_at,
  });
  const text = JSON.stringify(JSON.parse(json), null, 2);
  const isCut = text.length > limits.shownPayloadLength;
  return html`<section class="card" aria-labelledby="payload"><header>${heading}<p class="hint">the form field <code>json</code> of the callback, laid out for reading</p></header>
<pre tabindex="0" aria-labelledby="payload"><code>${isCut ? text.slice(0, limits.shownPayloadLength) : text}</code></pre>
${isCut ? html`<p class="hint">This is its beginning: the whole has ${text.length.toLocaleString("en-US")} characters.</p>` : null}</section>`;
}
