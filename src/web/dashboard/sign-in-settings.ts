import type { FastifyReply } from "fastify";
import { findPasskey, listPasskeys } from "../../accounts/passkeys.ts";
import { listSessions, sessionIdOf } from "../../accounts/sessions.ts";
import { limits } from "../../base/limits.ts";
import { readableAgent } from "../../evidence/agent.ts";
import type { SessionRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { renderPasskeys } from "./passkeys.ts";
import { idOf, readQuery, type Visit } from "./visit.ts";
import { badge, time } from "./words.ts";

/** A form of the page that was refused: which one, why, and with what status. */
export type SignInRefusal = {
  readonly of: "passkey" | "confirm" | "password";
  readonly words: string;
  readonly status: number;
};

/** How one signs in: the account's passkeys, where it is signed in, and its password. */
export async function showSignIn(visit: Visit, refused: SignInRefusal | null = null): Promise<FastifyReply> {
  const { house, account } = visit;
  const { account_id: accountId } = account;
  const { read } = house.store;
  const passkeys = await listPasskeys(read, accountId);
  const sessions = await listSessions(read, { accountId, at: house.clock() });
  const done = refused === null ? readQuery(visit.request).get("done") : undefined;
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  const faultOf = (form: SignInRefusal["of"]) => (refused?.of === form ? refused.words : null);
  return sendPage(visit, {
    title: "Sign-in · Settings",
    place: "settings",
    setting: "sign-in",
    status: refused?.status ?? 200,
    body: html`<div class="head"><h1>Sign-in</h1><p class="soft small">All times are UTC.</p></div>
${words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`}
<div class="pair"><div class="cards">${renderPasskeys(visit, { passkeys, fault: faultOf("passkey") ?? faultOf("confirm") })}${renderSessions(visit, sessions)}</div>
${renderPassword(visit, refused?.of === "password" ? refused : null)}</div>`,
  });
}

/** Asks once more before a passkey is removed. */
export async function askRemove(visit: Visit): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const passkeyId = idOf(visit);
  const { name } = await findPasskey(house.store.read, { accountId: account.account_id, passkeyId });
  return sendPage(visit, {
    title: "Remove a passkey",
    place: "settings",
    setting: "sign-in",
    body: html`<div><p class="crumb"><a href="/app/settings/sign-in">Sign-in</a></p><h1>Remove the passkey “${name}”?</h1></div>
<section class="card"><p>It will not sign you in any more. Your password stays, and so do your other passkeys. Where you are signed in with it now, you stay signed in.</p>
<p class="hint">The device may go on offering it: delete it there too.</p>
<form method="post" action="/app/settings/sign-in/passkeys/${passkeyId}/remove" class="row">${keyField(formKey)}<button class="danger">Remove the passkey</button> <a href="/app/settings/sign-in">Keep it</a></form></section>`,
  });
}

const deeds: Readonly<Record<string, string>> = {
  added: "The passkey is added: you can sign in with it from now on.",
  removed:
    "The passkey is removed: it signs nobody in any more. Your device may go on offering it; delete it there too.",
  confirmed: `You can add a passkey now, for ${limits.freshSignInMs / 60_000} minutes.`,
  changed: "The password is changed, and all other sessions have ended.",
  ended: "That session has ended.",
  others: "All other sessions have ended.",
};

function renderSessions({ formKey, sessionHash }: Visit, sessions: readonly SessionRow[]): Html {
  const rows = sessions.map((session) => {
    const isThis = session.token_hash === sessionHash;
    const end = html`<form method="post" action="/app/settings/sign-in/sessions/end">${keyField(formKey)}<input type="hidden" name="session" value="${sessionIdOf(session)}"><button class="tiny" aria-label="Sign out ${agentOf(session)}">Sign out</button></form>`;
    return html`<tr><td>${agentOf(session)}<span class="under">${session.ip}</span></td>
<td><span class="narrow soft">Signed in </span>${time(session.created_at)}</td><td><span class="narrow soft">Last seen </span>${time(session.seen_at)}</td><td class="end">${isThis ? badge({ tone: "ok", words: "This one" }) : end}</td></tr>
`;
  });
  const others = html`<form method="post" action="/app/settings/sign-in/sessions/end-others">${keyField(formKey)}<button class="tiny">Sign out everywhere else</button></form>`;
  return html`<section class="card flush" aria-labelledby="sessions"><header><h2 id="sessions">Where you are signed in</h2>${sessions.length > 1 && others}</header>
<table class="rows"><thead><tr><th scope="col">Browser</th><th scope="col">Signed in</th><th scope="col">Last seen</th><td></td></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function agentOf({ user_agent: agent }: SessionRow): string {
  return agent === null || agent === "" ? "A browser that does not name itself" : readableAgent(agent);
}

function renderPassword({ account, formKey }: Visit, refused: SignInRefusal | null): Html {
  const fault = refused && html`<p class="fault" id="password-fault" role="alert">${refused.words}</p>`;
  const invalid = html` aria-invalid="true" aria-describedby="password-fault"`;
  const isNew = refused?.status === 400;
  return html`<section class="card" aria-labelledby="password-title"><h2 id="password-title">Password</h2>
<form method="post" action="/app/settings/sign-in/password" class="stack"><input type="text" name="username" autocomplete="username" value="${account.email}" readonly hidden>${keyField(formKey)}
<label for="current">Current password</label><input id="current" name="current" type="password" autocomplete="current-password" required${refused?.status === 401 && invalid}>
<label for="new">New password</label><input id="new" name="new" type="password" autocomplete="new-password" required${isNew ? invalid : html` aria-describedby="password-hint"`}>
<label for="again">New password again</label><input id="again" name="again" type="password" autocomplete="new-password" required${isNew && invalid}>
${fault}
<p class="hint" id="password-hint">At least ${limits.passwordLengthLeast} characters, and not the e-mail address. All other sessions end; passkeys stay.</p>
<div class="row"><button class="after">Change the password</button></div></form></section>`;
}
