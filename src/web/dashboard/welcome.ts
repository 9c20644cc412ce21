// How the holder of an account gets a password: a page to ask for a link, and the page that a link leads to.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findLinkedAccount, promisePasswordLink, setPasswordByLink } from "../../accounts/account-links.ts";
import { hasPassword } from "../../accounts/password.ts";
import { startSession } from "../../accounts/sessions.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import type { AccountRow } from "../../storage/account-tables.ts";
import { html } from "../html.ts";
import { writeToken } from "./cookie.ts";
import { sendDoorPage } from "./frame.ts";
import { readNewPassword, renderNewPassword } from "./new-password.ts";
import { placeName } from "./password-try.ts";
import { refusing } from "./refusal.ts";
import type { Door } from "./sign-in-form.ts";
import { actorOf, type Dashboard, readForm, refuseForeign } from "./visit.ts";

/** Mounts both pages: plain forms that work without script. Opening a link uses nothing up; sending its form does. */
export function mountWelcome(scope: FastifyInstance, house: Dashboard): void {
  scope.get("/forgot", async (request, reply) => showForgot({ house, request, reply }));
  scope.post("/forgot", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    return promiseLink({ house, request, reply });
  });
  scope.get("/welcome/:token", async (request, reply) => {
    const account = await findLinkedAccount(house.store.read, { token: tokenOf(request), at: house.clock() });
    const door = { house, request, reply };
    return account === null ? showOver(door) : showWelcome(door, { account, fault: null });
  });
  scope.post("/welcome/:token", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    return takePassword({ house, request, reply });
  });
}

/** The token of the path. */
export function tokenOf({ params }: FastifyRequest): string {
  return (params as { readonly token: string }).token;
}

/** Signs in who has just set a password by a letter to the account's address: that try counts for nobody. */
export async function beginSession({ house, request, reply }: Door, account: AccountRow): Promise<void> {
  house.failures.forgive({ forgotten: null, excused: placeName(request) });
  const start = (work: Parameters<typeof startSession>[0]) => startSession(work, account.account_id);
  const token = await house.transact(start, actorOf({ request, account }));
  writeToken(reply, { token, publicUrl: house.publicUrl });
}

const sentWords = `If there is an account with this address, a letter with a link is on its way to it. At most ${limits.passwordLetters} go to one address in ${limits.passwordLettersMs / 60_000} minutes.`;

function showForgot(
  door: Door,
  said: { readonly words: string; readonly isDone: boolean } | null = null,
): FastifyReply {
  const status = said === null || said.isDone ? 200 : 429;
  return sendDoorPage(door, {
    title: "Forgot your password?",
    status,
    body: html`<section class="card"><h1>Forgot your password?</h1>${said && html`<p class="notice ${said.isDone ? "ok" : "bad"}" role="${said.isDone ? "status" : "alert"}">${said.words}</p>`}
<form method="post" action="/app/forgot" class="stack">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="${limits.emailLength}"${said === null && html` autofocus`}>
<button class="main">Send me a link</button></form></section>
<p class="soft small"><a href="/app/sign-in">Back to the sign-in</a></p>`,
  });
}

/** The same answer, as fast, for every address. One network address asks only so often. */
async function promiseLink(door: Door): Promise<FastifyReply> {
  const { house, request, reply } = door;
  if (!house.failures.admit([`forgot ${placeName(request)}`])) {
    reply.header("retry-after", limits.signInFailuresMs / 1000);
    return showForgot(door, {
      words: `Too many links were asked for from here. Wait ${limits.signInFailuresMs / 60_000} minutes.`,
      isDone: false,
    });
  }
  const email = (readForm(request).get("email") ?? "").trim().slice(0, limits.emailLength);
  await house.transact((work) => promisePasswordLink(work, email));
  return showForgot(door, { words: sentWords, isDone: true });
}

type Welcome = { readonly account: AccountRow; readonly fault: Fault | null };

function showWelcome(door: Door, { account, fault }: Welcome): FastifyReply {
  const title = hasPassword(account.password_hash) ? "Set a new password" : "Set a password";
  const action = `/app/welcome/${tokenOf(door.request)}`;
  return sendDoorPage(door, {
    title,
    status: fault?.status ?? 200,
    body: html`<section class="card"><h1>${title}</h1>
${renderNewPassword({ action, email: account.email, button: "Set the password", fault })}</section>
${hasPassword(account.password_hash) && html`<p class="soft small">You are signed out everywhere else. Passkeys stay.</p>`}`,
  });
}

async function takePassword(door: Door): Promise<FastifyReply> {
  const { house, request, reply } = door;
  const token = tokenOf(request);
  const account = await findLinkedAccount(house.store.read, { token, at: house.clock() });
  if (account === null) return showOver(door);
  const passwordHash = await refusing(() => readNewPassword(door, account.email));
  if (passwordHash instanceof Fault) return showWelcome(door, { account, fault: passwordHash });
  const set = await house.transact(
    (work) => setPasswordByLink(work, { token, passwordHash }),
    actorOf({ request, account }),
  );
  if (set === null) return showOver(door);
  await beginSession(door, set);
  return reply.redirect("/app/", 303);
}

function showOver(door: Door): FastifyReply {
  return sendDoorPage(door, {
    title: "This link is over",
    status: 404,
    body: html`<section class="card"><h1>This link is over</h1><p>It was used, or it has expired. You can ask for another one.</p><p><a href="/app/forgot">Send me a link</a></p></section>`,
  });
}
