import type { FastifyReply } from "fastify";
import { timeOfUuid } from "../../base/ids.ts";
import { limits } from "../../base/limits.ts";
import type { LoggedEvent } from "../../callbacks/log.ts";
import { findEvents } from "../../callbacks/log-newest.ts";
import { eventKinds } from "../../events/catalog.ts";
import { type Html, html } from "../html.ts";
import { deliveryBadges } from "./deliveries.ts";
import { readFilter, renderFilters } from "./event-filters.ts";
import { firstRequest } from "./first-steps.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderPager } from "./pager.ts";
import { readQuery, type Visit } from "./visit.ts";
import { tellsFailure, time } from "./words.ts";

/** The account's events, or all that an endpoint of it was to hear, newest first, filtered, page by page, each with what became of its callbacks. */
export async function showEvents(visit: Visit): Promise<FastifyReply> {
  const { house, account, request } = visit;
  const { account_id: accountId } = account;
  const query = readQuery(request);
  const asked = readFilter(query);
  const { filter, isAny, before } = asked;
  const page = { limit: limits.dashboardRows, ...(before === null ? {} : { before }) };
  const { events, before: next, isCut } = await findEvents(house.store, { accountId, filter, page });
  const titles = await findTitles(visit, events);
  const rows = events.map((one) =>
    renderRow(one, {
      title: titles.get(one.event.request_id ?? "") ?? null,
      isOwn: one.event.account_id === accountId,
    }),
  );
  return sendPage(visit, {
    title: "Events",
    place: "events",
    body: html`<div class="head"><h1>Events</h1><p class="soft small">Newest first. All times are UTC. ${liveBar}</p></div>
${await renderFilters(visit, asked)}
<section class="card flush" aria-label="Events" data-live="events">${
      events.length > 0 ? renderTable(rows) : renderEmpty(visit, { isFiltered: isAny || before !== null, isCut })
    }
${renderPager({ path: "/app/events", query, isFirst: before === null, next, ...(isCut ? farther(next) : {}) })}</section>`,
  });
}

async function findTitles({ house }: Visit, events: readonly LoggedEvent[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(events.map(({ event }) => event.request_id).filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const rows = await house.store.read
    .selectFrom("signature_requests")
    .select(["request_id", "title"])
    .where("request_id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.request_id, row.title]));
}

function renderTable(rows: readonly Html[]): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Event</th><th scope="col">Request</th><th scope="col">Callbacks</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

/** What a row says of the request: its title; whether it is the account's, or one that an app of it made for another. */
type Subject = { readonly title: string | null; readonly isOwn: boolean };

function renderRow({ event, deliveries }: LoggedEvent, subject: Subject): Html {
  const why =
    tellsFailure(event.type) && event.message !== null ? html`<span class="fault">${event.message}</span>` : null;
  return html`<tr data-key="${event.event_id}"><td>${time(event.occurred_at)}</td>
<td><a class="plain" href="/app/events/${event.event_id}">${event.type}</a>${why && html`<span class="under">${why}</span>`}</td>
<td>${renderSubject(event, subject)}</td>
<td>${deliveryBadges(deliveries)}</td></tr>
`;
}

function renderSubject({ request_id: request, fax_id: fax }: LoggedEvent["event"], { title, isOwn }: Subject): Html {
  if (!isOwn) return html`${title ?? request}<span class="under soft">of another account</span>`;
  if (request !== null) return html`<a href="/app/requests/${request}">${title ?? request}</a>`;
  if (fax !== null) return html`<a href="/app/faxes/${fax}">A fax</a>`;
  return html`<span class="soft">about no request</span>`;
}

type Emptiness = { readonly isFiltered: boolean; readonly isCut: boolean };

function renderEmpty({ house }: Visit, { isFiltered, isCut }: Emptiness): Html {
  if (isCut)
    return html`<div class="empty"><h2>No event fits so far</h2><p class="soft">There are very many, so the search stopped for now. Search further, or choose a span of time.</p></div>`;
  if (isFiltered)
    return html`<div class="empty"><h2>No event fits</h2><p class="soft">Choose fewer filters, or <a href="/app/events">show all events</a>.</p></div>`;
  const kinds = Object.keys(eventKinds).length;
  return html`<div class="empty"><h2>No events yet</h2>
<p>Each step of a request makes an event, of one of ${kinds} types, and each event is posted to your callback URL.</p>
<p><a class="button" href="/app/start">Your first callback, in three steps</a></p>
<p class="soft">Or send a first request at once:</p>
${firstRequest(house.publicUrl)}</div>`;
}

/** What the pager says of a search that was cut short. */
function farther(next: string | null) {
  const reached =
    next === null ? null : html`<span class="soft small">Searched back to ${time(timeOfUuid(next))}</span>`;
  return { words: "Search further", reached };
}
