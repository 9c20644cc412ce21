import type { FastifyReply } from "fastify";
import { createApp, deleteApp, findApp, updateApp } from "../../accounts/apps.ts";
import { Fault } from "../../base/faults.ts";
import { html } from "../html.ts";
import { showApp } from "./app.ts";
import { appFieldOf, type RefusedApp, readApp, type TypedApp, typedApp } from "./app-form.ts";
import { showApps } from "./apps.ts";
import { keyField, sendPage } from "./frame.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Makes an app, as the API does, or shows the form again with what is wrong. */
export async function makeApp(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const typed = typedApp(form);
  const made = await refusing(async () => {
    const { url: callbackUrl, ...members } = readApp(typed);
    const app = { ...members, callbackUrl, accountId: account.account_id };
    return house.transact((work) => createApp(work, app), actorOf(visit));
  });
  if (made instanceof Fault) return showApps(visit, refusedOf(made, typed));
  return reply.redirect(`/app/settings/apps/${made.client_id}?done=made`, 303);
}

/** Changes name, domains and options of an app; its callback URL has a form of its own. */
export async function changeApp(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const of = { accountId: account.account_id, clientId: idOf(visit) };
  await findApp(house.store.read, of);
  const typed = { ...typedApp(form), url: "" };
  const changed = await refusing(async () => {
    const { url: _, ...members } = readApp(typed);
    return house.transact((work) => updateApp(work, { ...members, ...of }), actorOf(visit));
  });
  if (changed instanceof Fault) return showApp(visit, { clientId: of.clientId, refusedApp: refusedOf(changed, typed) });
  return reply.redirect(`/app/settings/apps/${of.clientId}?done=changed`, 303);
}

/** Asks once more before an app is deleted. */
export async function askDelete(visit: Visit): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const app = await findApp(house.store.read, { accountId: account.account_id, clientId: idOf(visit) });
  const path = `/app/settings/apps/${app.client_id}`;
  return sendPage(visit, {
    title: "Delete an app",
    place: "settings",
    setting: "apps",
    body: html`<div><p class="crumb"><a href="${path}">${app.name}</a></p><h1>Delete this app?</h1></div>
<section class="card"><p>Its client_id is refused from then on: no request can be made with it, and this cannot be undone.</p>
<p>Requests that were made with it live on. People can still sign them, in its colours and on its domains, and their events are still called back to the account’s URL and to the app’s own.</p>
<form method="post" action="${path}/delete" class="acts">${keyField(formKey)}<button class="danger">Delete the app</button> <a href="${path}">Keep it</a></form></section>`,
  });
}

/** Deletes an app. */
export async function deleteIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const of = { accountId: account.account_id, clientId: idOf(visit) };
  await house.transact((work) => deleteApp(work, of), actorOf(visit));
  return reply.redirect("/app/settings/apps?done=deleted", 303);
}

function refusedOf(fault: Fault, typed: TypedApp): RefusedApp {
  return { typed, fault: { field: appFieldOf(fault), words: wordsOf(fault) }, status: fault.status };
}
