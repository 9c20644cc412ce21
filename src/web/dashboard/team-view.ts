import { listOpenInvitations, type WaitingInvitation } from "../../accounts/team-invitations.ts";
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
  /** The open ones; none are read for who does not look after the team. */
  readonly invitations: readonly WaitingInvitation[];
};

type Viewing = { readonly standing: Standing; readonly team: TeamRow; readonly page: number };

/** Reads what is shown of a team; `page`: of its members. */
export async function viewTeam(visit: Visit, { standing, team, page }: Viewing): Promise<TeamView> {
  const { store, clock } = visit.house;
  const { team_id: teamId } = team;
  const isLookedAfter = isLookingAfter(standing, teamId);
  return {
    standing,
    team,
    page,
    isLookedAfter,
    members: await listMembers(store.read, { teamId, page, pageSize: limits.dashboardRows }),
    invitations: isLookedAfter ? await listOpenInvitations(store.read, { teamId, at: clock() }) : [],
  };
}
