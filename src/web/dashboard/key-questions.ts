import type { FastifyReply } from "fastify";
import { findKey, keyIdOf } from "../../accounts/keys.ts";
import type { ApiKeyRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { idOf, type Visit } from "./visit.ts";
import { time } from "./words.ts";

/** Asks once more before another key signs callbacks. */
export function askPrimary(visit: Visit): Promise<FastifyReply> {
  return ask(visit, (key) => ({
    title: "Let this key sign callbacks?",
    body:
      key.is_primary === 1
        ? html`<p>It is the primary key already.</p>`
        : html`<p>From the next attempt on, <code>event_hash</code> and <code>Content-Sha256</code> of every callback are made with this key, also of callbacks that wait to be tried again.</p>
<div class="notice wait"><p><strong>Handlers that verify <code>event_hash</code> need this key from then on.</strong> Give it to them first: what they refuse meanwhile is tried again later, as after any failed attempt.</p></div>
<p>The key that was primary until now goes on opening the API.</p>
${renderAsk(visit, { key, action: "primary", button: html`<button class="main">Make it primary</button>` })}`,
  }));
}

/** Says in three sentences how a key is changed for another, and begins it. */
export function askRotate(visit: Visit): Promise<FastifyReply> {
  return ask(visit, (key) => ({
    title: "Rotate this key?",
    body: html`<p>A new key with the same name is made and shown once. The old one goes on until you revoke it, so that programs change over one after the other. ${key.is_primary === 1 ? "As it signs callbacks, the new one is made primary in between, once your handlers know it." : "Revoke the old one when its last use lies back far enough."}</p>
${renderAsk(visit, { key, action: "rotate", button: html`<button class="main">Make the new key</button>` })}`,
  }));
}

/** Asks once more before a key is revoked; of the primary one it says what comes first. */
export function askRevoke(visit: Visit): Promise<FastifyReply> {
  return ask(visit, (key) => ({
    title: "Revoke this key?",
    body:
      key.is_primary === 1
        ? html`<div class="notice wait"><p>This key signs callbacks, so it cannot be revoked. Make another key primary first: choose “Make primary” beside it on the <a href="/app/settings/keys">list of keys</a>, or <a href="/app/settings/keys/${keyIdOf(key)}/rotate">rotate this one</a>.</p></div>`
        : html`<p>Programs that use it are answered 401 from that moment on. It cannot be brought back.</p>
<p>${key.last_used_at === null ? "It was never used." : html`It was last used around ${time(key.last_used_at)} UTC. <a href="/app/calls?api_key=${keyIdOf(key)}">Its calls</a> tell by whom.`}</p>
${renderAsk(visit, { key, action: "revoke", button: html`<button class="danger">Revoke it</button>` })}`,
  }));
}

type Question = { readonly title: string; readonly body: Html };

async function ask(visit: Visit, question: (key: ApiKeyRow) => Question): Promise<FastifyReply> {
  const { house, account } = visit;
  const key = await findKey(house.store.read, { accountId: account.account_id, keyId: idOf(visit) });
  const { title, body } = question(key);
  return sendPage(visit, {
    title,
    place: "settings",
    setting: "keys",
    body: html`<div><p class="crumb"><a href="/app/settings/keys">API keys</a></p><h1>${title}</h1></div>
<section class="card"><p><strong>${key.name}</strong> <span class="id">${keyIdOf(key)}</span></p>${body}</section>`,
  });
}

type Asking = { readonly key: ApiKeyRow; readonly action: string; readonly button: Html };

function renderAsk({ formKey }: Visit, { key, action, button }: Asking): Html {
  return html`<form method="post" action="/app/settings/keys/${keyIdOf(key)}/${action}" class="row">${keyField(formKey)}${button}<a href="/app/settings/keys">Leave it</a></form>`;
}
