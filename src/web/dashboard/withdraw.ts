import type { FastifyReply } from "fastify";
import { cancelRequest, refuseCancel } from "../../requests/cancel.ts";
import { findOwnRequest } from "../../requests/find.ts";
import { html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";
import { count } from "./words.ts";

/** Asks once more before a request is withdrawn. */
export async function askWithdraw(visit: Visit): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const asked = { accountId: account.account_id, requestId: idOf(visit) };
  const { request, signatures } = await findOwnRequest(house.store.read, asked);
  refuseCancel(request);
  const id = request.request_id;
  const signed = signatures.filter(({ state }) => state === "signed").length;
  return sendPage(visit, {
    title: "Withdraw a request",
    place: "requests",
    body: html`<div><p class="crumb"><a href="/app/requests/${id}">${request.title}</a></p><h1>Withdraw this request?</h1></div>
<section class="card"><p>Nobody can sign it any more: its links end, and who was asked by letter is told by letter. This cannot be undone.</p>
${signed > 0 && html`<p>${count(signed, ["person has", "people have"])} signed already. Their signatures lead to no sealed document.</p>`}
<p>Your callback URL is told by <code>signature_request_canceled</code>.</p>
<form method="post" action="/app/requests/${id}/withdraw" class="acts">${keyField(formKey)}<button class="danger">Withdraw the request</button> <a href="/app/requests/${id}">Leave it open</a></form></section>`,
  });
}

/** Withdraws a request, as the API does. */
export async function withdrawIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const requestId = idOf(visit);
  await house.transact((work) => cancelRequest(work, { accountId: account.account_id, requestId }), actorOf(visit));
  return reply.redirect(`/app/requests/${requestId}?done=withdrawn`, 303);
}
