import type { FastifyReply } from "fastify";
import { findApp, listApps } from "../../accounts/apps.ts";
import { countDeliveries } from "../../accounts/endpoint-state.ts";
import { findEndpoint, findEndpoints, shownUrl } from "../../accounts/endpoints.ts";
import { webhookSecretsOf } from "../../accounts/webhook-secret.ts";
import { limits } from "../../base/limits.ts";
import { findEvent } from "../../callbacks/log.ts";
import type { EndpointRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { endpointBadges, renderEndpoint } from "./endpoint.ts";
import type { EndpointView } from "./endpoint-view.ts";
import { renderTest } from "./exchange.ts";
import { sendPage } from "./frame.ts";
import { readQuery, type Visit } from "./visit.ts";

/** What a refused form shows: what was typed, and what is wrong with it. */
export type Refused = { readonly typed: string; readonly fault: string; readonly status: number };

/** Whose settings are shown, and the form that was refused, if one was. */
export type AppSettings = { readonly clientId: string; readonly refused: Refused | null };

/** The settings: the account's callback URL and all that belongs to it, and the apps with theirs. */
export async function showSettings(visit: Visit, refused: Refused | null = null): Promise<FastifyReply> {
  const view = await viewEndpoint(visit, { clientId: null, refused });
  return sendPage(visit, {
    title: "Settings",
    place: "settings",
    setting: "callbacks",
    status: refused?.status ?? 200,
    body: html`<div class="head"><h1>Settings</h1><p class="soft small">All times are UTC.</p></div>
${renderEndpoint(view)}
${await renderApps(visit)}`,
  });
}

/** An app's callback URL and all that belongs to it. */
export async function showAppSettings(visit: Visit, { clientId, refused }: AppSettings): Promise<FastifyReply> {
  const app = await findApp(visit.house.store.read, { accountId: visit.account.account_id, clientId });
  const view = await viewEndpoint(visit, { clientId, refused });
  return sendPage(visit, {
    title: `${app.name} · Settings`,
    place: "settings",
    setting: "callbacks",
    status: refused?.status ?? 200,
    body: html`<div><p class="crumb"><a href="/app/settings">Settings</a></p><div class="head"><h1>${app.name}</h1><p class="soft small">All times are UTC.</p></div>
<p class="soft">client_id <span class="id">${app.client_id}</span></p></div>
${renderEndpoint(view)}`,
  });
}

type Viewing = { readonly clientId: string | null; readonly refused: Refused | null };

async function viewEndpoint(visit: Visit, { clientId, refused }: Viewing): Promise<EndpointView> {
  const { house, account, formKey } = visit;
  const { read } = house.store;
  const endpoint = await findEndpoint(read, { accountId: account.account_id, clientId });
  const query = readQuery(visit.request);
  const secrets =
    endpoint === null || !query.has("reveal")
      ? []
      : webhookSecretsOf(endpoint, { secret: house.secret, at: house.clock() });
  return {
    clientId,
    endpoint,
    counts: endpoint === null ? null : await countDeliveries(read, endpoint),
    secrets,
    at: house.clock(),
    formKey,
    done: refused === null ? (query.get("done") ?? null) : null,
    typed: refused?.typed ?? shownUrl(endpoint) ?? "",
    fault: refused?.fault ?? null,
    test: refused === null ? await viewTest(visit, query.get("test")) : null,
  };
}

async function viewTest(visit: Visit, eventId: string | undefined): Promise<Html | null> {
  if (eventId === undefined) return null;
  return renderTest(visit, await findEvent(visit.house.store, { accountId: visit.account.account_id, eventId }));
}

async function renderApps({ house, account }: Visit): Promise<Html> {
  const { read } = house.store;
  const { account_id: accountId } = account;
  const { rows, count } = await listApps(read, { accountId, page: 1, pageSize: limits.pageSizeMost });
  const endpoints = new Map((await findEndpoints(read, accountId)).map((row) => [row.client_id, row]));
  const list = rows.map((app) => renderApp(app, endpoints.get(app.client_id) ?? null));
  const more =
    count > rows.length ? html`<p class="pager soft small">The newest ${rows.length} of ${count} apps.</p>` : null;
  return html`<section class="card flush" aria-labelledby="apps"><header><h2 id="apps">Apps</h2><p class="hint">An app’s own URL hears of the app’s requests, beside the account’s.</p></header>
${rows.length === 0 ? html`<p class="empty soft">There is no app yet. Make one with POST /v3/api_app to embed signing into your own pages.</p>` : html`<table class="rows"><thead><tr><th scope="col">App</th><th scope="col">Callback URL</th><th scope="col">State</th></tr></thead><tbody>${list}</tbody></table>`}${more}</section>`;
}

function renderApp(app: { readonly client_id: string; readonly name: string }, endpoint: EndpointRow | null): Html {
  const url = shownUrl(endpoint);
  return html`<tr><td><a class="plain" href="/app/settings/apps/${app.client_id}">${app.name}</a><span class="under id">${app.client_id}</span></td>
<td>${url === null ? html`<span class="soft">not set</span>` : html`<code>${url}</code>`}</td>
<td>${endpointBadges(endpoint)}</td></tr>
`;
}
