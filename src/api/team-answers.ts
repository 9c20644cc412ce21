import { Type } from "typebox";
import type { Person } from "../accounts/new-account.ts";
import { findLeft } from "../accounts/quotas.ts";
import { findInvitees } from "../accounts/team-invitations.ts";
import { findMembers } from "../accounts/team-members.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { TeamRow } from "../storage/team-tables.ts";
import { Warning, withWarnings } from "../wire/shapes.ts";
import { renderTeam, Team } from "../wire/team.ts";
import type { Call } from "./operation.ts";

/** What operations answer that show a team with its people. */
export const TeamAnswer = Type.Object({ team: Team, warnings: Type.Optional(Type.Array(Warning)) });

/** The parameters that say who is meant. */
export const PersonInput = {
  account_id: Type.Optional(Type.String()),
  email_address: Type.Optional(Type.String({ format: "email", maxLength: limits.emailLength })),
};

/** Shows a team with its people, and what is worth telling. */
export async function showTeam(
  { house }: Call,
  { team, warnings = [] }: { readonly team: TeamRow; readonly warnings?: readonly Warning[] },
): Promise<Type.Static<typeof TeamAnswer>> {
  const { read } = house.store;
  const members = await findMembers(read, [team.team_id]);
  const invitees = await findInvitees(read, { teamId: team.team_id, at: house.clock() });
  const people = [...members.map(({ account }) => account), ...invitees];
  const accountIds = people.map((one) => one.account_id);
  const leftOf = await findLeft(read, { quotas: house.quotas, at: house.clock(), accountIds });
  return withWarnings({ team: renderTeam(team, { members, invitees, leftOf }) }, warnings);
}

type Named = { readonly account_id?: string; readonly email_address?: string };

/** Who is meant; the id wins over the address. Throws `bad_request` when neither is given. */
export function readPerson({ account_id: accountId, email_address: email }: Named): Person {
  if (accountId) return { accountId };
  if (email) return { email };
  throw badRequest("account_id or email_address is required.", "email_address");
}

/** The warning that a role was given for a team that was not. */
export function roleIgnored(role: string, teamId: string): Warning {
  return { warning_name: "parameter_ignored", warning_msg: `${role} is used only together with ${teamId}.` };
}
