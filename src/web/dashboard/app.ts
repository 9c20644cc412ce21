import type { FastifyReply } from "fastify";
import { findApp } from "../../accounts/apps.ts";
import type { ApiAppRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { type RefusedApp, renderAppFields, typedOfApp } from "./app-form.ts";
import { type RefusedOauth, renderOauth } from "./app-oauth.ts";
import { wornColours } from "./brand-colours.ts";
import { renderLogo } from "./brand-logo.ts";
import { renderPreview } from "./brand-preview.ts";
import { renderEndpoint } from "./endpoint.ts";
import { refusalNotice } from "./form-field.ts";
import { keyField, sendPage } from "./frame.ts";
import { type Refused, viewEndpoint } from "./settings.ts";
import { readQuery, type Visit } from "./visit.ts";
import { count } from "./words.ts";

/** Which app is shown, and which of its forms was refused, if one was: that of its callback URL, or that of its members. */
export type AppView = {
  readonly clientId: string;
  readonly refused?: Refused | null;
  readonly refusedApp?: RefusedApp | null;
  readonly refusedOauth?: RefusedOauth | null;
};

/** An app: its callback URL and all that belongs to it, its name, domains and options, its colours, and its end. */
export async function showApp(
  visit: Visit,
  { clientId, refused = null, refusedApp = null, refusedOauth = null }: AppView,
): Promise<FastifyReply> {
  const app = await findApp(visit.house.store.read, { accountId: visit.account.account_id, clientId });
  const view = await viewEndpoint(visit, { clientId, refused });
  const wrong = refusedApp ?? refusedOauth;
  const done = refused === null && wrong === null ? readQuery(visit.request).get("done") : undefined;
  return sendPage(visit, {
    title: `${app.name} · Apps`,
    place: "settings",
    setting: "apps",
    status: wrong?.status ?? refused?.status ?? 200,
    body: html`<div><p class="crumb"><a href="/app/settings/apps">Apps</a></p><div class="head"><h1>${app.name}</h1><p class="soft small">All times are UTC.</p></div>
<p class="soft tags"><span>client_id <span class="id" id="client-id">${app.client_id}</span></span><button type="button" class="tiny" hidden data-copy="client-id" aria-label="Copy the client_id">Copy</button></p></div>
${renderDone(done)}${wrong !== null && refusalNotice(wrong.fault, "Nothing was changed.")}
${renderEndpoint(view)}
<div class="pair even">${renderMembers(visit, { app, refused: refusedApp })}${renderColours(app)}</div>
${renderOauth(visit, { app, refused: refusedOauth })}
<section class="card" aria-labelledby="end"><header><h2 id="end">Delete the app</h2><a class="button" href="/app/settings/apps/${clientId}/delete">Delete …</a></header><p class="hint">Its requests live on; nothing new is made with it.</p></section>`,
  });
}

const deeds: Readonly<Record<string, string>> = {
  made: "The app is made. Its client_id goes into the requests of your site, and into its call of the signing page.",
  changed: "The app is changed.",
  oauth: "OAuth of the app is changed.",
};

function renderDone(done: string | undefined): Html | null {
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}

type Members = { readonly app: ApiAppRow; readonly refused: RefusedApp | null };

function renderMembers({ formKey }: Visit, { app, refused }: Members): Html {
  return html`<section class="card" aria-labelledby="members"><h2 id="members">Name and domains</h2>
<form method="post" action="/app/settings/apps/${app.client_id}" class="form">${keyField(formKey)}${renderAppFields(refused?.typed ?? typedOfApp(app), refused?.fault ?? null)}
<div class="row"><button>Change the app</button></div></form></section>`;
}

function renderColours(app: ApiAppRow): Html {
  const { colours, isSaved, unsaid } = wornColours(app);
  return html`<section class="card" aria-labelledby="colours"><header><h2 id="colours">Colours and logo</h2><a class="button" href="/app/settings/apps/${app.client_id}/brand">Change them</a></header>
${renderLogo(app)}${unsaid > 0 && html`<p class="hint">${count(unsaid, ["of these was", "of these were"])} never set: there people see Countersign’s own colours.</p>`}${isSaved ? renderPreview(colours) : html`<p class="hint">No colours of its own: people see Countersign’s, light or dark as their device likes.</p>`}</section>`;
}
