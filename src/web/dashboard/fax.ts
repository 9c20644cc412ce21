import type { FastifyReply } from "fastify";
import { findEventsOf, type LoggedEvent } from "../../callbacks/log.ts";
import { coverOf, type Fax } from "../../fax/fax.ts";
import { findUsableFax } from "../../fax/find.ts";
import { type Html, html } from "../html.ts";
import { deliveryBadges } from "./deliveries.ts";
import { faxBadges, titleOf, transmissionBadge } from "./fax-words.ts";
import { liveBar, sendPage } from "./frame.ts";
import { idOf, type Visit } from "./visit.ts";
import { count, size, time } from "./words.ts";

/** One fax: how it stands, its transmissions, its document, and what was called back. */
export async function showFax(visit: Visit): Promise<FastifyReply> {
  const { house, account } = visit;
  const [accountId, faxId] = [account.account_id, idOf(visit)];
  const fax = await findUsableFax(house.store.read, { accountId, faxId });
  const events = await findEventsOf(house.store, { accountId, column: "fax_id", id: faxId });
  return sendPage(visit, {
    title: titleOf(fax),
    place: "faxes",
    body: html`<div><p class="crumb"><a href="/app/faxes">Faxes</a></p><div class="head"><div class="title" data-live="title"><h1>${titleOf(fax)}</h1>${faxBadges(fax)}${fax.row.test_mode === 1 && html`<span class="soft small">test mode</span>`}</div>
<p class="soft small">All times are UTC. ${liveBar}</p></div></div>
<div class="cards" data-live="fax">${renderWhy(fax)}
<div class="pair">${renderTransmissions(fax)}${renderFacts(fax, account.account_id)}</div>
${renderEvents(events)}</div>`,
  });
}

/** Sends the document of a fax as a PDF. */
export function downloadFax(visit: Visit): Promise<FastifyReply> {
  return visit.house.sendFax(visit.reply, { accountId: visit.account.account_id, faxId: idOf(visit) });
}

function renderWhy({ row }: Fax): Html | null {
  if (row.state !== "failed") return null;
  return html`<section class="notice bad"><h2>Why it failed</h2><p class="why">${row.error_message ?? "No reason was written down."}</p></section>`;
}

function renderTransmissions({ transmissions }: Fax): Html {
  const rows = transmissions.map(
    (
      one,
    ) => html`<tr><td>${one.recipient}${one.message !== null && html`<span class="under">${one.message}</span>`}</td>
<td>${transmissionBadge(one)}</td>
<td><span class="narrow">Handed over </span>${one.sent_at === null ? html`<span class="soft">not yet</span>` : time(one.sent_at)}</td></tr>
`,
  );
  return html`<section class="card flush" aria-labelledby="transmissions"><header><h2 id="transmissions">Transmissions</h2></header>
<table class="rows"><thead><tr><th scope="col">Recipient</th><th scope="col">State</th><th scope="col">Handed over</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function renderFacts({ row, files }: Fax, accountId: string): Html {
  const cover = coverOf(row);
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this fax</h2>
<dl class="facts"><dt>Fax</dt><dd class="id">${row.fax_id}</dd>
<dt>${row.direction === "received" ? "Received" : "Created"}</dt><dd>${time(row.created_at)}</dd>
<dt>From</dt><dd>${row.sender ?? (row.direction === "received" ? "an unknown number" : "the provider’s own number")}</dd>
${cover?.to && html`<dt>Cover page to</dt><dd>${cover.to}</dd>`}
${cover?.from && html`<dt>Cover page from</dt><dd>${cover.from}</dd>`}
${cover?.message && html`<dt>Message</dt><dd class="lines" dir="auto">${cover.message}</dd>`}
${row.pages !== null && html`<dt>Pages</dt><dd>${count(row.pages, ["page", "pages"])}${cover !== null && ", with the cover page"}</dd>`}
${files.length > 0 && html`<dt>Files</dt><dd class="files">${files.map(({ name, bytes }) => html`<div>${name}${bytes > 0 && html`<span class="under">${size(bytes)}</span>`}</div>`)}</dd>`}</dl>
${row.document_blob !== null && html`<p><a href="/app/faxes/${row.fax_id}/document">Download the PDF</a></p>`}
${row.account_id === accountId && html`<p><a href="/app/faxes/${row.fax_id}/delete">Delete the fax</a></p>`}</section>`;
}

function renderEvents(events: readonly LoggedEvent[]): Html {
  const rows = events.map(
    ({ event, deliveries }) => html`<tr data-key="${event.event_id}"><td>${time(event.occurred_at)}</td>
<td><a class="plain" href="/app/events/${event.event_id}">${event.type}</a>${event.message !== null && html`<span class="under">${event.message}</span>`}</td>
<td>${deliveryBadges(deliveries)}</td></tr>
`,
  );
  const body =
    events.length === 0
      ? html`<div class="empty"><p>Nothing was called back yet.</p></div>`
      : html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Event</th><th scope="col">Callbacks</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section class="card flush" aria-labelledby="events"><header><h2 id="events">Events</h2><p class="hint">oldest first</p></header>${body}</section>`;
}
