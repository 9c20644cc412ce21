import assert from "node:assert/strict";
import { Type } from "typebox";
import { ListInfo } from "../../src/wire/shapes.ts";
import { SubTeam, Team, TeamInfo, TeamInvite, TeamMember } from "../../src/wire/team.ts";
import { visitorOf } from "../web/visitor.ts";
import { type Answered, type Asking, ask, readAs } from "./ask.ts";
import type { House } from "./house.ts";
import { makeSomebody, newestLink, type Somebody } from "./people.ts";

/** The answer that shows a team with its people. */
export const OneTeam = Type.Object({ team: Team });
/** The answer that shows a team in numbers. */
const Info = Type.Object({ team: TeamInfo });
/** A page of members. */
export const Members = Type.Object({ team_members: Type.Array(TeamMember), list_info: ListInfo });
/** A page of the teams below a team. */
const SubTeams = Type.Object({ sub_teams: Type.Array(SubTeam), list_info: ListInfo });
/** Invitations. */
export const Invites = Type.Object({ team_invites: Type.Array(TeamInvite) });

/** A team of somebody's own, and its Admin. */
export type OwnTeam = { readonly boss: Somebody; readonly id: string };

/** The password that people choose who join by a link. */
export const joinedPassword = "a long password of somebody";

/** Makes people and teams in a house, and calls for them. */
export type Crew = ReturnType<typeof crewOf>;

/** Opens a crew: everybody that it makes has an address and an account of their own. */
export function crewOf(house: House) {
  let people = 0;
  const call = (by: Somebody, on: string, asking: Asking = {}): Promise<Answered> =>
    ask(house, on, { ...asking, key: by.apiKey });
  const team = async (by: Somebody, on: string, json?: object) =>
    readAs(OneTeam, await call(by, on, json === undefined ? {} : { json })).team;
  const info = async (by: Somebody, id = "") => readAs(Info, await call(by, `GET /team/info?team_id=${id}`)).team;
  const somebody = () => {
    people += 1;
    return makeSomebody(house, `person-${people}@example.com`);
  };
  /** Joins by the link of the newest letter, which sets the first password on the way. */
  const join = async ({ email }: Pick<Somebody, "email">): Promise<void> => {
    const form = { new: joinedPassword, again: joinedPassword };
    const answer = await visitorOf(house).post(await newestLink(house, email), form);
    assert.equal(answer.status, 303, answer.text);
  };
  return {
    call,
    team,
    info,
    somebody,
    join,
    /** Somebody who is in the team of `by`, or in another of their choice. */
    member: async (by: Somebody, role = "Member", teamId?: string): Promise<Somebody> => {
      const who = await somebody();
      const id = teamId ?? (await info(by)).team_id;
      await team(by, `PUT /team/add_member?team_id=${id}`, { email_address: who.email, role });
      await join(who);
      return who;
    },
    ownTeam: async (name = "Own team"): Promise<OwnTeam> => {
      const boss = await somebody();
      await team(boss, "POST /team/create", { name });
      return { boss, id: (await info(boss)).team_id };
    },
    /** Makes a team below another and answers its id. */
    subTeam: async (by: Somebody, parent: string, name: string): Promise<string> => {
      await team(by, "POST /team/create", { name, parent_team_id: parent });
      const { sub_teams: below } = readAs(SubTeams, await call(by, `GET /team/sub_teams/${parent}?page_size=100`));
      return below.find((one) => one.name === name)?.team_id ?? assert.fail(`${name} is listed`);
    },
  };
}
