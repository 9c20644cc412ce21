import type { FastifyReply } from "fastify";
import { type Connection, listConnections, revokeConnection } from "../../accounts/oauth-connections.ts";
import { type Html, html } from "../html.ts";
import { namesOfApps } from "./app-names.ts";
import { keyField, sendPage } from "./frame.ts";
import { wordsOfScope } from "./scope-words.ts";
import { actorOf, idOf, readQuery, type Visit } from "./visit.ts";
import { count, time } from "./words.ts";

/** The apps that the account has let in. */
export async function showConnected(visit: Visit): Promise<FastifyReply> {
  const { house, account, request } = visit;
  const apps = await listConnections(house.store.read, { accountId: account.account_id, at: house.clock() });
  const names = new Map(namesOfApps(apps.map(({ clientId, appName }) => ({ client_id: clientId, name: appName }))));
  const rows = apps.map((app) => renderRow(visit, { ...app, appName: names.get(app.clientId) ?? app.appName }));
  return sendPage(visit, {
    title: "Connected apps · Settings",
    place: "settings",
    setting: "connected",
    body: html`<div class="head"><h1>Connected apps</h1><p class="soft small">${apps.length > 0 && html`${count(apps.length, ["app", "apps"])}, the newest first. `}All times are UTC.</p></div>
${readQuery(request).get("done") === "revoked" && html`<p class="notice ok" role="status">Revoked: the app’s tokens open nothing any more.</p>`}
<section class="card flush" aria-label="Connected apps">${
      apps.length === 0
        ? html`<p class="empty soft">No app acts for this account. One that wants to asks you first, on a page of this server.</p>`
        : html`<table class="rows"><thead><tr><th scope="col">App</th><th scope="col">It may</th><th scope="col">Since</th><th scope="col">Last used</th><td></td></tr></thead><tbody>${rows}</tbody></table>`
    }</section>
<p class="soft small">Signing out and changing the password leave these apps as they are. Revoking one ends it at once.</p>`,
  });
}

/** Ends what the account has let an app do. */
export async function revokeIt(visit: Visit): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const one = { accountId: account.account_id, clientId: idOf(visit) };
  await house.transact((work) => revokeConnection(work, one), actorOf(visit));
  return reply.redirect("/app/settings/connected?done=revoked", 303);
}

function renderRow({ formKey }: Visit, app: Connection): Html {
  const { clientId, appName, ownerEmail, scopes, since, lastUsedAt } = app;
  const used = lastUsedAt === null ? html`<span class="soft">Never</span>` : time(lastUsedAt);
  return html`<tr><td>${appName}<span class="under">of ${ownerEmail}</span></td>
<td><ul class="may">${scopes.map((scope) => html`<li>${wordsOfScope(scope)}</li>`)}</ul></td>
<td><span class="narrow soft">Since </span>${time(since)}</td><td><span class="narrow soft">Last used </span>${used}</td>
<td class="end"><form method="post" action="/app/settings/connected/${clientId}/revoke">${keyField(formKey)}<button class="tiny" aria-label="Revoke ${appName}">Revoke</button></form></td></tr>
`;
}
