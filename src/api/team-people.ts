import { Type } from "typebox";
import { invite, listInvitations } from "../accounts/team-invitations.ts";
import { removeMember } from "../accounts/team-members.ts";
import { limits } from "../base/limits.ts";
import { RoleInput, renderTeamInvite, TeamInvite } from "../wire/team.ts";
import { operation } from "./operation.ts";
import { PersonInput, readPerson, roleIgnored, showTeam, TeamAnswer } from "./team-answers.ts";

const Email = Type.Optional(Type.String({ format: "email", maxLength: limits.emailLength }));

export const teamAddMember = operation({
  id: "teamAddMember",
  on: "PUT /team/add_member",
  says: "Asks somebody to join the caller's team, or with `team_id` one below it, by mail. An address without an account gets one. For Admins and Team Managers.",
  input: Type.Object({ ...PersonInput, role: Type.Optional(RoleInput), team_id: Type.Optional(Type.String()) }),
  output: TeamAnswer,
  faults: ["unauthorized", "bad_request", "forbidden", "team_invite_failed", "not_found"],

  async handle(call, { role, team_id, ...named }) {
    const { house, account, actor } = call;
    const person = readPerson(named);
    const teamId = team_id || null;
    const asked = { by: account, person, teamId, role: (teamId === null ? undefined : role) ?? "Member" };
    const team = await house.transact((work) => invite(work, asked), actor);
    const isIgnored = role !== undefined && teamId === null;
    return showTeam(call, { team, warnings: isIgnored ? [roleIgnored("role", "team_id")] : [] });
  },
});

export const teamRemoveMember = operation({
  id: "teamRemoveMember",
  on: "POST /team/remove_member",
  says: "Removes somebody from the team, or moves them to `new_team_id` as `new_role`; an open invitation expires instead. With `new_owner_email_address` their requests and apps go to another member. Anybody may remove themselves; the rest is for Admins and Team Managers.",
  input: Type.Object({
    ...PersonInput,
    new_owner_email_address: Email,
    new_team_id: Type.Optional(Type.String()),
    new_role: Type.Optional(RoleInput),
  }),
  output: TeamAnswer,
  faults: ["unauthorized", "bad_request", "forbidden", "not_found"],
  status: 201,

  async handle(call, { new_owner_email_address: heir, new_team_id: teamId, new_role: role, ...named }) {
    const { house, account, actor } = call;
    const removal = {
      byId: account.account_id,
      person: readPerson(named),
      newOwnerEmail: heir || null,
      move: teamId ? { teamId, role: role ?? null } : null,
    };
    const team = await house.transact((work) => removeMember(work, removal), actor);
    const isIgnored = role !== undefined && !teamId;
    return showTeam(call, { team, warnings: isIgnored ? [roleIgnored("new_role", "new_team_id")] : [] });
  },
});

export const teamInvites = operation({
  id: "teamInvites",
  on: "GET /team/invites",
  says: "Lists invitations, newest first: those to the caller and, where the caller looks after teams, those of these teams. `email_address` leaves those to one address.",
  input: Type.Object({ email_address: Email }),
  output: Type.Object({ team_invites: Type.Array(TeamInvite) }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house, account }, { email_address: email }) {
    const found = await listInvitations(house.store.read, { account, email: email || null });
    return { team_invites: found.map(renderTeamInvite) };
  },
});
