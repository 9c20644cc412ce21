import { credentialsOf, findEndpointById } from "../../accounts/endpoints.ts";
import { findPrimaryKey } from "../../accounts/keys.ts";
import { webhookSecretsOf } from "../../accounts/webhook-secret.ts";
import { composeCallback } from "../../callbacks/compose.ts";
import type { WholeEvent } from "../../callbacks/log.ts";
import { type Outcome, outcomeWords } from "../../callbacks/outcomes.ts";
import type { AttemptRow } from "../../storage/promise-tables.ts";
import { type Html, html } from "../html.ts";
import { headerLines, renderOutcome, renderResponse, renderTrouble } from "./attempt.ts";
import type { Visit } from "./visit.ts";
import { span, time } from "./words.ts";

/**
 * Shows how a test went: the request as it was sent, but for a password, what came back, how long it took, and what to change.
 * The request is composed once more from what is stored, which gives the same bytes as long as no key was changed since.
 */
export async function renderTest(visit: Visit, whole: WholeEvent): Promise<Html> {
  const [delivery] = whole.deliveries;
  const attempt = delivery?.attempts.at(-1);
  if (delivery === undefined || attempt === undefined) return renderUnended(whole);
  const isAcked = attempt.outcome === "acked";
  const known = Object.hasOwn(outcomeWords, attempt.outcome) ? outcomeWords[attempt.outcome as Outcome] : null;
  return html`<section class="test" id="test" aria-labelledby="test-title"><div class="title"><h3 id="test-title">The last test</h3>${renderOutcome(attempt)}<span class="soft small">${time(attempt.started_at)} UTC · took ${span(attempt.duration_ms)} · <a href="/app/events/${whole.event.event_id}">its event</a></span></div>
<div class="notice ${isAcked ? "ok" : "bad"}" role="status"><p>${known?.says ?? `The attempt ended with ${attempt.outcome}.`}</p>${known?.mend && html`<p><strong>What to change:</strong> ${known.mend}</p>`}</div>
<div class="exchange"><div><h4>Sent</h4>${await renderSent(visit, { whole, delivery, attempt })}</div>
<div><h4>Came back</h4>${attempt.status === null ? html`<p>No answer came.</p>${renderTrouble(attempt)}` : renderResponse(attempt)}</div></div></section>`;
}

function renderUnended({ event, deliveries }: WholeEvent): Html {
  const words =
    deliveries.length === 0
      ? "The test was sent to nobody: the callback URL was cleared meanwhile."
      : "The test has not ended yet. Reload this page to see how it went.";
  return html`<section class="test" id="test"><p class="notice wait" role="status">${words} <a href="/app/events/${event.event_id}">Its event</a></p></section>`;
}

type Sent = {
  readonly whole: WholeEvent;
  readonly delivery: WholeEvent["deliveries"][number];
  readonly attempt: AttemptRow;
};

async function renderSent({ house, account }: Visit, { whole, delivery, attempt }: Sent): Promise<Html> {
  const { account_id: accountId } = account;
  const { read } = house.store;
  const endpoint = await findEndpointById(read, { accountId, endpointId: delivery.endpointId });
  const { headers, body } = composeCallback({
    event: whole.event,
    reportedForAppId: delivery.clientId,
    apiKey: await findPrimaryKey(read, { accountId, secret: house.secret }),
    deliveryId: delivery.deliveryId,
    attempt: attempt.n,
    credentials: credentialsOf(endpoint, house.secret),
    webhookSecrets: webhookSecretsOf(endpoint, { secret: house.secret, at: attempt.started_at }),
    sentAt: attempt.started_at,
  });
  return html`<pre tabindex="0" aria-label="The request’s head"><code>${requestHead({ url: attempt.url, headers, length: body.length })}</code></pre>
<pre tabindex="0" aria-label="The request’s body"><code>${Buffer.from(body).toString("utf8").replaceAll("\r\n", "\n")}</code></pre>`;
}

type Head = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly length: number };

/** With the headers that http/exchange.ts and the HTTP client add. A password is never shown. */
function requestHead({ url, headers, length }: Head): string {
  const target = URL.parse(url);
  const all = {
    host: target?.host ?? "",
    connection: "keep-alive",
    ...headers,
    ...(headers.authorization === undefined ? {} : { authorization: "Basic *** (not shown)" }),
    "accept-encoding": "identity",
    "content-length": String(length),
  };
  return `POST ${target === null ? url : target.pathname + target.search} HTTP/1.1\n${headerLines(all)}`;
}
