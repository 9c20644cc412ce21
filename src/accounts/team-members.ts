import { badRequest, Fault, notFound } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import type { TeamRow } from "../storage/team-tables.ts";
import { findAccount, findAccountByEmail, type Person } from "./new-account.ts";
import { isManaging, type Role, roleOf } from "./roles.ts";
import { refuseGiving, withdrawFrom } from "./team-invitations.ts";
import { findStanding, idsOf, lockStanding, managedTeam, type Standing, teamIn, teamsBelow } from "./teams.ts";
import { transferAll } from "./transfer.ts";

/** Somebody in a team. */
export type Member = { readonly account: AccountRow; readonly teamId: string; readonly role: Role };

/** A page of a team's own members, those who came first first, and how many there are; those of the teams below are not among them. */
export async function listMembers(
  db: Db,
  { teamId, page, pageSize }: { readonly teamId: string; readonly page: number; readonly pageSize: number },
): Promise<{ readonly members: readonly Member[]; readonly count: number }> {
  const { count } = await db
    .selectFrom("team_members")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("team_id", "=", teamId)
    .executeTakeFirstOrThrow();
  const rows = await membersOf(db, [teamId])
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { members: rows.map(memberOf), count: Number(count) };
}

/** All members of these teams, those who came first first. */
export async function findMembers(db: Db, teamIds: readonly string[]): Promise<readonly Member[]> {
  return (await membersOf(db, teamIds).execute()).map(memberOf);
}

/** Somebody among those who are in the teams of a standing; null for anybody else. */
export async function findMember(
  db: Db,
  { standing, accountId }: { readonly standing: Pick<Standing, "tree">; readonly accountId: string },
): Promise<Member | null> {
  const row = await membersOf(db, idsOf(standing.tree)).where("accounts.account_id", "=", accountId).executeTakeFirst();
  return row === undefined ? null : memberOf(row);
}

/** The accounts whose requests an account may list: its own, and where it looks after teams those of their members. */
export async function findSeenAccounts(db: Db, account: AccountRow): Promise<readonly AccountRow[]> {
  const standing = await findStanding(db, account.account_id);
  if (standing === null || !isManaging(standing.role)) return [account];
  const members = await findMembers(db, idsOf(teamsBelow(standing, standing.team)));
  return members.map((member) => member.account);
}

/** The accounts whose fax lines an account may list: those of its team, its own among them, and where it looks after teams those of their members. */
export async function findTeammates(db: Db, account: AccountRow): Promise<readonly AccountRow[]> {
  const standing = await findStanding(db, account.account_id);
  if (standing === null) return [account];
  const teams = isManaging(standing.role) ? teamsBelow(standing, standing.team) : [standing.team];
  const members = await findMembers(db, idsOf(teams));
  return members.map((member) => member.account);
}

/** What is done with a member: removed, or moved to another team or role; to whom all that they have goes (null: it stays with them). */
export type Removal = {
  readonly byId: string;
  readonly person: Person;
  readonly newOwnerEmail: string | null;
  /** Null: out of the team. `role` null: the one they have. */
  readonly move: { readonly teamId: string; readonly role: Role | null } | null;
};

/**
 * Removes somebody from the team, or gives them another place in it; an open invitation of theirs expires instead. Anybody may leave; the
 * rest is for those who look after the team. Answers the team that they were in. Throws `not_found`, `forbidden`, and `bad_request` when
 * the topmost team would be without an Admin.
 */
export async function removeMember(work: Work, removal: Removal): Promise<TeamRow> {
  const { byId, person, move, newOwnerEmail } = removal;
  const standing = await lockStanding(work, byId);
  const account = await findAccount(work.tx, person);
  if (account === null) throw notFound();
  const member = await findMember(work.tx, { standing, accountId: account.account_id });
  if (member === null) {
    if (await withdrawFrom(work, { standing, accountId: account.account_id })) return standing.team;
    throw notFound();
  }
  refuseTouching(standing, { member, isLeaving: move === null });
  const heir = newOwnerEmail === null ? null : await findHeir(work, { standing, member, email: newOwnerEmail });
  await (move === null ? takeOut(work, member) : place(work, { standing, member, move }));
  await keepAdmin(work, standing);
  if (heir !== null) await transferAll(work, { from: account, to: heir });
  return teamIn(standing, member.teamId);
}

type Touching = { readonly member: Member; readonly isLeaving: boolean };

/** Anybody may leave; other members are for those who look after them, and Admins for Admins. */
function refuseTouching(standing: Standing, { member, isLeaving }: Touching): void {
  if (isLeaving && member.account.account_id === standing.accountId) return;
  managedTeam(standing, member.teamId);
  if (member.role === "Admin" && standing.role !== "Admin")
    throw new Fault("forbidden", "Only an Admin may remove or change an Admin.");
}

type Inheriting = { readonly standing: Standing; readonly member: Member; readonly email: string };

async function findHeir(work: Work, { standing, member, email }: Inheriting): Promise<AccountRow> {
  if (standing.role !== "Admin") throw new Fault("forbidden", "Only an Admin may hand over what somebody has.");
  const account = await findAccountByEmail(work.tx, email);
  const heir = account && (await findMember(work.tx, { standing, accountId: account.account_id }));
  if (heir === null || heir.account.account_id === member.account.account_id)
    throw badRequest(
      "new_owner_email_address not valid: it must be that of another member of this team",
      "new_owner_email_address",
    );
  return heir.account;
}

async function takeOut(work: Work, { account }: Member): Promise<void> {
  await work.tx.deleteFrom("team_members").where("account_id", "=", account.account_id).execute();
}

type Placing = {
  readonly standing: Standing;
  readonly member: Member;
  readonly move: NonNullable<Removal["move"]>;
};

async function place(work: Work, { standing, member, move }: Placing): Promise<void> {
  const team = managedTeam(standing, move.teamId);
  const role = move.role ?? member.role;
  if (role !== member.role) refuseGiving(standing, role);
  await work.tx
    .updateTable("team_members")
    .set({ team_id: team.team_id, role })
    .where("account_id", "=", member.account.account_id)
    .execute();
}

/** Whoever changes the team holds its topmost row, so that of the last two Admins one stays. */
async function keepAdmin(work: Work, { team }: Standing): Promise<void> {
  const admin = await work.tx
    .selectFrom("team_members")
    .select("account_id")
    .where("team_id", "=", team.root_id)
    .where("role", "=", "Admin")
    .limit(1)
    .executeTakeFirst();
  if (!admin)
    throw badRequest(
      "The topmost team would be without an Admin: make somebody else an Admin there first, or delete the team.",
    );
}

function membersOf(db: Db, teamIds: readonly string[]) {
  return db
    .selectFrom("team_members")
    .innerJoin("accounts", "accounts.account_id", "team_members.account_id")
    .selectAll("accounts")
    .select(["team_id", "role"])
    .where("team_id", "in", teamIds)
    .orderBy("joined_at")
    .orderBy("accounts.account_id");
}

type MemberRow = AccountRow & { readonly team_id: string; readonly role: string };

function memberOf({ team_id: teamId, role, ...account }: MemberRow): Member {
  return { account, teamId, role: roleOf(role) };
}
