import type { FastifyReply } from "fastify";
import { nameOfApp } from "../../accounts/apps.ts";
import { findCall, findCalls, hungUp, isChange } from "../../accounts/calls.ts";
import { keyIdOf, listKeys } from "../../accounts/keys.ts";
import { limits } from "../../base/limits.ts";
import { type CallEvents, findCallEvents } from "../../callbacks/call-events.ts";
import type { LoggedEvent } from "../../callbacks/log.ts";
import type { ApiCallRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { findOutcome, type Outcome } from "./call-outcome.ts";
import { callBadge, callLink } from "./calls.ts";
import { deliveryBadges } from "./deliveries.ts";
import { wordsOfFault } from "./fault-words.ts";
import { sendPage } from "./frame.ts";
import { idOf, type Visit } from "./visit.ts";
import { count, span, tellsFailure, time } from "./words.ts";

/** One call of the API: how it went, why it was refused, and the events that it led to, with their callbacks. */
export async function showCall(visit: Visit): Promise<FastifyReply> {
  const { house, account } = visit;
  const call = await findCall(house.store, { accountId: account.account_id, callId: idOf(visit) });
  const found = await findCallEvents(house.store, call);
  const outcome = found.kind === "nothing" ? await findOutcome(house.store.read, call) : null;
  return sendPage(visit, {
    title: `${call.method} ${call.path}`,
    place: "calls",
    body: html`<div><p class="crumb"><a href="/app/calls">API calls</a></p><div class="head"><div class="title"><h1 class="call">${call.method} <code>${call.path}</code></h1>${callBadge(call)}</div>
<p class="soft small">${time(call.called_at)} UTC, as all times here</p></div></div>
${renderFault(call)}
<div class="pair">${renderEvents(call, { found, outcome })}${await renderFacts(visit, call)}</div>`,
  });
}

/** The newest calls about a request, for its page. */
export async function renderRequestCalls({ house, account }: Visit, requestId: string): Promise<Html> {
  const { calls, before } = await findCalls(house.store, {
    accountId: account.account_id,
    filter: { requestId },
    page: { limit: limits.requestCallsShown },
  });
  const rows = calls.map(
    (call) => html`<tr><td>${time(call.called_at)}</td><td>${callLink(call)}</td><td>${callBadge(call)}</td></tr>
`,
  );
  return html`<section class="card flush" aria-labelledby="calls"><header><h2 id="calls">API calls</h2><p class="hint">newest first${before !== null && html` · <a href="/app/calls?request=${requestId}">all of this request</a>`}</p></header>
${rows.length === 0 ? html`<p class="empty soft">No call about this request is kept.</p>` : html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Call</th><th scope="col">Status</th></tr></thead><tbody>${rows}</tbody></table>`}</section>`;
}

function renderFault({ status, error_name: name, error_message: message, error_path: path }: ApiCallRow): Html | null {
  if (status === hungUp)
    return html`<section class="notice wait"><h2>The caller hung up</h2><p>It did not wait for the whole answer. What it asked for may have been done all the same.</p></section>`;
  if (name === null) return null;
  return html`<section class="notice bad"><h2>${name}</h2>
${message === null ? html`<p>What was answered is not kept any more.</p>` : html`<p class="why">${message}</p>`}
${path !== null && html`<p>Parameter: <code>${path}</code></p>`}<p>${wordsOfFault(name)} <a href="/docs/errors#${name}">About this error</a></p></section>`;
}

type Led = { readonly found: CallEvents; readonly outcome: Outcome | null };

function renderEvents(call: ApiCallRow, { found, outcome }: Led): Html {
  const rows = [...found.events, ...(outcome?.events ?? [])].map(renderEvent);
  return html`<section class="card flush" aria-labelledby="led"><header><h2 id="led">Events that it led to</h2>${rows.length > 1 && html`<p class="hint">oldest first</p>`}</header>
${rows.length === 0 ? null : html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Event</th><th scope="col">Callbacks</th></tr></thead><tbody>${rows}</tbody></table>`}
<p class="${rows.length === 0 ? "empty" : "pager"} soft small">${outcome ? renderOutcome(outcome) : renderReach(call, found)}</p></section>`;
}

/** Says which events these are, and why there are none. */
function renderReach(call: ApiCallRow, found: CallEvents): Html {
  const all =
    call.request_id !== null && html` <a href="/app/events?request=${call.request_id}">All events of the request</a>`;
  if (found.kind === "test") return html`<span>The test of the callback URL that this call asked for.</span>`;
  if (found.kind === "request") {
    const until =
      found.next === null
        ? html`No later call has changed it.`
        : html`They end where <a href="/app/calls/${found.next}">the next call that changed it</a> begins.`;
    const some = found.more && html` These are the first ${limits.callEventsShown}.`;
    return html`<span>${found.events.length === 0 ? (found.next === null ? "None so far. " : "None. ") : null}Here stands what happened to the request after this call, also what its signers and the server did. ${until}${some}${all}</span>`;
  }
  if (!isChange(call))
    return html`<span>None: ${call.status >= 400 ? "it was refused, so it changed nothing." : "it only read."}${all}</span>`;
  return html`<span>None: it changed no request, and made no fax, template or bulk send.</span>`;
}

/** Where what came of a call is told whole. */
function renderOutcome({ kind, id, title, events }: Outcome): Html {
  const [at, more] = outcomeWords[kind];
  return html`<span>It made the ${kind} <a href="${at}/${id}">${title}</a>. ${events.length === 0 && kind !== "bulk send" ? "No events so far. " : null}${more}</span>`;
}

const outcomeWords: Readonly<Record<Outcome["kind"], readonly [at: string, more: string]>> = {
  fax: ["/app/faxes", "Here stands all that happened to it."],
  template: ["/app/templates", "Here stands all that happened to it."],
  "bulk send": ["/app/bulk", "Each of its requests has events of its own, on its own page."],
};

function renderEvent({ event, deliveries }: LoggedEvent): Html {
  const why = tellsFailure(event.type) ? event.message : null;
  return html`<tr><td>${time(event.occurred_at)}</td>
<td><a class="plain" href="/app/events/${event.event_id}">${event.type}</a>${why !== null && html`<span class="under fault">${why}</span>`}</td>
<td>${deliveryBadges(deliveries)}</td></tr>
`;
}

async function renderFacts({ house, account }: Visit, call: ApiCallRow): Promise<Html> {
  const keys = await listKeys(house.store.read, account.account_id);
  const key = keys.find((one) => keyIdOf(one) === call.key_id);
  const { request_id: requestId, operation, user_agent: agent } = call;
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this call</h2>
<dl class="facts"><dt>Call</dt><dd class="id">${call.call_id}</dd>
<dt>Operation</dt><dd>${operation === null ? html`<span class="soft">none at this address</span>` : html`<a href="/docs/operations/${operation}"><code>${operation}</code></a>`}</dd>
<dt>Took</dt><dd>${span(call.duration_ms)}</dd>
${call.client_id === null ? html`<dt>API key</dt><dd><a href="/app/calls?api_key=${call.key_id}">${key === undefined ? "a revoked key" : key.name}</a> <span class="id">${call.key_id}</span></dd>` : html`<dt>App</dt><dd>${await nameOfApp(house.store.read, call.client_id)} <span class="id">${call.client_id}</span>, with an <a href="/app/calls?api_key=${call.key_id}">access token</a></dd>`}
${requestId !== null && html`<dt>Request</dt><dd class="id"><a href="/app/requests/${requestId}">${requestId}</a></dd>`}
<dt>From</dt><dd>${call.ip}</dd>
${agent !== null && html`<dt>Program</dt><dd>${agent}</dd>`}
${call.bytes_in !== null && html`<dt>Body sent</dt><dd>${count(call.bytes_in, ["byte", "bytes"])}</dd>`}
${call.bytes_out !== null && html`<dt>Answer</dt><dd>${count(call.bytes_out, ["byte", "bytes"])}</dd>`}</dl>
<p class="hint">Bodies, query strings and headers are not kept.</p></section>`;
}
