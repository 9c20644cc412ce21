import type { FastifyReply } from "fastify";
import { deleteFax } from "../../fax/delete.ts";
import { findUsableFax } from "../../fax/find.ts";
import { html } from "../html.ts";
import { titleOf } from "./fax-words.ts";
import { keyField, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Asks once more before a fax is deleted. */
export async function askDeleteFax(visit: Visit): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const fax = await findUsableFax(house.store.read, { accountId: account.account_id, faxId: idOf(visit) });
  const { fax_id: id } = fax.row;
  return sendPage(visit, {
    title: "Delete a fax",
    place: "faxes",
    body: html`<div><p class="crumb"><a href="/app/faxes/${id}">${titleOf(fax)}</a></p><h1>Delete this fax?</h1></div>
<section class="card"><p>Its document, files, numbers and names go, and what its events hold of them. What is on its way already may still arrive. This cannot be undone.</p>
<form method="post" action="/app/faxes/${id}/delete" class="acts">${keyField(formKey)}<button class="danger">Delete the fax</button> <a href="/app/faxes/${id}">Keep it</a></form></section>`,
  });
}

/** Deletes a fax, as the API does. */
export async function deleteFaxIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const asked = { accountId: account.account_id, faxId: idOf(visit) };
  await house.transact((work) => deleteFax(work, asked), actorOf(visit));
  return reply.redirect("/app/faxes", 303);
}
