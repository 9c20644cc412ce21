import { isLoopback } from "../../http/addresses.ts";
import type { EndpointRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { renderHealth, renderOrdering, renderSecret } from "./endpoint-controls.ts";
import { appField, type EndpointView } from "./endpoint-view.ts";
import { keyField } from "./frame.ts";
import { badge } from "./words.ts";

/** Shows the form of a callback URL, how its last test went, and, once there is one, all that can be said and done about it. */
export function renderEndpoint(view: EndpointView): Html {
  const { endpoint } = view;
  return html`${renderDone(view.done)}
<section class="card" aria-labelledby="url-title"><header><h2 id="url-title">Callback URL</h2>${endpointBadges(endpoint)}</header>
${renderForm(view)}
${view.test}</section>
${endpoint === null ? null : html`<div class="pair even">${renderHealth(view, endpoint)}<div class="cards">${renderOrdering(view, endpoint)}${renderSecret(view, endpoint)}</div></div>`}`;
}

/** How an endpoint stands, as badges. */
export function endpointBadges(endpoint: EndpointRow | null): Html {
  if (endpoint === null || endpoint.url === null) return badge({ tone: "idle", words: "No URL" });
  const isWell = endpoint.failing_since === null && endpoint.breaker_until === null;
  const state = {
    active: isWell ? badge({ tone: "ok", words: "Active" }) : null,
    paused: badge({ tone: "wait", words: "Paused" }),
    disabled: badge({ tone: "bad", words: "Disabled" }),
  }[endpoint.state];
  const failing = endpoint.failing_since === null ? null : badge({ tone: "bad", words: "Failing" });
  const resting = endpoint.breaker_until === null ? null : badge({ tone: "wait", words: "Unreachable" });
  return html`<span class="badges">${state}${failing}${resting}</span>`;
}

const deeds: Readonly<Record<string, string>> = {
  saved: "Saved.",
  cleared: "Saved: no URL is set now. What happens from here on is called back to nobody; what was waiting is held.",
  paused: "Paused. What is owed to this URL is held until it is resumed.",
  resumed: "Resumed. What was held is on its way, in its order.",
  skipped: "What was held is skipped: it will not be sent by itself.",
  ordered: "The order is changed.",
  rotated: "There is a new secret. The one before signs beside it for the time that you chose.",
};

function renderDone(done: string | null): Html | null {
  const words = done !== null && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}

function renderForm({ clientId, typed, fault, formKey, endpoint }: EndpointView): Html {
  const label = clientId === null ? "Account callback URL" : "App callback URL";
  const about = ["url-hint", ...(fault === null ? [] : ["url-fault"])].join(" ");
  return html`<form method="post" action="/app/settings/url" class="stack">${keyField(formKey)}${appField(clientId)}
<label for="url">${label}</label>
<div class="row field"><input id="url" name="url" value="${typed}" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://example.com/callbacks" aria-describedby="${about}"${fault === null ? null : html` aria-invalid="true"`}>
<button class="main">Save</button><button formaction="/app/settings/test">Send test</button></div>
${fault === null ? null : html`<p class="fault" id="url-fault" role="alert">${fault}</p>`}
<p class="hint" id="url-hint">${endpoint?.url ? "Saving a changed URL sends a test by itself. Empty it to stop callbacks." : html`Each event is posted here as multipart/form-data with the field <code>json</code>. The handler answers 200 with the text <code>Hello API Event Received</code>.`}${clientId === null ? " Requests that others send to your address are told here too." : null}</p>
${isExposed(endpoint?.url ?? "") ? html`<p class="notice wait">This URL is http: whoever is on the way can read and change the callbacks. Use https for a host that is not this machine.</p>` : null}</form>`;
}

function isExposed(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "http:" && !isLoopback(url.hostname);
}
