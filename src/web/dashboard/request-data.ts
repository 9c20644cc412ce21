import type { FastifyReply } from "fastify";
import { notFound } from "../../base/faults.ts";
import { destroyOwnRequest, endedStates, notEnded } from "../../requests/destroy.ts";
import { findRequest, type RequestRecord } from "../../requests/find.ts";
import { type Html, html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";
import { count, time } from "./words.ts";

/** The PDF of a request. */
export function downloadDocument(visit: Visit): Promise<FastifyReply> {
  return visit.house.sendDocument(visit.reply, askedBy(visit));
}

/** Everything that is kept about a request, as a zip. */
export function downloadExport(visit: Visit): Promise<FastifyReply> {
  return visit.house.sendExport(visit.reply, askedBy(visit));
}

function askedBy(visit: Visit) {
  return { accountId: visit.account.account_id, actor: actorOf(visit), requestId: idOf(visit) };
}

/** Asks once more before the data of a request is destroyed. */
export async function askDestroy(visit: Visit): Promise<FastifyReply> {
  const { request } = await findOwn(visit);
  if (request.state === "destroyed") throw notFound();
  if (!endedStates.includes(request.state)) throw notEnded();
  const id = request.request_id;
  return sendPage(visit, {
    title: "Destroy the data of a request",
    place: "requests",
    body: html`<div><p class="crumb"><a href="/app/requests/${id}">${request.title}</a></p><h1>Destroy the data of this request?</h1></div>
<section class="card"><p>The documents, also the sealed one, the names and addresses of its signers, what they filled in, the audit trail and all letters are destroyed. Nobody can bring them back.</p>
<p>What stays: that there was a request with this identity, its times, and the hashes of its sealed file and audit trail, so that a copy that somebody else keeps can still be recognised. Your callback URL is told by <code>signature_request_destroyed</code>.</p>
<p>If you want to keep a copy, <a href="/app/requests/${id}/export">download everything</a> first.</p>
<form method="post" action="/app/requests/${id}/destroy">${keyField(visit.formKey)}<button class="danger">Destroy the data</button> <a href="/app/requests/${id}">Keep it</a></form></section>`,
  });
}

/** Destroys the data of a request. */
export async function destroyIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const requestId = idOf(visit);
  await house.transact((work) => destroyOwnRequest(work, { accountId: account.account_id, requestId }), actorOf(visit));
  return reply.redirect(`/app/requests/${requestId}`, 303);
}

/** What one may do with the data of a request. */
export function renderData({ request }: RequestRecord): Html {
  const id = request.request_id;
  const destroy =
    endedStates.includes(request.state) && html` · <a href="/app/requests/${id}/destroy">Destroy its data</a>`;
  return html`<p><a href="/app/requests/${id}/export">Download everything</a>${destroy}</p>`;
}

/** What is left of a request whose data was destroyed. */
export function renderTombstone({ request }: RequestRecord): Html {
  const {
    destroyed_at: at,
    destroyed_sealed: sealed,
    destroyed_trail_head: head,
    destroyed_trail_count: entries,
  } = request;
  return html`<section class="card" aria-labelledby="left"><h2 id="left">What is left</h2>
<p>The data of this request was destroyed ${at !== null && html`on ${time(at)}`}. A copy of its sealed file that somebody keeps is still recognised at <a href="/verify">/verify</a>.</p>
<dl class="facts"><dt>Request</dt><dd class="id">${request.request_id}</dd><dt>Created</dt><dd>${time(request.created_at)}</dd>
${request.completed_at !== null && html`<dt>Completed</dt><dd>${time(request.completed_at)}</dd>`}
${sealed !== null && html`<dt>Sealed file (SHA-256)</dt><dd class="id">${sealed}</dd>`}
${head !== null && html`<dt>Audit trail</dt><dd>${count(entries ?? 0, ["entry", "entries"])}, the last with the hash <span class="id">${head}</span></dd>`}</dl></section>`;
}

async function findOwn({ house, account, request }: Visit): Promise<RequestRecord> {
  const record = await findRequest(house.store.read, idOf({ request }));
  if (!record || record.request.account_id !== account.account_id) throw notFound();
  return record;
}
