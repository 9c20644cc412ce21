// The page that the letter of an invitation leads to.

import type { FastifyInstance, FastifyReply } from "fastify";
import { hasPassword } from "../../accounts/password.ts";
import { findSession, type SignedIn } from "../../accounts/sessions.ts";
import { findInvitationByToken, joinWithPassword, type OpenInvitation } from "../../accounts/team-joining.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { readToken } from "./cookie.ts";
import { keyField, sendDoorPage } from "./frame.ts";
import { readNewPassword, renderNewPassword } from "./new-password.ts";
import { refusing } from "./refusal.ts";
import type { Door } from "./sign-in-form.ts";
import { actorOf, type Dashboard, refuseForeign } from "./visit.ts";
import { beginSession, tokenOf } from "./welcome.ts";

/**
 * Mounts the page. Who has no password yet sets one there and joins; who has one signs in first, for a letter alone opens no account
 * that somebody uses.
 */
export function mountInvitations(scope: FastifyInstance, house: Dashboard): void {
  scope.get("/invitations/:token", async (request, reply) => {
    const found = await findInvitationByToken(house.store.read, { token: tokenOf(request), at: house.clock() });
    const door = { house, request, reply };
    return found === null ? showOver(door) : showInvitation(door, { found, fault: null });
  });
  scope.post("/invitations/:token", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    return joinFirst({ house, request, reply });
  });
}

type Shown = { readonly found: OpenInvitation; readonly fault: Fault | null };

async function showInvitation(door: Door, { found, fault }: Shown): Promise<FastifyReply> {
  const { house, request } = door;
  const { team, invitation, account } = found;
  const token = readToken(request, house.publicUrl);
  const session = token === null ? null : await findSession(house.store.read, { token, at: house.clock() });
  const action = `/app/invitations/${tokenOf(request)}`;
  const way = hasPassword(account.password_hash)
    ? renderJoin({ found, session, action })
    : renderNewPassword({ action, email: account.email, button: "Set the password and join", fault });
  return sendDoorPage(door, {
    title: `Join ${team.name}`,
    status: fault?.status ?? 200,
    body: html`<section class="card"><h1>Join the team “${team.name}”</h1>
<p>${invitation.invited_by} asks you to join as ${invitation.role}. Those who look after the team see the requests that you send.</p>
${way}</section>`,
  });
}

type Joining = { readonly found: OpenInvitation; readonly session: SignedIn | null; readonly action: string };

function renderJoin({ found, session, action }: Joining): Html {
  const { account, invitation } = found;
  if (session === null)
    return html`<p>Sign in as ${account.email} to answer.</p><p><a class="button main" href="/app/sign-in?next=${encodeURIComponent(action)}">Sign in</a></p>`;
  if (session.account.account_id !== account.account_id)
    return html`<p>The invitation is for ${account.email}, and you are signed in as ${session.account.email}. Sign out, then open the link again.</p>
<form method="post" action="/app/sign-out">${keyField(session.formKey)}<button>Sign out</button></form>`;
  return html`<form method="post" action="/app/settings/team/join" class="row">${keyField(session.formKey)}<input type="hidden" name="invitation" value="${invitation.invitation_id}"><button class="main">Join the team</button> <a href="/app/events">Not now</a></form>`;
}

async function joinFirst(door: Door): Promise<FastifyReply> {
  const { house, request, reply } = door;
  const token = tokenOf(request);
  const found = await findInvitationByToken(house.store.read, { token, at: house.clock() });
  if (found === null || hasPassword(found.account.password_hash)) return showOver(door);
  const { account } = found;
  const joined = await refusing(async () => {
    const passwordHash = await readNewPassword(door, account.email);
    return house.transact((work) => joinWithPassword(work, { token, passwordHash }), actorOf({ request, account }));
  });
  if (joined instanceof Fault) return showInvitation(door, { found, fault: joined });
  if (joined === null) return showOver(door);
  await beginSession(door, joined);
  return reply.redirect("/app/settings/team?done=joined", 303);
}

function showOver(door: Door): FastifyReply {
  return sendDoorPage(door, {
    title: "This invitation is over",
    status: 404,
    body: html`<section class="card"><h1>This invitation is over</h1><p>It was answered or withdrawn, or it has expired. Ask for another one.</p><p><a href="/app/sign-in">To the sign-in</a></p></section>`,
  });
}
