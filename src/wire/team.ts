import { Type } from "typebox";
import type { LeftOf } from "../accounts/quotas.ts";
import { roleOf, roles } from "../accounts/roles.ts";
import type { ListedInvitation } from "../accounts/team-invitations.ts";
import type { Member } from "../accounts/team-members.ts";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { TeamRow } from "../storage/team-tables.ts";
import { renderTeamAccount, TeamAccount } from "./account.ts";
import { Nullable, Seconds } from "./shapes.ts";

/** A role as it is given. */
export const RoleInput = Type.Enum(roles);

/** The address of somebody who is asked to join. */
export const InviteeInput = Type.Object({
  email_address: Type.String({ format: "email", minLength: 1, maxLength: limits.emailLength }),
});

/** A team with its people. Everybody who is asked gets an account at once, so `invited_emails` is empty. Contract: objects.md. */
export const Team = Type.Object({
  name: Type.String(),
  accounts: Type.Array(TeamAccount),
  invited_accounts: Type.Array(TeamAccount),
  invited_emails: Type.Array(Type.String()),
});

/** A team in numbers. */
export const TeamInfo = Type.Object({
  team_id: Type.String(),
  team_parent: Nullable(Type.Object({ team_id: Type.String(), name: Type.String() })),
  name: Type.String(),
  num_members: Type.Integer(),
  num_sub_teams: Type.Integer(),
});

/** Somebody asked to join; `redeemed_at` once they have. */
export const TeamInvite = Type.Object({
  email_address: Type.String(),
  team_id: Type.String(),
  role: Type.String(),
  sent_at: Seconds,
  redeemed_at: Type.Optional(Seconds),
  expires_at: Seconds,
});

/** Somebody in a team. */
export const TeamMember = Type.Object({ account_id: Type.String(), email_address: Type.String(), role: Type.String() });

/** A team below another. */
export const SubTeam = Type.Object({ team_id: Type.String(), name: Type.String() });

/** A team's people: its own members, and whom it waits for. */
export type TeamPeople = {
  readonly members: readonly Member[];
  readonly invitees: readonly AccountRow[];
  readonly leftOf: LeftOf;
};

/** Renders a team. */
export function renderTeam({ name }: TeamRow, { members, invitees, leftOf }: TeamPeople): Type.Static<typeof Team> {
  return {
    name,
    accounts: members.map(({ account, role }) =>
      renderTeamAccount(account, { role, left: leftOf(account.account_id) }),
    ),
    invited_accounts: invitees.map((account) =>
      renderTeamAccount(account, { role: null, left: leftOf(account.account_id) }),
    ),
    invited_emails: [],
  };
}

type Numbers = { readonly parent: TeamRow | null; readonly members: number; readonly subTeams: number };

/** Renders a team in numbers: its own members, and the teams just below it. */
export function renderTeamInfo(team: TeamRow, { parent, members, subTeams }: Numbers): Type.Static<typeof TeamInfo> {
  return {
    team_id: team.team_id,
    team_parent: parent && renderSubTeam(parent),
    name: team.name,
    num_members: members,
    num_sub_teams: subTeams,
  };
}

/** Renders an invitation. */
export function renderTeamInvite(invitation: ListedInvitation): Type.Static<typeof TeamInvite> {
  const { email, team_id, role, sent_at, expires_at, redeemed_at } = invitation;
  return {
    email_address: email,
    team_id,
    role: roleOf(role),
    sent_at: toSeconds(sent_at),
    ...(redeemed_at === null ? {} : { redeemed_at: toSeconds(redeemed_at) }),
    expires_at: toSeconds(expires_at),
  };
}

/** Renders a member. */
export function renderTeamMember({ account, role }: Member): Type.Static<typeof TeamMember> {
  return { account_id: account.account_id, email_address: account.email, role };
}

/** Renders a team as others name it. */
export function renderSubTeam({ team_id, name }: TeamRow): Type.Static<typeof SubTeam> {
  return { team_id, name };
}
