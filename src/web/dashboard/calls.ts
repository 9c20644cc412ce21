import type { FastifyReply } from "fastify";
import { findCalls } from "../../accounts/calls.ts";
import { listKeys } from "../../accounts/keys.ts";
import { limits } from "../../base/limits.ts";
import type { ApiCallRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { readCallFilter, renderCallFilters } from "./call-filters.ts";
import { sendPage } from "./frame.ts";
import { renderPager } from "./pager.ts";
import { readQuery, type Visit } from "./visit.ts";
import { badge, span, time } from "./words.ts";

/** The account's calls of the API, newest first, filtered, page by page. */
export async function showCalls(visit: Visit): Promise<FastifyReply> {
  const { house, account, request } = visit;
  const { account_id: accountId } = account;
  const query = readQuery(request);
  const { filter, isAny, before } = readCallFilter(query);
  const page = { limit: limits.dashboardRows, ...(before === null ? {} : { before }) };
  const { calls, before: next } = await findCalls(house.store, { accountId, filter, page });
  const keys = await listKeys(house.store.read, accountId);
  return sendPage(visit, {
    title: "API calls",
    place: "calls",
    body: html`<div class="head"><h1>API calls</h1><p class="soft small">Newest first, a second after they ended. All times are UTC.</p></div>
${renderCallFilters(filter, keys)}
<section class="card flush" aria-label="API calls">${
      calls.length > 0
        ? renderTable(calls.map(renderRow))
        : renderEmpty(visit, { isAny: isAny || before !== null, next })
    }
${renderPager({ path: "/app/calls", query, isFirst: before === null, next })}</section>`,
  });
}

/** How a call was answered, as a badge. */
export function callBadge({ status }: Pick<ApiCallRow, "status">): Html {
  const tone = status === 499 ? "wait" : status < 400 ? "ok" : "bad";
  return badge({ tone, words: status === 499 ? "499 hung up" : String(status) });
}

/** A call's method and path, which lead to its page. */
export function callLink({ call_id: id, method, path }: ApiCallRow): Html {
  return html`<a class="plain" href="/app/calls/${id}"><span class="verb">${method}</span> <code>${path}</code></a>`;
}

function renderTable(rows: readonly Html[]): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Call</th><th scope="col">Status</th><th scope="col">Took</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function renderRow(call: ApiCallRow): Html {
  const words = [call.error_name, call.error_message].filter((part) => part !== null).join(": ");
  return html`<tr><td>${time(call.called_at)}</td>
<td>${callLink(call)}${words !== "" && html`<span class="under fault">${words}</span>`}</td>
<td>${callBadge(call)}</td>
<td><span class="nowrap">${span(call.duration_ms)}</span></td></tr>
`;
}

type Emptiness = { readonly isAny: boolean; readonly next: string | null };

function renderEmpty({ house }: Visit, { isAny, next }: Emptiness): Html {
  if (next !== null)
    return html`<div class="empty"><h2>No call fits so far</h2><p class="soft">None of the ${limits.callsLooked.toLocaleString("en-US")} calls looked through fits. Go on with “Older”, or narrow the time.</p></div>`;
  if (isAny)
    return html`<div class="empty"><h2>No call fits</h2><p class="soft">Choose fewer filters, or <a href="/app/calls">show all calls</a>.</p></div>`;
  return html`<div class="empty"><h2>No calls yet</h2>
<p>Each call of the API with one of your keys is listed here, with its status and, when it was refused, the reason. Bodies, query strings and headers are not kept. Try one:</p>
<pre tabindex="0" aria-label="Command"><code>curl ${house.publicUrl}/v3/account -u "$COUNTERSIGN_API_KEY:"</code></pre>
<p class="hint">The keys are under <a href="/app/settings/keys">API keys</a>. Reload a second later.</p></div>`;
}
