import { badRequest, Fault, notFound } from "../base/faults.ts";
import { newId } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { TeamRow } from "../storage/team-tables.ts";
import { lockAccount } from "./lock.ts";
import { isManaging, type Role, roleOf } from "./roles.ts";

/** Where somebody stands: their team, their role in it, and all teams that belong together with it. */
export type Standing = {
  readonly accountId: string;
  readonly team: TeamRow;
  readonly role: Role;
  readonly tree: readonly TeamRow[];
};

/** Where an account stands; null for one that is in no team. */
export async function findStanding(db: Db, accountId: string): Promise<Standing | null> {
  const row = await db
    .selectFrom("team_members")
    .innerJoin("teams", "teams.team_id", "team_members.team_id")
    .selectAll("teams")
    .select("role")
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!row) return null;
  const { role, ...team } = row;
  const tree = await db
    .selectFrom("teams")
    .selectAll()
    .where("root_id", "=", team.root_id)
    .orderBy("created_at")
    .orderBy("team_id")
    .execute();
  return { accountId, team, role: roleOf(role), tree };
}

/** The same; throws `not_found` in the contract's words for one that is in no team. */
export async function findOwnStanding(db: Db, accountId: string): Promise<Standing> {
  const standing = await findStanding(db, accountId);
  if (standing === null) throw notFound("Team does not exist");
  return standing;
}

/** Where an account stands, while nobody else changes its teams: until the commit such changes come one after the other. */
export async function lockStanding(work: Work, accountId: string): Promise<Standing> {
  const before = await findOwnStanding(work.tx, accountId);
  await holdTree(work, before.team.root_id);
  const standing = await findOwnStanding(work.tx, accountId);
  // Moved to other teams meanwhile: those are the ones to hold.
  return standing.team.root_id === before.team.root_id ? standing : lockStanding(work, accountId);
}

/** Holds the topmost of the teams that belong together until the commit: who else wants to change any of them waits. */
export async function holdTree({ tx }: Work, rootId: string): Promise<void> {
  await tx
    .updateTable("teams")
    .set((eb) => ({ name: eb.ref("name") }))
    .where("team_id", "=", rootId)
    .execute();
}

/** A team that somebody may look at: their own, and those that belong together with it. Throws `not_found` for any other. */
export function teamIn({ tree }: Pick<Standing, "tree">, teamId: string): TeamRow {
  const team = tree.find((one) => one.team_id === teamId);
  if (!team) throw notFound();
  return team;
}

/** A team and all below it. */
export function teamsBelow({ tree }: Pick<Standing, "tree">, top: TeamRow): readonly TeamRow[] {
  const children = tree.filter((one) => one.parent_id === top.team_id);
  return [top, ...children.flatMap((child) => teamsBelow({ tree }, child))];
}

/** Whether somebody looks after a team: by their role, in their own team and below it. */
export function isLookingAfter(standing: Standing, teamId: string): boolean {
  return isManaging(standing.role) && teamsBelow(standing, standing.team).some((one) => one.team_id === teamId);
}

/** Throws `not_found` for a team that is not there for this person, and `forbidden` for one that they do not look after. */
export function managedTeam(standing: Standing, teamId: string): TeamRow {
  const team = teamIn(standing, teamId);
  if (!isLookingAfter(standing, teamId))
    throw new Fault("forbidden", "Only an Admin or a Team Manager of this team, or of one above it, may do this.");
  return team;
}

/** Makes a team with its first Admin. Throws `bad_request` for somebody who is in one already. */
export async function createTeam(
  work: Work,
  { accountId, name }: { readonly accountId: string; readonly name: string },
): Promise<TeamRow> {
  await lockAccount(work, accountId);
  if ((await findStanding(work.tx, accountId)) !== null)
    throw badRequest("You are in a team already: leave it first, or delete it.");
  const teamId = newId();
  const top = { team_id: teamId, root_id: teamId, parent_id: null, depth: 1 };
  const team = await insertTeam(work, { ...top, name: readTeamName(name), created_at: work.at });
  await work.tx
    .insertInto("team_members")
    .values({ account_id: accountId, team_id: teamId, role: "Admin", joined_at: work.at })
    .execute();
  return team;
}

