import { Type } from "typebox";
import { listMembers } from "../accounts/team-members.ts";
import {
  countMembers,
  createSubTeam,
  createTeam,
  deleteTeam,
  findOwnStanding,
  findStanding,
  renameTeam,
  teamIn,
} from "../accounts/teams.ts";
import { limits } from "../base/limits.ts";
import { ListInfo, renderListInfo } from "../wire/shapes.ts";
import { renderSubTeam, renderTeamInfo, renderTeamMember, SubTeam, TeamInfo, TeamMember } from "../wire/team.ts";
import { operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { showTeam, TeamAnswer } from "./team-answers.ts";

const Name = Type.Optional(Type.String({ maxLength: limits.nameLength }));
const Page = { page: Type.Optional(Type.Integer()), page_size: Type.Optional(Type.Integer()) };

export const teamCreate = operation({
  id: "teamCreate",
  on: "POST /team/create",
  says: "Makes a team, whose first Admin the caller is. With `parent_team_id`, an extension, makes a team below one that the caller looks after.",
  input: Type.Object({ name: Name, parent_team_id: Type.Optional(Type.String()) }),
  output: TeamAnswer,
  faults: ["unauthorized", "bad_request", "forbidden", "not_found"],

  async handle(call, { name = "Untitled Team", parent_team_id: parentId }) {
    const { house, account, actor } = call;
    const { account_id: accountId } = account;
    const team = await house.transact(
      (work) => (parentId ? createSubTeam(work, { accountId, parentId, name }) : createTeam(work, { accountId, name })),
      actor,
    );
    return showTeam(call, { team });
  },
});

export const teamGet = operation({
  id: "teamGet",
  on: "GET /team",
  says: "Answers the caller's team with its members and whom it waits for.",
  input: Type.Object({}),
  output: TeamAnswer,
  faults: ["unauthorized", "not_found"],

  async handle(call) {
    const { team } = await findOwnStanding(call.house.store.read, call.account.account_id);
    return showTeam(call, { team });
  },
});

export const teamUpdate = operation({
  id: "teamUpdate",
  on: "PUT /team",
  says: "Renames the caller's team. For its Admins and Team Managers.",
  input: Type.Object({ name: Name }),
  output: TeamAnswer,
  faults: ["unauthorized", "bad_request", "forbidden", "not_found"],

  async handle(call, { name }) {
    const { house, account, actor } = call;
    const { account_id: accountId } = account;
    const { team } = await findOwnStanding(house.store.read, accountId);
    if (name === undefined) return showTeam(call, { team });
    await house.transact((work) => renameTeam(work, { accountId, teamId: team.team_id, name }), actor);
    return showTeam(call, { team: (await findOwnStanding(house.store.read, accountId)).team });
  },
});

export const teamDelete = operation({
  id: "teamDelete",
  on: "DELETE /team/destroy",
  says: "Deletes the caller's team, and the teams below it, when nobody else is in any of them. For Admins.",
  input: Type.Object({}),
  output: "nothing",
  faults: ["unauthorized", "bad_request", "forbidden", "not_found"],

  async handle({ house, account, actor }) {
    await house.transact((work) => deleteTeam(work, account.account_id), actor);
  },
});

export const teamInfo = operation({
  id: "teamInfo",
  on: "GET /team/info",
  says: "Answers a team in numbers: the caller's own, or one that belongs together with it.",
  input: Type.Object({ team_id: Type.Optional(Type.String()) }),
  output: Type.Object({ team: TeamInfo }),
  faults: ["unauthorized", "not_found"],

  async handle({ house, account }, { team_id: teamId }) {
    const { read } = house.store;
    const standing = await findOwnStanding(read, account.account_id);
    const team = teamId ? teamIn(standing, teamId) : standing.team;
    const parent = standing.tree.find((one) => one.team_id === team.parent_id) ?? null;
    const subTeams = standing.tree.filter((one) => one.parent_id === team.team_id).length;
    return { team: renderTeamInfo(team, { parent, members: await countMembers(read, [team.team_id]), subTeams }) };
  },
});

export const teamMembers = operation({
  id: "teamMembers",
  on: "GET /team/members/{team_id}",
  says: "Lists the members of a team with their roles, those who came first first.",
  input: Type.Object({ team_id: Type.String(), ...Page }),
  output: Type.Object({ team_members: Type.Array(TeamMember), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle({ house, account }, { team_id: teamId, ...input }) {
    const paging = readPaging(input);
    const { read } = house.store;
    teamIn((await findStanding(read, account.account_id)) ?? { tree: [] }, teamId);
    const { members, count } = await listMembers(read, { teamId, ...paging });
    return { team_members: members.map(renderTeamMember), list_info: renderListInfo({ ...paging, count }) };
  },
});

export const teamSubTeams = operation({
  id: "teamSubTeams",
  on: "GET /team/sub_teams/{team_id}",
  says: "Lists the teams just below a team, the oldest first.",
  input: Type.Object({ team_id: Type.String(), ...Page }),
  output: Type.Object({ sub_teams: Type.Array(SubTeam), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle({ house, account }, { team_id: teamId, ...input }) {
    const paging = readPaging(input);
    const { tree } = (await findStanding(house.store.read, account.account_id)) ?? { tree: [] };
    const { team_id } = teamIn({ tree }, teamId);
    const below = tree.filter((one) => one.parent_id === team_id);
    const from = (paging.page - 1) * paging.pageSize;
    return {
      sub_teams: below.slice(from, from + paging.pageSize).map(renderSubTeam),
      list_info: renderListInfo({ ...paging, count: below.length }),
    };
  },
});
