import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import { type BulkSend, listBulkSends } from "../../requests/bulk-list.ts";
import { type Html, html } from "../html.ts";
import { liveBar, sendPage } from "./frame.ts";
import { nextPage, pageIn, renderPager } from "./pager.ts";
import { readQuery, type Visit } from "./visit.ts";
import { badge, time } from "./words.ts";

/** The account's bulk sends, newest first, each with how far it is. */
export async function showBulkSends(visit: Visit): Promise<FastifyReply> {
  const query = readQuery(visit.request);
  const page = pageIn(query);
  const { jobs, count } = await listBulkSends(visit.house.store.read, {
    accountIds: [visit.account.account_id],
    page,
    pageSize: limits.dashboardRows,
  });
  const pager = { path: "/app/bulk", query, place: "page", isFirst: page === 1, next: nextPage({ page, count }) };
  return sendPage(visit, {
    title: "Bulk sends",
    place: "requests",
    body: html`<div><p class="crumb"><a href="/app/requests">Requests</a></p><div class="head"><div class="title"><h1>Bulk sends</h1><p class="soft small">Newest first. All times are UTC. ${liveBar}</p></div></div></div>
<section class="card flush" aria-label="Bulk sends" data-live="bulk-sends">${jobs.length === 0 ? renderEmpty(page) : renderTable(jobs)}${renderPager(pager)}</section>`,
  });
}

function renderTable(jobs: readonly BulkSend[]): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Created</th><th scope="col">Bulk send</th><th scope="col">State</th><th scope="col">Requests</th></tr></thead>
<tbody>${jobs.map(renderRow)}</tbody></table>`;
}

function renderRow(job: BulkSend): Html {
  const { bulk_send_job_id: id, title, test_mode: test, created_at: createdAt } = job;
  return html`<tr data-key="${id}"><td>${time(createdAt)}</td>
<td><a class="plain" href="/app/bulk/${id}">${title}</a><span class="under id">${id}</span></td>
<td>${bulkBadge(job)}${test === 1 && html` <span class="soft small">test</span>`}</td>
<td>${renderProgress(job)}</td></tr>
`;
}

/** Whether all of its requests are made. */
export function bulkBadge({ ended_at: endedAt }: BulkSend): Html {
  return endedAt === null ? badge({ tone: "wait", words: "Being sent" }) : badge({ tone: "ok", words: "Sent" });
}

/** How many of its requests are made, as a bar and in words. */
export function renderProgress({ made, total, ended_at: endedAt }: BulkSend): Html {
  const words = `${made.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;
  const bar =
    endedAt === null && html`<progress value="${made}" max="${total}" aria-label="Requests made">${words}</progress> `;
  return html`${bar}${words}`;
}

function renderEmpty(page: number): Html {
  if (page > 1) return html`<div class="empty"><p>There is nothing older.</p></div>`;
  return html`<div class="empty"><h2>No bulk sends yet</h2><p>One call of the API sends a template to many people, each with a request of their own: <code>signature_request/bulk_send_with_template</code> takes a list of signers, or a CSV file of them.</p></div>`;
}
