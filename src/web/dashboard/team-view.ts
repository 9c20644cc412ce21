import { type ListedInvitation, listInvitations } from "../../accounts/team-invitations.ts";
import { listMembers } from "../../accounts/team-members.ts";
import { isLookingAfter, type Standing } from "../../accounts/teams.ts";
import { limits } from "../../base/limits.ts";
import type { TeamRow } from "../../storage/team-tables.ts";
import type { Visit } from "./visit.ts";

/** What is shown of a team. */
export type TeamView = {
  readonly standing: Standing;
  readonly team: TeamRow;
  readonly isLookedAfter: boolean;
  readonly members: Awaited<ReturnType<typeof listMembers>>;
  readonly page: number;
  readonly invitations: readonly ListedInvitation[];
};

type Viewing = { readonly standing: Standing; readonly team: TeamRow; readonly page: number };

/** Reads what is shown of a team; `page`: of its members. */
export async function viewTeam(visit: Visit, { standing, team, page }: Viewing): Promise<TeamView> {
  const { account, house } = visit;
  const { read } = house.store;
  const at = house.clock();
  const sent = await listInvitations(read, { account, email: null });
  return {
    standing,
    team,
    page,
    isLookedAfter: isLookingAfter(standing, team.team_id),
    members: await listMembers(read, { teamId: team.team_id, page, pageSize: limits.dashboardRows }),
    invitations: sent.filter((one) => one.team_id === team.team_id && one.redeemed_at === null && one.expires_at > at),
  };
}