type NewSubTeam = { readonly accountId: string; readonly parentId: string; readonly name: string };

/** Makes a team below another that this account looks after, `limits.teamDepth` levels deep at most. It begins without members. */
export async function createSubTeam(work: Work, { accountId, parentId, name }: NewSubTeam): Promise<TeamRow> {
  const standing = await lockStanding(work, accountId);
  const parent = managedTeam(standing, parentId);
  if (parent.depth >= limits.teamDepth)
    throw badRequest(`parent_team_id not valid: teams go ${limits.teamDepth} levels deep`, "parent_team_id");
  if (standing.tree.length > limits.subTeams)
    throw badRequest(`A team has at most ${limits.subTeams} teams below it.`, "parent_team_id");
  const { root_id, depth } = parent;
  const place = { team_id: newId(), root_id, parent_id: parentId, depth: depth + 1 };
  return insertTeam(work, { ...place, name: readTeamName(name), created_at: work.at });
}

/** Renames a team that this account looks after. */
export async function renameTeam(
  work: Work,
  { accountId, teamId, name }: { readonly accountId: string; readonly teamId: string; readonly name: string },
): Promise<void> {
  managedTeam(await lockStanding(work, accountId), teamId);
  const columns = { name: readTeamName(name) };
  await work.tx.updateTable("teams").set(columns).where("team_id", "=", teamId).execute();
}

/** Deletes the account's own team with all below it. Throws `bad_request` while anybody else is in any of them, and `forbidden` for who is no Admin. */
export async function deleteTeam(work: Work, accountId: string): Promise<void> {
  const standing = await lockStanding(work, accountId);
  if (standing.role !== "Admin") throw new Fault("forbidden", "Only an Admin may delete a team.");
  const gone = teamsBelow(standing, standing.team);
  const members = await countMembers(work.tx, idsOf(gone));
  if (members > 1)
    throw badRequest("A team can be deleted by its only member: remove the others first, in the teams below it too.");
  await removeTeams(work, gone);
}

/** Deletes an empty team below another. Throws `bad_request` while it, or one below it, has members. */
export async function deleteSubTeam(
  work: Work,
  { accountId, teamId }: { readonly accountId: string; readonly teamId: string },
): Promise<void> {
  const standing = await lockStanding(work, accountId);
  const team = managedTeam(standing, teamId);
  const gone = teamsBelow(standing, team);
  if (team.parent_id === null || (await countMembers(work.tx, idsOf(gone))) > 0)
    throw badRequest("This team still has members: move or remove them first, in the teams below it too.");
  await removeTeams(work, gone);
}

/** How many are in these teams together. */
export async function countMembers(db: Db, teamIds: readonly string[]): Promise<number> {
  const { count } = await db
    .selectFrom("team_members")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("team_id", "in", teamIds)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The ids of teams. */
export function idsOf(teams: readonly TeamRow[]): readonly string[] {
  return teams.map((team) => team.team_id);
}

/** The deepest first: each points at the one above it. */
async function removeTeams(work: Work, gone: readonly TeamRow[]): Promise<void> {
  const ids = idsOf(gone);
  await work.tx.deleteFrom("team_invitations").where("team_id", "in", ids).execute();
  await work.tx.deleteFrom("team_members").where("team_id", "in", ids).execute();
  for (const { team_id: teamId } of gone.toSorted((one, other) => other.depth - one.depth))
    await work.tx.deleteFrom("teams").where("team_id", "=", teamId).execute();
}

async function insertTeam(work: Work, row: TeamRow): Promise<TeamRow> {
  await work.tx.insertInto("teams").values(row).execute();
  return row;
}

function readTeamName(given: string): string {
  const name = given.trim();
  if (name === "") throw badRequest("This value should not be blank", "name");
  if (name.length > limits.nameLength)
    throw badRequest(`name not valid: it may have at most ${limits.nameLength} characters`, "name");
  return name;
}
