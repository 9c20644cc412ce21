import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import { type FaxLine, listLines } from "../../fax/lines.ts";
import { type Html, html } from "../html.ts";
import { sendPage } from "./frame.ts";
import type { Visit } from "./visit.ts";
import { time } from "./words.ts";

/** The lines that the account owns or has access to, newest first, with who has access. */
export async function showFaxLines(visit: Visit): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const { lines, count } = await listLines(visit.house.store.read, {
    accountIds: [accountId],
    of: null,
    page: 1,
    pageSize: limits.faxLinesShown,
  });
  const more = count - lines.length;
  return sendPage(visit, {
    title: "Fax lines",
    place: "faxes",
    body: html`<div><p class="crumb"><a href="/app/faxes">Faxes</a></p><div class="head"><h1>Fax lines</h1><p class="soft small">Newest first. All times are UTC.</p></div></div>
<section class="card flush" aria-label="Fax lines">${lines.length === 0 ? renderEmpty(visit) : renderTable(lines, accountId)}${more > 0 && html`<p class="hint">And ${more} older ones, which the API lists.</p>`}</section>`,
  });
}

function renderTable(lines: readonly FaxLine[], accountId: string): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Number</th><th scope="col">Bought</th><th scope="col">Owner</th><th scope="col">Access</th></tr></thead>
<tbody>${lines.map((line) => renderRow(line, accountId))}</tbody></table>`;
}

function renderRow({ row, users }: FaxLine, accountId: string): Html {
  const place = [row.city, row.country].filter((part) => part !== null).join(", ");
  const access = users.map(({ email }) => html`<span class="block">${email}</span>`);
  return html`<tr><td><strong>${row.number}</strong><span class="under">${place}</span></td>
<td><span class="narrow">Bought </span>${time(row.created_at)}</td>
<td><span class="narrow">Owner </span>${row.account_id === accountId ? "You" : "Another account"}</td>
<td><span class="narrow">Access </span>${users.length === 0 ? html`<span class="soft">nobody</span>` : access}</td></tr>
`;
}

function renderEmpty({ house }: Visit): Html {
  const first = `curl -u "$COUNTERSIGN_API_KEY:" ${house.publicUrl}/v3/fax_line/create \\
  -d country=US -d area_code=209`;
  return html`<div class="empty"><h2>No fax lines yet</h2>
<p>A line is a number to send from, and on which faxes come in. Buy one from a terminal:</p>
<pre tabindex="0" aria-label="A first fax line"><code>${first}</code></pre></div>`;
}
