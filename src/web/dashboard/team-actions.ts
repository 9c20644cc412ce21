import type { FastifyReply } from "fastify";
import { roles } from "../../accounts/roles.ts";
import { invite, withdrawInvitation } from "../../accounts/team-invitations.ts";
import { joinTeam } from "../../accounts/team-joining.ts";
import { removeMember } from "../../accounts/team-members.ts";
import {
  countMembers,
  createSubTeam,
  createTeam,
  deleteSubTeam,
  deleteTeam,
  findOwnStanding,
  idsOf,
  managedTeam,
  renameTeam,
  teamsBelow,
} from "../../accounts/teams.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import type { Work } from "../../events/work.ts";
import { coerceInput } from "../../http/input.ts";
import { InviteeInput } from "../../wire/team.ts";
import { type Html, html } from "../html.ts";
import { keyField, sendPage } from "./frame.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { showTeam } from "./team.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Makes a team. */
export function makeTeam(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const name = form.get("name") ?? "";
  return act(visit, {
    field: "name",
    typed: name,
    done: "made",
    make: (work) => createTeam(work, { accountId, name }),
  });
}

/** Renames a team. */
export function nameTeam(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const [teamId, name] = [form.get("team") ?? "", form.get("name") ?? ""];
  const make = (work: Work) => renameTeam(work, { accountId, teamId, name });
  return act(visit, { field: "name", typed: name, teamId, done: "named", make });
}

/** Makes a team below another. */
export function makeBelow(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { account_id: accountId } = visit.account;
  const [parentId, name] = [form.get("team") ?? "", form.get("name") ?? ""];
  const make = (work: Work) => createSubTeam(work, { accountId, parentId, name });
  return act(visit, { field: "sub", typed: name, teamId: parentId, done: "below", make });
}

/** Asks somebody to join. */
export function sendInvitation(visit: Visit, form: Fields): Promise<FastifyReply> {
  const typed = (form.get("email") ?? "").trim();
  const teamId = form.get("team") ?? "";
  const role = roles.find((one) => one === form.get("role")) ?? "Member";
  const make = (work: Work) => {
    const { email_address: email } = coerceInput(InviteeInput, { email_address: typed });
    return invite(work, { by: visit.account, person: { email }, teamId, role });
  };
  return act(visit, { field: "email", typed, teamId, done: "invited", make });
}

/** Lets an invitation expire. */
export function withdrawIt(visit: Visit): Promise<FastifyReply> {
  const named = { byId: visit.account.account_id, invitationId: idOf(visit) };
  return act(visit, { field: "", typed: "", done: "withdrawn", make: (work) => withdrawInvitation(work, named) });
}

/** Joins the team that one is asked to join. */
export function joinIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const named = { accountId: visit.account.account_id, invitationId: form.get("invitation") ?? "" };
  return act(visit, { field: "", typed: "", done: "joined", make: (work) => joinTeam(work, named) });
}

/** Asks once more before one leaves; the only member is asked whether the team goes. */
export async function askLeave(visit: Visit): Promise<FastifyReply> {
  const { read } = visit.house.store;
  const standing = await findOwnStanding(read, visit.account.account_id);
  const isLast =
    standing.role === "Admin" && (await countMembers(read, idsOf(teamsBelow(standing, standing.team)))) === 1;
  return ask(visit, {
    title: isLast ? "Delete the team?" : "Leave the team?",
    words: isLast
      ? html`<p>You are its only member. The teams below it go too. Your account and all that you have sent stay.</p>`
      : html`<p>You come back only when somebody invites you again. Your account and all that you have sent stay yours.</p>`,
    action: "/app/settings/team/leave",
    button: isLast ? "Delete the team" : "Leave the team",
  });
}

/** Leaves, or deletes the team as its only member. */
export async function leaveIt(visit: Visit): Promise<FastifyReply> {
  const { account, house } = visit;
  const { read } = house.store;
  const byId = account.account_id;
  const standing = await findOwnStanding(read, byId);
  const count = await countMembers(read, idsOf(teamsBelow(standing, standing.team)));
  if (standing.role === "Admin" && count === 1)
    return act(visit, { field: "", typed: "", done: "deleted", make: (work) => deleteTeam(work, byId) });
  const removal = { byId, person: { accountId: byId }, newOwnerEmail: null, move: null };
  return act(visit, { field: "", typed: "", done: "left", make: (work) => removeMember(work, removal) });
}

/** Asks once more before an empty team below another is deleted. */
export async function askDeleteBelow(visit: Visit): Promise<FastifyReply> {
  const standing = await findOwnStanding(visit.house.store.read, visit.account.account_id);
  const { name, team_id: id } = managedTeam(standing, idOf(visit));
  return ask(visit, {
    title: `Delete ${name}?`,
    words: html`<p>The teams below it go too, and open invitations end. This cannot be undone.</p>`,
    action: `/app/settings/team/delete/${id}`,
    button: "Delete the team",
  });
}

/** Deletes an empty team below another. */
export function deleteBelow(visit: Visit): Promise<FastifyReply> {
  const named = { accountId: visit.account.account_id, teamId: idOf(visit) };
  return act(visit, { field: "", typed: "", done: "deleted", make: (work) => deleteSubTeam(work, named) });
}

type Act = {
  /** Which field of the page is wrong when it is refused, and what was typed there. */
  readonly field: string;
  readonly typed: string;
  /** The team whose page shows what was done; null: one's own. */
  readonly teamId?: string;
  readonly done: string;
  readonly make: (work: Work) => Promise<unknown>;
};

async function act(visit: Visit, { field, typed, teamId, done, make }: Act): Promise<FastifyReply> {
  const made = await refusing(async () => {
    await visit.house.transact(make, actorOf(visit));
  });
  if (!(made instanceof Fault)) {
    const query = new URLSearchParams({ ...(teamId ? { team: teamId } : {}), done }).toString();
    return visit.reply.redirect(`/app/settings/team?${query}`, 303);
  }
  // A team that is not there for this person has no page to say so on.
  if (made.faultName === "not_found") throw made;
  const isOfField = made.path !== undefined || made.faultName === "team_invite_failed";
  const refused = {
    field: isOfField ? field : "",
    words: wordsOf(made),
    fault: made,
    typed: typed.slice(0, limits.nameLength),
  };
  return showTeam(visit, teamId ? { ...refused, teamId } : refused);
}

type Question = { readonly title: string; readonly words: Html; readonly action: string; readonly button: string };

function ask(visit: Visit, { title, words, action, button }: Question): FastifyReply {
  return sendPage(visit, {
    title,
    place: "settings",
    setting: "team",
    body: html`<div><p class="crumb"><a href="/app/settings/team">Team</a></p><h1>${title}</h1></div>
<section class="card">${words}<form method="post" action="${action}" class="acts">${keyField(visit.formKey)}<button class="danger">${button}</button> <a href="/app/settings/team">Keep it as it is</a></form></section>`,
  });
}
