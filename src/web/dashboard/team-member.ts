import type { FastifyReply } from "fastify";
import { roles } from "../../accounts/roles.ts";
import { findMember, type Member, removeMember } from "../../accounts/team-members.ts";
import { findOwnStanding, isLookingAfter, managedTeam, type Standing, teamIn } from "../../accounts/teams.ts";
import { Fault, notFound } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { type FormFault, field, refusalNotice } from "./form-field.ts";
import { keyField, sendPage } from "./frame.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { renderRoles } from "./team-forms.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

type RefusedMember = FormFault & { readonly fault: Fault; readonly typed: string };

/** Somebody's place in the team: their role, their team, and their removal, with who takes over what they have. */
export async function showMember(visit: Visit, refused: RefusedMember | null = null): Promise<FastifyReply> {
  const { standing, member } = await findShown(visit);
  const { email } = member.account;
  const team = teamIn(standing, member.teamId);
  return sendPage(visit, {
    title: `${email} · Team`,
    place: "settings",
    setting: "team",
    status: refused?.fault.status ?? 200,
    body: html`<div><p class="crumb"><a href="/app/settings/team?team=${team.team_id}">${team.name}</a></p><h1>${email}</h1></div>
${refused && refusalNotice(refused, "Nothing was changed.")}
<div class="pair even">${renderPlace(visit, { standing, member })}${renderRemoval(visit, { standing, member, refused })}</div>`,
  });
}

/** Gives a member another role or team. */
export async function changeMember(visit: Visit, form: Fields): Promise<FastifyReply> {
  const teamId = form.get("team") ?? "";
  const role = roles.find((one) => one === form.get("role")) ?? null;
  const done = await settle(visit, { move: { teamId, role }, newOwnerEmail: null });
  if (done instanceof Fault) return showMember(visit, { field: "", words: done.message, fault: done, typed: "" });
  return visit.reply.redirect(`/app/settings/team?team=${teamId}&done=changed`, 303);
}

/** Removes a member, whose requests and apps another may take over. */
export async function removeIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const typed = (form.get("heir") ?? "").trim();
  const done = await settle(visit, { move: null, newOwnerEmail: typed || null });
  if (!(done instanceof Fault))
    return visit.reply.redirect(
      `/app/settings/team?${done === "left" ? "" : `team=${done}&`}done=${done === "left" ? "left" : "removed"}`,
      303,
    );
  const at = done.path === "new_owner_email_address" ? "heir" : "";
  return showMember(visit, { field: at, words: wordsOf(done), fault: done, typed });
}

type Settling = Pick<Parameters<typeof removeMember>[1], "move" | "newOwnerEmail">;

/** The id of the team that the member was in, or that it was oneself who has left. */
async function settle(visit: Visit, settling: Settling): Promise<string | Fault> {
  const { house, account } = visit;
  const accountId = idOf(visit);
  const removal = { ...settling, byId: account.account_id, person: { accountId } };
  const done = await refusing(() => house.transact((work) => removeMember(work, removal), actorOf(visit)));
  if (done instanceof Fault) {
    if (done.faultName === "not_found") throw done;
    return done;
  }
  return settling.move === null && accountId === account.account_id ? "left" : done.team_id;
}

type Shown = { readonly standing: Standing; readonly member: Member };

async function findShown(visit: Visit): Promise<Shown> {
  const { house, account } = visit;
  const { read } = house.store;
  const standing = await findOwnStanding(read, account.account_id);
  const member = await findMember(read, { standing, accountId: idOf(visit) });
  if (member === null) throw notFound();
  managedTeam(standing, member.teamId);
  return { standing, member };
}

function renderPlace({ formKey }: Visit, { standing, member }: Shown): Html {
  const teams = standing.tree.filter((one) => isLookingAfter(standing, one.team_id));
  const { account_id: id } = member.account;
  return html`<section class="card" aria-labelledby="place"><h2 id="place">Place in the team</h2>
<form method="post" action="/app/settings/team/members/${id}" class="form">${keyField(formKey)}
${renderRoles({ standing, chosen: member.role })}
<div class="stack"><label for="team">Team</label><select id="team" name="team">${teams.map((one) => html`<option value="${one.team_id}"${one.team_id === member.teamId && html` selected`}>${"– ".repeat(one.depth - 1)}${one.name}</option>`)}</select></div>
<div class="row"><button class="main">Change the place</button></div></form></section>`;
}

type Removing = Shown & { readonly refused: RefusedMember | null };

function renderRemoval({ formKey, account }: Visit, { standing, member, refused }: Removing): Html {
  const { account_id: id } = member.account;
  const isMe = id === account.account_id;
  const heir = field({ fault: refused, name: "heir", hint: "heir-hint" });
  const takeover = html`<div class="stack"><label for="heir">Who takes over <span class="soft">(optional)</span></label><input id="heir" name="heir" type="email" value="${refused?.typed}" maxlength="${limits.emailLength}" autocomplete="off"${heir.marks}>${heir.words}<p class="hint" id="heir-hint">The e-mail address of another member. All signature requests and API apps go to them; very many requests take a while. Without it they stay with the account.</p></div>`;
  return html`<section class="card" aria-labelledby="remove"><h2 id="remove">${isMe ? "Leave the team" : "Remove from the team"}</h2>
<p>${isMe ? "Your account" : "The account"} stays, with its password and API keys; only the place in the team goes.</p>
<form method="post" action="/app/settings/team/members/${id}/remove" class="form">${keyField(formKey)}${standing.role === "Admin" && takeover}
<div class="row"><button class="danger">${isMe ? "Leave the team" : "Remove from the team"}</button></div></form></section>`;
}
