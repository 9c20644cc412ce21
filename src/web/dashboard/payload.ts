import { findPrimaryKey } from "../../accounts/keys.ts";
import { limits } from "../../base/limits.ts";
import { composeCallback } from "../../callbacks/compose.ts";
import type { WholeEvent } from "../../callbacks/log.ts";
import { type Html, html } from "../html.ts";
import { firstUrl } from "./first-handlers.ts";
import type { Visit } from "./visit.ts";

/**
 * The payload of an event for reading and for taking away: as JSON, and as the curl command that sends it to a handler. It is as the
 * first endpoint gets it, or the account would: endpoints differ in the members that name the app.
 */
export async function renderPayload(
  { house, account }: Visit,
  { event, payloadRemoved, deliveries }: WholeEvent,
): Promise<Html> {
  const heading = html`<h2 id="payload">Payload</h2>`;
  if (payloadRemoved)
    return html`<section class="card" aria-labelledby="payload">${heading}<p class="soft">It was removed, for its age or with the data of its request; the event cannot be sent again.</p></section>`;
  const { json } = composeCallback({
    event,
    reportedForAppId: deliveries[0]?.clientId ?? null,
    apiKey: await findPrimaryKey(house.store.read, { accountId: account.account_id, secret: house.secret }),
    deliveryId: deliveries[0]?.deliveryId ?? "",
    attempt: 1,
    credentials: null,
    webhookSecrets: [],
    sentAt: event.occurred_at,
  });
  const text = JSON.stringify(JSON.parse(json), null, 2);
  const isCut = text.length > limits.shownPayloadLength;
  const url = URL.canParse(deliveries[0]?.url ?? "") ? (deliveries[0]?.url ?? firstUrl) : firstUrl;
  return html`<section class="card" aria-labelledby="payload"><header>${heading}<p class="hint">the form field <code>json</code> of the callback, laid out for reading</p></header>
<div class="code"><button type="button" class="tiny" hidden data-copy="json">Copy JSON</button><pre tabindex="0" aria-labelledby="payload" id="json"><code>${isCut ? text.slice(0, limits.shownPayloadLength) : highlight(text)}</code></pre></div>
${isCut ? html`<p class="hint">This is its beginning: the whole has ${text.length.toLocaleString("en-US")} characters.</p>` : html`<details><summary>As a curl command</summary><p class="hint">Sends it to a handler once more, from your own terminal: nothing of that is written down here.</p><div class="code"><button type="button" class="tiny" hidden data-copy="curl">Copy curl</button><pre tabindex="0" aria-label="curl command" id="curl"><code>${curlOf({ url, json, eventId: event.event_id })}</code></pre></div></details>`}</section>`;
}

type Sending = { readonly url: string; readonly json: string; readonly eventId: string };

function curlOf({ url, json, eventId }: Sending): string {
  return `curl ${quoted(url)} -H ${quoted(`Countersign-Event-Id: ${eventId}`)} --form-string ${quoted(`json=${json}`)}`;
}

/** For a shell: nothing within single quotes means anything but themselves. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What a line of laid-out JSON is made of: a name, a string, a number, a literal. RFC 8259. */
const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** JSON with its parts marked by what they are. */
function highlight(json: string): readonly (Html | string)[] {
  const parts: (Html | string)[] = [];
  let from = 0;
  for (const match of json.matchAll(token)) {
    const [whole, string, colon, number] = match;
    parts.push(json.slice(from, match.index));
    if (string === undefined)
      parts.push(html`<span class="${number === undefined ? "j-word" : "j-number"}">${whole}</span>`);
    else parts.push(html`<span class="${colon === undefined ? "j-string" : "j-name"}">${string}</span>`, colon ?? "");
    from = match.index + whole.length;
  }
  return [...parts, json.slice(from)];
}
