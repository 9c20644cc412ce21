import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import { type BulkSend, countStates, findBulkSend, listBulkRequests } from "../../requests/bulk-list.ts";
import type { RequestRecord } from "../../requests/find.ts";
import { type Html, html } from "../html.ts";
import { bulkBadge, renderProgress } from "./bulk-sends.ts";
import { liveBar, sendPage } from "./frame.ts";
import { nextPage, pageIn, renderPager } from "./pager.ts";
import { idOf, readQuery, type Visit } from "./visit.ts";
import { requestStates, stateBadge, time } from "./words.ts";

/** One bulk send: how far it is, how its requests stand, and the requests in the order of its rows. */
export async function showBulkSend(visit: Visit): Promise<FastifyReply> {
  const { house, account, request } = visit;
  const { read } = house.store;
  const jobId = idOf(visit);
  const job = await findBulkSend(read, { accountIds: [account.account_id], jobId });
  const query = readQuery(request);
  const page = pageIn(query);
  const states = await countStates(read, jobId);
  const { records, count } = await listBulkRequests(read, { jobId, page, pageSize: limits.dashboardRows });
  const next = nextPage({ page, count });
  return sendPage(visit, {
    title: `${job.title} · Bulk sends`,
    place: "requests",
    body: html`<div><p class="crumb"><a href="/app/bulk">Bulk sends</a></p><div class="head"><div class="title" data-live="title"><h1>${job.title}</h1>${bulkBadge(job)}${job.test_mode === 1 && html`<span class="soft small">test mode</span>`}</div>
<p class="soft small">All times are UTC. ${liveBar}</p></div></div>
<section class="card" aria-labelledby="about" data-live="about"><h2 id="about">About this bulk send</h2>${renderFacts(job, states)}</section>
<section class="card flush" aria-label="Requests" data-live="requests">${records.length === 0 ? html`<p class="empty soft">${page > 1 ? "There is no such page." : "The first requests are being made."}</p>` : renderTable(records)}
${renderPager({ path: `/app/bulk/${jobId}`, query, place: "page", words: "More", isFirst: page === 1, next })}</section>`,
  });
}

function renderFacts(job: BulkSend, states: ReadonlyMap<string, number>): Html {
  const counted = requestStates.flatMap(([state]) => {
    const number = states.get(state) ?? 0;
    return number === 0
      ? []
      : [html`<span class="nowrap">${stateBadge("request", state)} ${number.toLocaleString("en-US")}</span>`];
  });
  return html`<dl class="facts"><dt>Bulk send</dt><dd class="id">${job.bulk_send_job_id}</dd>
<dt>Created</dt><dd>${time(job.created_at)}</dd>
${job.ended_at !== null && html`<dt>Last request made</dt><dd>${time(job.ended_at)}</dd>`}
<dt>Signers are asked</dt><dd>${job.is_embedded === 1 ? "inside a site" : "by e-mail"}</dd>
<dt>Requests</dt><dd>${renderProgress(job)}</dd>
${counted.length > 0 && html`<dt>How they stand</dt><dd class="tags">${counted}</dd>`}</dl>`;
}

function renderTable(records: readonly RequestRecord[]): Html {
  return html`<table class="rows"><thead><tr><th scope="col">Row</th><th scope="col">Signer</th><th scope="col">State</th><th scope="col">Request</th></tr></thead>
<tbody>${records.map(renderRow)}</tbody></table>`;
}

function renderRow({ request, signatures }: RequestRecord): Html {
  const { request_id: id, bulk_send_row: row, state, error_message: error } = request;
  const [signer] = signatures;
  return html`<tr data-key="${id}"><td>${(row ?? 0) + 1}</td>
<td><a class="plain" href="/app/requests/${id}">${signer?.name ?? "No signer"}</a><span class="under">${error ?? signer?.email}</span></td>
<td>${stateBadge("request", state)}</td><td><span class="id">${id}</span></td></tr>
`;
}
