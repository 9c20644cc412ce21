import type { FastifyReply } from "fastify";
import { findInvitationsTo } from "../../accounts/team-joining.ts";
import { findStanding, type Standing, teamIn } from "../../accounts/teams.ts";
import type { TeamRow } from "../../storage/team-tables.ts";
import { type Html, html } from "../html.ts";
import { refusalNotice } from "./form-field.ts";
import { sendPage } from "./frame.ts";
import { pageIn } from "./pager.ts";
import { type RefusedTeam, renderInvite, renderName, renderSubTeams } from "./team-forms.ts";
import { renderEnd, renderInvitations, renderMembers } from "./team-lists.ts";
import { renderNoTeam } from "./team-none.ts";
import { viewTeam } from "./team-view.ts";
import { readQuery, type Visit } from "./visit.ts";

/** The team that somebody is in, or one that belongs together with it: who is in it, who is asked to join, and the teams below. */
export async function showTeam(visit: Visit, refused: RefusedTeam | null = null): Promise<FastifyReply> {
  const { account, house } = visit;
  const standing = await findStanding(house.store.read, account.account_id);
  return standing === null ? showNone(visit, refused) : showOne(visit, { standing, refused });
}

async function showNone(visit: Visit, refused: RefusedTeam | null): Promise<FastifyReply> {
  const { account, house } = visit;
  const asked = { accountId: account.account_id, at: house.clock() };
  const invitations = await findInvitationsTo(house.store.read, asked);
  return sendPage(visit, {
    title: "Team · Settings",
    place: "settings",
    setting: "team",
    status: refused?.fault.status ?? 200,
    body: html`<h1>Team</h1>${renderDone(visit, refused)}${renderNoTeam(visit, { invitations, refused })}`,
  });
}

type Showing = { readonly standing: Standing; readonly refused: RefusedTeam | null };

async function showOne(visit: Visit, { standing, refused }: Showing): Promise<FastifyReply> {
  const query = readQuery(visit.request);
  const team = teamIn(standing, refused?.teamId ?? query.get("team") ?? standing.team.team_id);
  const view = await viewTeam(visit, { standing, team, page: pageIn(query) });
  const hidden = !view.isLookedAfter;
  return sendPage(visit, {
    title: `${team.name} · Team`,
    place: "settings",
    setting: "team",
    status: refused?.fault.status ?? 200,
    body: html`<div>${renderCrumbs(standing, team)}<div class="head"><h1>${team.name}</h1><p class="soft small">You are ${standing.role}${standing.team.team_id === team.team_id ? null : ` of ${standing.team.name}`}. All times are UTC.</p></div></div>
${renderDone(visit, refused)}
${renderMembers(visit, view)}
${hidden ? null : html`${renderInvite(visit, { view, refused })}${renderInvitations(visit, view)}`}
${renderSubTeams(visit, { view, refused })}
${hidden ? null : renderName(visit, { view, refused })}
${renderEnd(view)}`,
  });
}

function renderCrumbs({ tree }: Standing, team: TeamRow): Html | null {
  const parent = tree.find((one) => one.team_id === team.parent_id);
  if (parent === undefined) return null;
  return html`<p class="crumb">${renderAbove({ tree }, parent)}</p>`;
}

function renderAbove({ tree }: Pick<Standing, "tree">, team: TeamRow): Html {
  const parent = tree.find((one) => one.team_id === team.parent_id);
  return html`${parent && html`${renderAbove({ tree }, parent)} › `}<a href="/app/settings/team?team=${team.team_id}">${team.name}</a>`;
}

const deeds: Readonly<Record<string, string>> = {
  made: "The team is made, and you are its Admin. Invite people by their e-mail addresses.",
  joined: "You have joined the team.",
  invited: "The invitation is on its way, unless one went there a moment ago.",
  withdrawn: "The invitation is withdrawn: its link is over.",
  named: "The team has its new name.",
  below: "The team below is made. It has no members yet.",
  changed: "The member has the new place.",
  removed: "The member is removed from the team. The account stays.",
  left: "You have left the team.",
  deleted: "The team is deleted.",
};

function renderDone(visit: Visit, refused: RefusedTeam | null): Html | null {
  if (refused !== null) return refusalNotice({ field: refused.field, words: refused.words }, "Nothing was changed.");
  const done = readQuery(visit.request).get("done");
  const words = done !== undefined && Object.hasOwn(deeds, done) ? deeds[done] : undefined;
  return words === undefined ? null : html`<p class="notice ok" role="status">${words}</p>`;
}
