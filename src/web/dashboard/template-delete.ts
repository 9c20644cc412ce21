import type { FastifyReply } from "fastify";
import { deleteTemplate } from "../../templates/delete.ts";
import { findOwnTemplate, findTemplateAccounts } from "../../templates/find.ts";
import { html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";
import { count } from "./words.ts";

/** Asks once more before a template is deleted. */
export async function askDeleteTemplate(visit: Visit): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const asked = { accountId: account.account_id, templateId: idOf(visit) };
  const { row } = await findOwnTemplate(house.store.read, asked);
  const others = (await findTemplateAccounts(house.store.read, row)).length - 1;
  const path = `/app/templates/${row.template_id}`;
  return sendPage(visit, {
    title: "Delete a template",
    place: "templates",
    body: html`<div><p class="crumb"><a href="${path}">${row.title || "Without a title"}</a></p><h1>Delete this template?</h1></div>
<section class="card"><p>Nothing more can be made of it, and this cannot be undone. Requests that were made of it live on.</p>
${others > 0 && html`<p>${count(others, ["other account has", "other accounts have"])} it too, and will have it no more.</p>`}
<form method="post" action="${path}/delete" class="acts">${keyField(formKey)}<button class="danger">Delete the template</button> <a href="${path}">Keep it</a></form></section>`,
  });
}

/** Deletes a template, as the API does. */
export async function deleteTemplateIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const asked = { accountId: account.account_id, templateId: idOf(visit) };
  await house.transact((work) => deleteTemplate(work, asked), actorOf(visit));
  return reply.redirect("/app/templates?done=deleted", 303);
}
