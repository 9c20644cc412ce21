import type { FastifyReply } from "fastify";
import { notFound } from "../../base/faults.ts";
import { findRequestEvents } from "../../callbacks/log.ts";
import { findTrail } from "../../evidence/trail.ts";
import { findRequest, type RequestRecord } from "../../requests/find.ts";
import type { SignatureRow } from "../../storage/tables.ts";
import { type Html, html } from "../html.ts";
import { renderRequestCalls } from "./call.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderData, renderTombstone } from "./request-data.ts";
import { renderSeal } from "./seal.ts";
import { renderTimeline } from "./timeline.ts";
import { idOf, type Visit } from "./visit.ts";
import { count, stateBadge, time } from "./words.ts";

/** One request: how it stands, why it failed, who signs, and what happened beside what was called back. */
export async function showRequest(visit: Visit): Promise<FastifyReply> {
  const { house, account } = visit;
  const record = await findRequest(house.store.read, idOf(visit));
  if (!record || record.request.account_id !== account.account_id) throw notFound();
  const { request } = record;
  const { account_id: accountId, request_id: requestId } = request;
  const events = await findRequestEvents(house.store, { accountId, requestId });
  if (request.state === "destroyed")
    return sendPage(visit, {
      title: "A destroyed request",
      place: "requests",
      body: html`<div><p class="crumb"><a href="/app/requests">Requests</a></p><div class="head"><div class="title"><h1>A destroyed request</h1>${stateBadge("request", request.state)}</div>
<p class="soft small">All times are UTC.</p></div></div>${renderTombstone(record)}${renderTimeline({ events, trail: [] })}${await renderRequestCalls(visit, requestId)}`,
    });
  const trail = await findTrail(house.store.read, requestId);
  return sendPage(visit, {
    title: request.title,
    place: "requests",
    body: html`<div><p class="crumb"><a href="/app/requests">Requests</a></p><div class="head"><div class="title" data-live="title"><h1>${request.title}</h1>${stateBadge("request", request.state)}${request.test_mode === 1 ? html`<span class="soft small">test mode</span>` : null}</div>
<p class="soft small">All times are UTC. ${liveBar}</p></div></div>
<div class="cards" data-live="request">${renderWhy(record)}
<div class="pair">${renderSigners(record)}${await renderFacts(visit, record)}</div>
${renderTimeline({ events, trail })}
${await renderRequestCalls(visit, requestId)}</div>`,
  });
}

function renderWhy({ request }: RequestRecord): Html | null {
  if (request.state !== "error") return null;
  return html`<section class="notice bad"><h2>Why it failed</h2><p class="why">${request.error_message ?? "No reason was written down."}</p></section>`;
}

function renderSigners({ request, signatures }: RequestRecord): Html {
  const rows = signatures.map(
    (one) => html`<tr><td><strong>${one.name}</strong><span class="under">${one.email}</span></td>
<td>${stateBadge("signature", one.state)}${renderReason(one, request.error_message)}</td>
<td>${lastStep(one)}</td></tr>
`,
  );
  return html`<section class="card flush" aria-labelledby="signers"><header><h2 id="signers">Signers</h2><p class="hint">${count(signatures.length, ["person", "people"])}</p></header>
<table class="rows"><thead><tr><th scope="col">Who</th><th scope="col">State</th><th scope="col">Last step</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

/** What the whole request failed for stands above already. */
function renderReason({ decline_reason: reason, error }: SignatureRow, known: string | null): Html | null {
  const words = reason ?? error;
  return words === null || words === known ? null : html`<span class="under">${words}</span>`;
}

function lastStep({ signed_at: signed, viewed_at: viewed, reminded_at: reminded }: SignatureRow): Html {
  if (signed !== null) return html`signed ${time(signed)}`;
  if (viewed !== null) return html`viewed ${time(viewed)}`;
  return reminded === null ? html`<span class="soft">not opened yet</span>` : html`reminded ${time(reminded)}`;
}

async function renderFacts(visit: Visit, record: RequestRecord): Promise<Html> {
  const { house } = visit;
  const { request, files } = record;
  const app =
    request.client_id === null
      ? undefined
      : await house.store.read
          .selectFrom("api_apps")
          .select("name")
          .where("client_id", "=", request.client_id)
          .executeTakeFirst();
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this request</h2>
<dl class="facts"><dt>Request</dt><dd class="id">${request.request_id}</dd>
<dt>Created</dt><dd>${time(request.created_at)}</dd>
${request.completed_at !== null && html`<dt>Completed</dt><dd>${time(request.completed_at)}</dd>`}
${request.expires_at !== null && html`<dt>Expires</dt><dd>${time(request.expires_at)}</dd>`}
<dt>Sent by</dt><dd>${app === undefined ? "E-mail" : request.is_embedded === 1 ? `Embedded in ${app.name}` : app.name}</dd>
${request.subject && html`<dt>Subject</dt><dd>${request.subject}</dd>`}
${await renderSeal(visit, record)}<dt>Files</dt><dd>${files.map(({ name }) => html`<span class="block">${name}</span>`)}${renderFileLink(record)}</dd></dl>
<p><a href="/app/events?request=${request.request_id}">All events of this request</a></p>${renderData(record)}</section>`;
}

function renderFileLink({ request: { state, request_id: id, document_blob: document } }: RequestRecord): Html | null {
  if (document === null || ["sealing", "error", "canceled"].includes(state)) return null;
  return html`<a href="/app/requests/${id}/document">${state === "complete" ? "Download the sealed PDF" : "Download the PDF as it stands"}</a>`;
}
