import type { FastifyReply } from "fastify";
import { findKeptCall } from "../../accounts/calls.ts";
import { findEvent, type WholeEvent } from "../../callbacks/log.ts";
import { resendEvent } from "../../callbacks/resend.ts";
import { eventKinds } from "../../events/catalog.ts";
import { breakable, type Html, html } from "../html.ts";
import { callLink } from "./calls.ts";
import { type DeliveryCard, findResting, findSilent, renderDelivery, renderSilent } from "./event-deliveries.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderPayload } from "./payload.ts";
import { actorOf, type Fields, idOf, readQuery, type Visit } from "./visit.ts";
import { tellsFailure, time } from "./words.ts";

/** One event: what it says, why something failed, who was told, and how each attempt went. */
export async function showEvent(visit: Visit): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const whole = await findEvent(visit.house.store, { accountId, eventId: idOf(visit) });
  const silent = whole.payloadRemoved ? [] : await findSilent(visit, whole);
  const { event } = whole;
  const resent = readQuery(visit.request).has("resent");
  const resting = await findResting(visit);
  const card = (delivery: DeliveryCard["delivery"]) =>
    renderDelivery({
      whole,
      delivery,
      formKey: visit.formKey,
      restsUntil: resting.get(delivery.endpointId) ?? null,
      at: visit.house.clock(),
    });
  return sendPage(visit, {
    title: event.type,
    place: "events",
    body: html`<div><p class="crumb"><a href="/app/events">Events</a></p><div class="head"><h1>${breakable(event.type)}</h1>
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

async function renderFacts(visit: Visit, { event }: WholeEvent): Promise<Html> {
  const kind = Object.entries(eventKinds).find(([type]) => type === event.type)?.[1];
  const related = event.related_signature_id;
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this event</h2>
${kind && html`<p class="soft">${kind.says}</p>`}
<dl class="facts"><dt>Event</dt><dd class="id">${event.event_id}</dd>
${
  event.request_id &&
  html`<dt>Request</dt><dd>${await renderRequest(visit, event)}</dd>
${event.as_signer === 1 ? html`<dt>Told as</dt><dd>A signer: somebody else's account has sent this request to your address.</dd>` : null}
<dt>Sequence</dt><dd>${event.seq} of its request</dd>`
}
${event.account_id === visit.account.account_id ? null : html`<dt>Whose</dt><dd>Another account's: the app made it there.</dd>`}
${event.fax_id && html`<dt>Fax</dt><dd><a class="id" href="/app/faxes/${event.fax_id}">${event.fax_id}</a></dd>`}
${event.client_id && html`<dt>App</dt><dd class="id">${event.client_id}</dd>`}
${related && html`<dt>Signature</dt><dd class="id">${related}</dd>`}
${await renderCall(visit, event)}
${event.message !== null && !tellsFailure(event.type) ? html`<dt>Message</dt><dd>${event.message}</dd>` : null}</dl></section>`;
}

/** Its own request an account may look at; of another's it knows what it was told. */
async function renderRequest({ house, account }: Visit, event: WholeEvent["event"]): Promise<Html> {
  const own = await house.store.read
    .selectFrom("signature_requests")
    .select("title")
    .where("request_id", "=", event.request_id)
    .where("account_id", "=", account.account_id)
    .executeTakeFirst();
  if (own === undefined) return html`${toldTitle(event) ?? event.request_id}`;
  return html`<a href="/app/requests/${event.request_id}">${own.title || event.request_id}</a>`;
}

/** The call that asked for it, while it is kept; another account's call is not shown. */
async function renderCall({ house, account }: Visit, { call_id: id }: WholeEvent["event"]): Promise<Html | null> {
  if (id === null) return null;
  const call = await findKeptCall(house.store, { accountId: account.account_id, callId: id });
  return call && html`<dt>API call</dt><dd>${callLink(call)}</dd>`;
}

/** The title of a request as an event has told it; null where that was removed, or is none. */
export function toldTitle({ object_json: object }: Pick<WholeEvent["event"], "object_json">): string | null {
  const told: unknown = object === null ? null : JSON.parse(object);
  const isTitled = typeof told === "object" && told !== null && "title" in told && typeof told.title === "string";
  return isTitled && told.title !== "" ? String(told.title) : null;
}
