import type { FastifyReply } from "fastify";
import { listApps } from "../../accounts/apps.ts";
import { findEndpoints, shownUrl } from "../../accounts/endpoints.ts";
import { limits } from "../../base/limits.ts";
import type { ApiAppRow, EndpointRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { newApp, type RefusedApp, renderAppFields } from "./app-form.ts";
import { endpointBadges } from "./endpoint.ts";
import { field, refusalNotice } from "./form-field.ts";
import { keyField, sendPage } from "./frame.ts";
import { readQuery, type Visit } from "./visit.ts";
import { count } from "./words.ts";

/** The account's apps, newest first, and a form for a new one. */
export async function showApps(visit: Visit, refused: RefusedApp | null = null): Promise<FastifyReply> {
  const { read } = visit.house.store;
  const accountId = visit.account.account_id;
  const { rows, count: all } = await listApps(read, { accountId, page: 1, pageSize: limits.pageSizeMost });
  const endpoints = new Map((await findEndpoints(read, accountId)).map((row) => [row.client_id, row]));
  const list = rows.map((app) => renderRow(app, endpoints.get(app.client_id) ?? null));
  const more =
    all > rows.length ? html`<p class="pager soft small">The newest ${rows.length} of ${all} apps.</p>` : null;
  return sendPage(visit, {
    title: "Apps · Settings",
    place: "settings",
    setting: "apps",
    status: refused?.status ?? 200,
    body: html`<div class="head"><h1>Apps</h1>${rows.length > 0 && html`<p class="soft small">${count(all, ["app", "apps"])}, newest first</p>`}</div>
${refused !== null && refusalNotice(refused.fault, "No app was made.")}${readQuery(visit.request).get("done") === "deleted" && html`<p class="notice ok" role="status">The app is deleted.</p>`}
<section class="card flush" aria-label="Apps">${rows.length === 0 ? html`<p class="empty soft">There is no app yet. An app lets people sign inside your own site, and gives the signing page your colours.</p>` : html`<table class="rows"><thead><tr><th scope="col">App</th><th scope="col">client_id</th><th scope="col">Domains</th><th scope="col">Callback URL</th></tr></thead><tbody>${list}</tbody></table>`}${more}</section>
${renderNew(visit, refused)}`,
  });
}

function renderRow(app: ApiAppRow, endpoint: EndpointRow | null): Html {
  const { client_id: id, name } = app;
  const domains = JSON.parse(app.domains_json) as readonly string[];
  const url = shownUrl(endpoint);
  return html`<tr><td><a class="plain" href="/app/settings/apps/${id}">${name}</a></td>
<td><span class="tags"><span class="id" id="client-${id}">${id}</span><button type="button" class="tiny" hidden data-copy="client-${id}" aria-label="Copy the client_id of ${name}">Copy</button></span></td>
<td>${domains.map((domain) => html`<span class="block">${domain}</span>`)}</td>
<td>${endpointBadges(endpoint)}${url !== null && html`<span class="under"><code>${url}</code></span>`}</td></tr>
`;
}

function renderNew({ formKey }: Visit, refused: RefusedApp | null): Html {
  const typed = refused?.typed ?? newApp;
  const fault = refused?.fault ?? null;
  const url = field({ fault, name: "url", hint: "url-hint" });
  return html`<section class="card" aria-labelledby="new-app"><h2 id="new-app">New app</h2>
<form method="post" action="/app/settings/apps" class="form">${keyField(formKey)}${renderAppFields(typed, fault)}
<div class="stack"><label for="url">Callback URL <span class="soft">(optional)</span></label><input id="url" name="url" value="${typed.url}" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://example.com/callbacks"${url.marks}>${url.words}<p class="hint" id="url-hint">Hears of the app’s requests, beside the account’s own. It gets a test as soon as the app is made.</p></div>
<div class="row"><button class="main">Make the app</button></div></form></section>`;
}
