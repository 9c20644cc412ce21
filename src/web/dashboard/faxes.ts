import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import type { Fax } from "../../fax/fax.ts";
import { type FaxPlace, findNewestFaxes } from "../../fax/find.ts";
import { type Html, html } from "../html.ts";
import { faxBadges, titleOf, wayOf } from "./fax-words.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderPager } from "./pager.ts";
import { readQuery, type Visit } from "./visit.ts";
import { count, time } from "./words.ts";

/** The faxes that the account sent and those that came in on its lines, newest first, page by page. */
export async function showFaxes(visit: Visit): Promise<FastifyReply> {
  const query = readQuery(visit.request);
  const before = readPlace(query.get("before"));
  // One more than the page has tells whether there is a next.
  const found = await findNewestFaxes(visit.house.store.read, {
    accountId: visit.account.account_id,
    before,
    most: limits.dashboardRows + 1,
  });
  const faxes = found.slice(0, limits.dashboardRows);
  const last = found.length > faxes.length ? faxes.at(-1)?.row : undefined;
  const next = last ? `${last.created_at}.${last.fax_id}` : null;
  return sendPage(visit, {
    title: "Faxes",
    place: "faxes",
    body: html`<div class="head"><div class="title"><h1>Faxes</h1><p class="soft small">Newest first. All times are UTC. ${liveBar}</p></div><a class="button" href="/app/faxes/lines">Fax lines</a></div>
<section class="card flush" aria-label="Faxes" data-live="faxes">${faxes.length === 0 ? renderEmpty(visit, before !== null) : renderTable(faxes)}
${renderPager({ path: "/app/faxes", query, isFirst: before === null, next })}</section>`,
  });
}

function readPlace(text: string | undefined): FaxPlace | null {
  const [, at = "", faxId = ""] = /^(\d{1,15})\.([0-9a-f]{40})$/.exec(text ?? "") ?? [];
  return faxId === "" ? null : { at: Number(at), faxId };
}

function renderTable(faxes: readonly Fax[]): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Time</th><th scope="col">Fax</th><th scope="col">State</th><th scope="col">Pages</th></tr></thead>
<tbody>${faxes.map(renderRow)}</tbody></table>`;
}

function renderRow(fax: Fax): Html {
  const { row } = fax;
  const pages = row.pages === null ? html`<span class="soft">none yet</span>` : count(row.pages, ["page", "pages"]);
  return html`<tr data-key="${row.fax_id}"><td>${time(row.created_at)}</td>
<td><a class="plain" href="/app/faxes/${row.fax_id}">${titleOf(fax)}</a><span class="under">${wayOf(fax)}</span></td>
<td><span class="badges">${faxBadges(fax)}</span>${row.test_mode === 1 && html` <span class="soft small">test</span>`}</td>
<td>${pages}</td></tr>
`;
}

function renderEmpty({ house }: Visit, isPastEnd: boolean): Html {
  if (isPastEnd) return html`<div class="empty"><p>There is nothing older.</p></div>`;
  const first = `curl -u "$COUNTERSIGN_API_KEY:" ${house.publicUrl}/v3/fax/send \\
  -F recipient=+12095550100 -F test_mode=1 \\
  -F cover_page_message='A first fax' -F 'files[0]=@document.pdf'`;
  return html`<div class="empty"><h2>No faxes yet</h2>
<p>Send a first one from a terminal, with the API key that was printed when the server was first started. In test mode nothing leaves the server:</p>
<pre tabindex="0" aria-label="A first fax"><code>${first}</code></pre></div>`;
}
