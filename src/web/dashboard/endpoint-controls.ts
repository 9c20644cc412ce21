import type { DeliveryCounts } from "../../accounts/endpoint-state.ts";
import { limits } from "../../base/limits.ts";
import { takesCallbacks } from "../../outbox/deliveries.ts";
import type { EndpointRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { appField, type EndpointView } from "./endpoint-view.ts";
import { keyField } from "./frame.ts";
import { time } from "./words.ts";

/** Shows how an endpoint fares and what waits for it, with the buttons to pause and to resume it. */
export function renderHealth(view: EndpointView, endpoint: EndpointRow): Html {
  const counts = view.counts ?? { pending: 0, held: 0, exhausted: 0 };
  return html`<section class="card" aria-labelledby="health"><h2 id="health">Deliveries</h2>
<dl class="facts"><dt>State</dt><dd>${stateWords(endpoint)}</dd>
<dt>Failing since</dt><dd>${endpoint.failing_since === null ? "not failing" : time(endpoint.failing_since)}</dd>
${endpoint.breaker_until === null ? null : html`<dt>Unreachable</dt><dd>Nobody answered ${limits.breakerFailures} times in a row, so one callback at a time goes out to try; the next not before ${time(endpoint.breaker_until)}. The others keep their place and lose no attempt.</dd>`}
<dt>Waiting</dt><dd>${amount(counts.pending)}${counts.pending > 0 ? html` · <a href="/app/events?endpoint=${endpoint.endpoint_id}&amp;state=retrying">those that are tried again</a>` : null}</dd>
<dt>Held</dt><dd>${amount(counts.held)}${counts.held > 0 ? html` · <a href="/app/events?endpoint=${endpoint.endpoint_id}&amp;state=held">show</a>` : null}</dd>
<dt>Given up</dt><dd>${amount(counts.exhausted)}${counts.exhausted > 0 ? html` · <a href="/app/events?endpoint=${endpoint.endpoint_id}&amp;state=exhausted">show</a>` : null}</dd></dl>
${renderSwitch(view, { endpoint, counts })}</section>`;
}

type Switched = { readonly endpoint: EndpointRow; readonly counts: DeliveryCounts };

function renderSwitch(view: EndpointView, { endpoint, counts }: Switched): Html {
  const form = (action: string, content: Html) => renderForm(view, { action, content });
  const skip =
    counts.held === 0
      ? null
      : html`<details><summary>Skip what is held instead</summary><p class="hint">Skipped callbacks are not sent by themselves any more; each event can still be sent from its own page.</p>${form("resume", html`<input type="hidden" name="held" value="skip"><button class="tiny">${endpoint.state === "active" ? "Skip held" : "Resume, skip held"} (${amount(counts.held)})</button>`)}</details>`;
  if (takesCallbacks(endpoint))
    return html`${form("pause", html`<button>Pause</button>`)}<p class="hint">While paused, callbacks are held, not lost.</p>`;
  if (endpoint.state === "active") return html`<p class="hint">Set a URL to send what is held.</p>${skip}`;
  const words = counts.held === 0 ? "Resume" : `Resume, send held (${amount(counts.held)})`;
  return html`${form("resume", html`<input type="hidden" name="held" value="send"><button class="main">${words}</button>`)}${skip}`;
}

function renderForm(
  { formKey, clientId }: EndpointView,
  { action, content }: { readonly action: string; readonly content: Html },
): Html {
  return html`<form method="post" action="/app/settings/${action}" class="row">${keyField(formKey)}${appField(clientId)}${content}</form>`;
}

/** Shows in which order callbacks go out, to be changed. */
export function renderOrdering(view: EndpointView, { ordering }: EndpointRow): Html {
  const choice = (value: string, words: readonly [name: string, meaning: string]) =>
    html`<label class="choice"><input type="radio" name="ordering" value="${value}"${ordering === value ? html` checked` : null}><span>${words[0]}<span class="soft">${words[1]}</span></span></label>`;
  return html`<section class="card"><form method="post" action="/app/settings/order" class="stack">${keyField(view.formKey)}${appField(view.clientId)}
<fieldset><legend><h2>Order within a request</h2></legend>
${choice("best_effort", ["Best effort", "One at a time, in sequence. One that failed does not hold up the next."])}
${choice("strict", ["Strict", "The next waits until the one before is acknowledged or given up."])}</fieldset>
<div class="row"><button class="after">Change order</button></div></form>
${renderSchedule(view)}</section>`;
}

/** To the second, in the largest unit that does not make it a long fraction: "90 s", "45 min", "20.25 h". */
function exactly(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds <= 90) return `${seconds} s`;
  return seconds <= 10_800 ? `${Number((seconds / 60).toFixed(2))} min` : `${Number((seconds / 3600).toFixed(2))} h`;
}

/** One ladder for all endpoints: the operator's. */
function renderSchedule({ tries: { schedule, timeoutMs } }: EndpointView): Html {
  const waits = schedule.map(exactly).join(", ");
  return html`<h3>Schedule</h3><p class="hint">An attempt may take ${exactly(timeoutMs)}. What fails is tried again after ${waits}, each counted from the attempt before; then it is given up and its owner told. The operator sets both: <code>COUNTERSIGN_CALLBACK_SCHEDULE</code>, <code>COUNTERSIGN_CALLBACK_TIMEOUT</code>.</p>`;
}

/** Shows, when asked, the secret that signs callbacks as Standard Webhooks do, and lets it be changed. */
export function renderSecret(view: EndpointView, endpoint: EndpointRow): Html {
  const [newest] = view.secrets;
  const { old_secret_until: until } = endpoint;
  const form = (action: string, content: Html) => renderForm(view, { action, content });
  return html`<section class="card" id="secret" aria-labelledby="secret-title"><h2 id="secret-title">Signing secret</h2>
<p class="hint">It signs the <code>webhook-signature</code> header (Standard Webhooks). The <code>event_hash</code> of a callback is made with your API key instead.</p>
${newest === undefined ? form("secret", html`<button>Reveal</button>`) : html`<pre tabindex="0" aria-labelledby="secret-title"><code>${newest}</code></pre>`}
${until !== null && until > view.at ? html`<p class="hint">The secret before signs beside it until ${time(until)}.</p>` : null}
<details><summary>Rotate</summary>${form(
    "rotate",
    html`<label for="overlap">The old secret signs too for</label><select id="overlap" name="overlap" class="short">${overlaps.map(([hours, words]) => html`<option value="${hours}"${hours === 24 ? html` selected` : null}>${words}</option>`)}</select><button class="tiny">Make a new secret</button>`,
  )}</details></section>`;
}

const overlaps = [
  [0, "no time: it ends now"],
  [1, "an hour"],
  [24, "a day"],
  [168, "7 days"],
] as const;

/** Counts end at `limits.countedDeliveries`. */
function amount(count: number): string {
  const words = count.toLocaleString("en-US");
  return count < limits.countedDeliveries ? words : `${words} or more`;
}

function stateWords({ url, state }: EndpointRow): string {
  if (url === null) return "no URL: what is owed is held";
  if (state === "active") return "active: callbacks go out";
  return `${state}: callbacks are held`;
}
