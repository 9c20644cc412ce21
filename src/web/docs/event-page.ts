import { composeCallback } from "../../callbacks/compose.ts";
import { type EventKind, type EventType, eventKinds, hearSigners } from "../../events/catalog.ts";
import { Account } from "../../wire/account.ts";
import { TransmissionShape } from "../../wire/fax.ts";
import { SignatureRequest } from "../../wire/signature-request.ts";
import { TemplateShape } from "../../wire/template.ts";
import { breakable, type Html, html } from "../html.ts";
import type { Shown } from "./document.ts";
import { exampleOf } from "./example.ts";

/** The key that the hashes of the examples are made with. */
const exampleKey = "5".repeat(64);
const exampleId = "0123456789abcdef0123456789abcdef01234567";

/** The page of all events: when each is sent, which calls may lead to it, and what it carries. */
export function renderEvents(operations: readonly Shown[]): Html {
  const types = Object.keys(eventKinds) as EventType[];
  return html`<div class="head"><h1>Events</h1></div>
<p class="lead">What happens is posted to the callback URL of the account and of the app, as multipart/form-data with one field, <code>json</code>. Answer 200 with the words <code>Hello API Event Received</code> in the body; anything else is tried again. The hash of each example is genuine under the API key <code>555…5</code>, 64 fives, so that they can be used to test a handler.</p>
<ul class="jump" aria-label="Events">${types.map((type) => html`<li><a href="#${type}"><code>${type}</code></a></li>`)}</ul>
${types.map((type, index) => renderEvent(type, { operations, at: 1_760_000_000_000 + index * 60_000 }))}`;
}

type Asked = { readonly operations: readonly Shown[]; readonly at: number };

function renderEvent(type: EventType, { operations, at }: Asked): Html {
  const { says, about } = eventKinds[type];
  const from = operations.filter(({ events }) => events.includes(type));
  return html`<section class="card" id="${type}" aria-labelledby="${type}-heading"><h2 id="${type}-heading"><code>${breakable(type)}</code></h2><p>${says}</p>
${hearSigners(type) && html`<p class="small">Also told to the accounts of the request's signers, at their own callback URLs.</p>`}
${from.length > 0 && html`<p class="small">May come after ${from.map(({ id }, index) => html`${index > 0 && ", "}<a href="/docs/operations/${id}">${id}</a>`)}.</p>`}
<details><summary>What it carries</summary><pre tabindex="0" aria-labelledby="${type}-heading"><code>${exampleEvent(type, { about, at })}</code></pre></details></section>`;
}

/** The objects that events carry. */
const shapes = {
  request: SignatureRequest,
  template: TemplateShape,
  fax: TransmissionShape,
  account: Account,
  nothing: null,
};

/** The payload of an event of this type, composed as every callback is. */
export function exampleEvent(
  type: EventType,
  { about, at }: { readonly about: EventKind["about"]; readonly at: number },
): string {
  const shape = shapes[about];
  const { json } = composeCallback({
    event: {
      event_id: "0199c1f2-6a00-7000-8000-0123456789ab",
      account_id: exampleId,
      client_id: null,
      request_id: about === "request" ? exampleId : null,
      template_id: about === "template" ? exampleId : null,
      fax_id: about === "fax" ? exampleId : null,
      type,
      occurred_at: at,
      seq: about === "request" || about === "fax" ? 1 : 0,
      related_signature_id: /viewed|signed$|declined|reassigned|remind|bounce|url_invalid/.test(type)
        ? exampleId
        : null,
      message: /error|invalid|declined|bounce/.test(type) ? "Why it happened, in words." : null,
      object_json: shape && JSON.stringify(exampleOf(shape as never)),
    },
    reportedForAppId: "0123456789abcdef0123456789abcdef",
    apiKey: exampleKey,
    deliveryId: exampleId,
    attempt: 1,
    credentials: null,
    webhookSecrets: [],
    sentAt: at,
  });
  return JSON.stringify(JSON.parse(json), null, 2);
}
