import type { FastifyReply } from "fastify";
import type { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { type FaxLine, findLine, findOwnLine, type LineUser } from "../../fax/lines.ts";
import { type Html, html } from "../html.ts";
import { pathOfLine, placeOf } from "./fax-lines.ts";
import { type FormFault, field, refusalNotice } from "./form-field.ts";
import { keyField, sendPage } from "./frame.ts";
import { idOf, readQuery, type Visit } from "./visit.ts";
import { time } from "./words.ts";

/** The form that gives access, refused: what was typed, and what is wrong with it. */
export type RefusedUser = FormFault & { readonly typed: string; readonly fault: Fault };

/** A fax line: where its number is at home, who has access, and for its owner the forms that change that. */
export async function showFaxLine(visit: Visit, refused: RefusedUser | null = null): Promise<FastifyReply> {
  const { house, account } = visit;
  const line = await findLine(house.store.read, { accountId: account.account_id, number: idOf(visit) });
  const { row } = line;
  const isOwn = row.account_id === account.account_id;
  const path = pathOfLine(row.number);
  return sendPage(visit, {
    title: `${row.number} · Fax lines`,
    place: "faxes",
    status: refused?.fault.status ?? 200,
    body: html`<div><p class="crumb"><a href="/app/faxes">Faxes</a> / <a href="/app/faxes/lines">Fax lines</a></p><div class="head"><h1>${row.number}</h1><p class="soft small">All times are UTC.</p></div>
<p class="soft">${placeOf(row)}. Bought ${time(row.created_at)}${isOwn ? " by you" : " by another account, which alone can change it"}.</p></div>
${renderDone(visit, refused)}
${renderUsers(visit, { line, isOwn })}
${isOwn && renderGiving(visit, { line, refused })}
${isOwn && html`<section class="card" aria-labelledby="end"><header><h2 id="end">Delete the line</h2><a class="button" href="${path}/delete">Delete …</a></header><p class="hint">Its number goes back to the provider. Faxes that came in on it stay.</p></section>`}`,
  });
}

/** Asks once more before a line is deleted. */
export async function askDeleteLine(visit: Visit): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const { row } = await findOwnLine(house.store.read, { accountId: account.account_id, number: idOf(visit) });
  const path = pathOfLine(row.number);
  return sendPage(visit, {
    title: "Delete a fax line",
    place: "faxes",
    body: html`<div><p class="crumb"><a href="${path}">${row.number}</a></p><h1>Delete this fax line?</h1></div>
<section class="card"><p>The number goes back to the provider, who may sell it to somebody else: faxes that are sent to it no longer come in here. This cannot be undone.</p>
<form method="post" action="${path}/delete" class="acts">${keyField(formKey)}<button class="danger">Delete the line</button> <a href="${path}">Keep it</a></form></section>`,
  });
}

const deeds: Readonly<Record<string, string>> = {
  bought: "The line is bought: faxes to its number come in from now on.",
  added: "The account has access to the line.",
  removed: "The account has no access to the line any more. What came in for it stays its.",
};

function renderDone({ request }: Visit, refused: RefusedUser | null): Html | null {
  if (refused !== null) return refusalNotice(refused, "Nothing was changed.");
  const done = readQuery(request).get("done");
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}

type Users = { readonly line: FaxLine; readonly isOwn: boolean };

function renderUsers(visit: Visit, { line: { row, users }, isOwn }: Users): Html {
  const taking = ({ account_id: id, email }: LineUser) =>
    html`<form method="post" action="${pathOfLine(row.number)}/users/remove">${keyField(visit.formKey)}<input type="hidden" name="account" value="${id}"><button class="tiny" aria-label="Take access of ${email}">Take access</button></form>`;
  const rows = users.map(
    (user) => html`<tr><td><strong>${user.email}</strong></td><td class="end">${isOwn && taking(user)}</td></tr>
`,
  );
  const list =
    rows.length === 0
      ? html`<p class="empty soft">Nobody. What comes in is its owner’s alone.</p>`
      : html`<table class="rows"><thead><tr><th scope="col">E-mail</th><td></td></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section class="card flush" aria-labelledby="access"><header><h2 id="access">Who has access</h2><p class="hint">They send from this number, and get what comes in on it.</p></header>${list}</section>`;
}

type Giving = { readonly line: FaxLine; readonly refused: RefusedUser | null };

function renderGiving({ formKey }: Visit, { line, refused }: Giving): Html {
  const email = field({ fault: refused, name: "email", hint: "email-hint" });
  return html`<section class="card" aria-labelledby="give"><h2 id="give">Give access</h2>
<form method="post" action="${pathOfLine(line.row.number)}/users" class="stack">${keyField(formKey)}
<label for="email">E-mail</label>
<div class="row field"><input id="email" name="email" type="email" value="${refused?.typed}" maxlength="${limits.emailLength}" autocomplete="off" required${email.marks}><button class="main">Give access</button></div>${email.words}
<p class="hint" id="email-hint">The address of an account of this server.</p></form></section>`;
}
