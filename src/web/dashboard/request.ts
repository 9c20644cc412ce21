import type { FastifyReply } from "fastify";
import { notFound } from "../../base/faults.ts";
import { findRequestEvents } from "../../callbacks/log.ts";
import { findTrail } from "../../evidence/trail.ts";
import { findRequest, type RequestRecord } from "../../requests/find.ts";
import { type Html, html } from "../html.ts";
import { renderRequestCalls } from "./call.ts";
import { liveBar, sendPage } from "./frame.ts";
import { renderTombstone } from "./request-data.ts";
import { renderFacts } from "./request-facts.ts";
import { type RemindRefusal, renderSigners } from "./request-signers.ts";
import { renderTimeline } from "./timeline.ts";
import { idOf, readQuery, type Visit } from "./visit.ts";
import { stateBadge } from "./words.ts";

/** One request: how it stands, why it failed, who signs, and what happened beside what was called back. */
export async function showRequest(visit: Visit, refused: RemindRefusal | null = null): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const record = await findRequest(house.store.read, idOf(visit));
  if (record?.request.account_id !== account.account_id || record.request.removed_at !== null) throw notFound();
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
    status: refused?.status ?? 200,
    body: html`<div><p class="crumb"><a href="/app/requests">Requests</a></p><div class="head"><div class="title" data-live="title"><h1 dir="auto">${request.title}</h1>${stateBadge("request", request.state)}${request.test_mode === 1 ? html`<span class="soft small">test mode</span>` : null}</div>
<p class="soft small">All times are UTC. ${liveBar}</p></div></div>
${refused === null ? renderDone(readQuery(visit.request).get("done")) : null}<div class="cards" data-live="request">${renderNext(record)}${renderWhy(record)}
<div class="pair">${renderSigners({ record, trail, refused, formKey, at: house.clock() })}${await renderFacts(visit, record)}</div>
${renderTimeline({ events, trail })}
${await renderRequestCalls(visit, requestId)}</div>`,
  });
}

const deeds: Readonly<Record<string, string>> = {
  sent: "Sent.",
  twice: "This form came twice. It was sent once, and this is its request.",
  reminded: "Reminded: a letter with a new link is on its way.",
  withdrawn: "Withdrawn: nobody can sign this any more.",
};

function renderDone(done: string | undefined): Html | null {
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}

/** What happens next while a request is processed. */
function renderNext({ request }: RequestRecord): Html | null {
  if (request.state !== "processing") return null;
  const then =
    request.is_embedded === 1
      ? "their sign URLs can be fetched"
      : "a letter with a link goes to everybody whose turn it is";
  return html`<section class="notice wait" aria-label="What happens next"><p>The documents are being read. As soon as they are ready, ${then}, and <code>signature_request_sent</code> is called back. If a file cannot be used, this page says why. <a href="/app/requests/${request.request_id}">Look again</a></p></section>`;
}

function renderWhy({ request }: RequestRecord): Html | null {
  if (request.state !== "error") return null;
  return html`<section class="notice bad"><h2>Why it failed</h2><p class="why">${request.error_message ?? "No reason was written down."}</p></section>`;
}
