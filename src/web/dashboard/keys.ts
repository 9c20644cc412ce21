import type { FastifyReply } from "fastify";
import { createKey, findKey, keyIdOf, listKeys, makePrimary, revokeKey, showKeyOnce } from "../../accounts/keys.ts";
import { badRequest, Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import type { ApiKeyRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { renderShown, type ShownKey } from "./key-shown.ts";
import { actorOf, type Fields, idOf, readQuery, type Visit } from "./visit.ts";
import { badge, time } from "./words.ts";

type Refused = { readonly typed: string; readonly fault: Fault };

/** The account's API keys, and a new one, shown this once. */
export async function showKeys(visit: Visit, refused: Refused | null = null): Promise<FastifyReply> {
  const query = readQuery(visit.request);
  const shown = refused === null ? await findShown(visit, query) : null;
  const keys = await listKeys(visit.house.store.read, visit.account.account_id);
  return sendPage(visit, {
    title: "API keys · Settings",
    place: "settings",
    setting: "keys",
    status: refused?.fault.status ?? 200,
    body: html`<div class="head"><h1>API keys</h1><p class="soft small">All times are UTC.</p></div>
${renderDone(query.get("done"))}${shown && renderShown(shown)}
${renderTable(keys)}
${renderForm(visit, refused)}`,
  });
}

/** Makes a key and leads to the page that shows it once: a reload there makes no other. */
export async function createIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const name = (form.get("name") ?? "").trim();
  const made = await makeKey(visit, { name, query: {} });
  return made instanceof Fault ? showKeys(visit, { typed: name, fault: made }) : made;
}

/** Makes another key of the same name, beside the one that it is to take the place of. */
export async function rotateIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account } = visit;
  const old = await findKey(house.store.read, { accountId: account.account_id, keyId: idOf(visit) });
  const made = await makeKey(visit, { name: old.name, query: { old: keyIdOf(old) } });
  if (made instanceof Fault) throw made;
  return made;
}

/** Lets a key sign callbacks. */
export async function makePrimaryIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const named = { accountId: visit.account.account_id, keyId: idOf(visit) };
  await visit.house.transact((work) => makePrimary(work, named), actorOf(visit));
  return visit.reply.redirect("/app/settings/keys?done=primary", 303);
}

/** Revokes a key. */
export async function revokeIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const named = { accountId: visit.account.account_id, keyId: idOf(visit) };
  await visit.house.transact((work) => revokeKey(work, named), actorOf(visit));
  return visit.reply.redirect("/app/settings/keys?done=revoked", 303);
}

type Making = { readonly name: string; readonly query: Readonly<Record<string, string>> };

async function makeKey(visit: Visit, { name, query }: Making): Promise<FastifyReply | Fault> {
  const { account_id: accountId } = visit.account;
  try {
    if (name.length > limits.nameLength)
      throw badRequest(`A name has at most ${limits.nameLength} characters.`, "name");
    const make = { accountId, name, isToShow: true };
    const { row } = await visit.house.transact((work) => createKey(work, make), actorOf(visit));
    const search = new URLSearchParams({ new: keyIdOf(row), ...query }).toString();
    return await visit.reply.redirect(`/app/settings/keys?${search}`, 303);
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return error;
    throw error;
  }
}

async function findShown(visit: Visit, query: Fields): Promise<ShownKey | null> {
  const keyId = query.get("new");
  if (keyId === undefined) return null;
  const { account_id: accountId } = visit.account;
  const keys = await listKeys(visit.house.store.read, accountId);
  const row = keys.find((one) => keyIdOf(one) === keyId);
  if (row === undefined) return null;
  const key = await visit.house.transact((work) => showKeyOnce(work, { accountId, keyId }), actorOf(visit));
  return { row, key, old: keys.find((one) => keyIdOf(one) === query.get("old")) ?? null };
}

const deeds: Readonly<Record<string, string>> = {
  primary: "From the next attempt on callbacks are signed with that key.",
  revoked: "Revoked. It opens nothing any more.",
};

function renderDone(done: string | undefined): Html | null {
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}

function renderTable(keys: readonly ApiKeyRow[]): Html {
  return html`<section class="card flush" aria-labelledby="keys"><header><h2 id="keys">Keys</h2><p class="hint">The primary key makes the <code>event_hash</code> of callbacks; all of them open the API.</p></header>
<table class="rows"><thead><tr><th scope="col">Name</th><th scope="col">Made</th><th scope="col">Last used</th><th scope="col">What to do</th></tr></thead><tbody>${keys.map(renderRow)}</tbody></table></section>`;
}

function renderRow(key: ApiKeyRow): Html {
  const id = keyIdOf(key);
  const isPrimary = key.is_primary === 1;
  const about = html`aria-describedby="key-${id}"`;
  const used =
    key.last_used_at === null
      ? html`<span class="soft">never</span>`
      : html`${time(key.last_used_at)}<span class="under">to ten minutes · <a href="/app/calls?api_key=${id}" ${about}>its calls</a></span>`;
  return html`<tr><td><strong id="key-${id}">${key.name}</strong> ${isPrimary && badge({ tone: "ok", words: "Primary: signs callbacks" })}<span class="under id">${id}</span></td>
<td><span class="narrow">Made </span>${time(key.created_at)}</td>
<td><span class="narrow">Last used </span>${used}</td>
<td><span class="row"><a href="/app/settings/keys/${id}/rotate" ${about}>Rotate</a>${!isPrimary && html`<a href="/app/settings/keys/${id}/primary" ${about}>Make primary</a>`}<a href="/app/settings/keys/${id}/revoke" ${about}>Revoke</a></span></td></tr>
`;
}

function renderForm({ formKey }: Visit, refused: Refused | null): Html {
  const about = refused === null ? "name-hint" : "name-hint name-fault";
  return html`<section class="card" aria-labelledby="make"><h2 id="make">Make a key</h2>
<form method="post" action="/app/settings/keys" class="stack">${keyField(formKey)}
<label for="name">Name</label>
<div class="row field"><input id="name" name="name" value="${refused?.typed}" maxlength="${limits.nameLength}" autocomplete="off" placeholder="Billing service" aria-describedby="${about}"${refused && html` aria-invalid="true"`}><button class="main">Make key</button></div>
${refused && html`<p class="fault" id="name-fault" role="alert">${refused.fault.message}</p>`}
<p class="hint" id="name-hint">Name it after the program that uses it. The key is shown once; the server keeps it only encrypted.</p></form></section>`;
}
