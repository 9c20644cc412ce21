import { sql } from "kysely";
import { isRecent } from "../base/clock.ts";
import { Fault, notFound } from "../base/faults.ts";
import { newKey, newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import type { TeamInvitationRow, TeamRow } from "../storage/team-tables.ts";
import { inboxOf } from "./account-links.ts";
import { lockAccount } from "./lock.ts";
import { findAccount, findOrMakeAccount, type Person } from "./new-account.ts";
import { isManaging, type Role } from "./roles.ts";
import { countMembers, findStanding, idsOf, lockStanding, managedTeam, type Standing, teamsBelow } from "./teams.ts";

/** Who asks whom, who may have no account yet, to join which team (null: their own) as what. */
export type Inviting = {
  readonly by: AccountRow;
  readonly person: Person;
  readonly teamId: string | null;
  readonly role: Role;
};

/**
 * Asks somebody to join a team, by mail; an address without an account gets one. Asked again, an invitation says what was said last, and
 * its letter goes out again once it has rested. Throws `not_found`, `forbidden`, also for an open invitation of a team that `by` does not look after, and `team_invite_failed` for who is in a team already.
 */
export async function invite(work: Work, { by, person, teamId, role }: Inviting): Promise<TeamRow> {
  const standing = await lockStanding(work, by.account_id);
  const team = managedTeam(standing, teamId ?? standing.team.team_id);
  refuseGiving(standing, role);
  await refuseFull(work, standing);
  const invitee = await findInvitee(work, { person, madeBy: by.account_id });
  await lockAccount(work, invitee.account_id);
  const known = await findStanding(work.tx, invitee.account_id);
  if (known !== null)
    throw new Fault(
      "team_invite_failed",
      known.team.root_id === team.root_id
        ? "This person is in your team already: change their place there instead."
        : "This person is in another team: they have to leave it first.",
    );
  const invitation = { team_id: team.team_id, role, invited_by: by.email };
  const token = await writeInvitation(work, { standing, invitee, invitation });
  if (token !== null)
    work.notices.push({
      kind: "invitation",
      email: invitee.email,
      token,
      keptFor: inboxOf(invitee),
      by: by.email,
      team: team.name,
      role,
    });
  return team;
}

/** Throws `forbidden` for a role that somebody of this standing may not give. */
export function refuseGiving({ role }: Standing, given: Role): void {
  if (given === "Admin" && role !== "Admin") throw new Fault("forbidden", "Only an Admin may make somebody an Admin.");
}

async function refuseFull({ tx, at }: Work, { tree }: Standing): Promise<void> {
  const members = await countMembers(tx, idsOf(tree));
  const { count } = await openOnes(tx, { teamIds: idsOf(tree), at })
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  if (members >= limits.teamMembers)
    throw new Fault("team_invite_failed", `A team has at most ${limits.teamMembers} members.`);
  if (Number(count) >= limits.invitationsOpen)
    throw new Fault("team_invite_failed", `${limits.invitationsOpen} invitations are open: withdraw some first.`);
}

type Finding = { readonly person: Person; readonly madeBy: string };

async function findInvitee(work: Work, { person, madeBy }: Finding): Promise<AccountRow> {
  if ("email" in person) return (await findOrMakeAccount(work, { email: person.email, madeBy })).account;
  const account = await findAccount(work.tx, person);
  if (account === null) throw notFound();
  return account;
}

type Writing = {
  readonly standing: Standing;
  readonly invitee: AccountRow;
  readonly invitation: Pick<TeamInvitationRow, "team_id" | "role" | "invited_by">;
};

/** The token of the letter that is owed; null while the one before it rests. */
async function writeInvitation(work: Work, { standing, invitee, invitation }: Writing): Promise<string | null> {
  const open = await openOnes(work.tx, { teamIds: idsOf(standing.tree), at: work.at })
    .selectAll("team_invitations")
    .where("team_invitations.account_id", "=", invitee.account_id)
    .executeTakeFirst();
  // What a team above has said is not for those below to say anew.
  if (open !== undefined) managedTeam(standing, open.team_id);
  const token = newKey();
  const letter = { token_hash: hashOf(token), sent_at: work.at, expires_at: work.at + limits.invitationMs };
  const isResting = open !== undefined && isRecent(open.sent_at, { at: work.at, ms: limits.invitationRestMs });
  if (!isResting) await countLetter(work, invitee);
  if (open === undefined) {
    const row = { ...invitation, ...letter, invitation_id: newUuid(work.at), account_id: invitee.account_id };
    await work.tx
      .insertInto("team_invitations")
      .values({ ...row, redeemed_at: null })
      .execute();
    return token;
  }
  await work.tx
    .updateTable("team_invitations")
    .set(isResting ? invitation : { ...invitation, ...letter })
    .where("invitation_id", "=", open.invitation_id)
    .execute();
  return isResting ? null : token;
}

/** Neither inviting and withdrawing in turns, nor a team after another, is a way to fill somebody's mailbox. Whoever asks holds the account. */
async function countLetter(work: Work, { account_id: accountId }: AccountRow): Promise<void> {
  const lately = await work.tx
    .selectFrom("invitation_letters")
    .select("letter_id")
    .where("account_id", "=", accountId)
    .where("sent_at", ">", work.at - limits.invitationLettersMs)
    .where("sent_at", "<", work.at + limits.invitationLettersMs)
    .limit(limits.invitationLetters)
    .execute();
  if (lately.length >= limits.invitationLetters)
    throw new Fault("team_invite_failed", "This person was sent many invitations lately: wait an hour.");
  await work.tx
    .insertInto("invitation_letters")
    .values({ letter_id: newUuid(work.at), account_id: accountId, sent_at: work.at })
    .execute();
}

/** Lets an open invitation expire, if this account may. Throws `not_found` and `forbidden`. */
export async function withdrawInvitation(
  work: Work,
  { byId, invitationId }: { readonly byId: string; readonly invitationId: string },
): Promise<void> {
  const standing = await lockStanding(work, byId);
  const open = await openOnes(work.tx, { teamIds: idsOf(standing.tree), at: work.at })
    .select("team_id")
    .where("invitation_id", "=", invitationId)
    .executeTakeFirst();
  if (!open) throw notFound();
  managedTeam(standing, open.team_id);
  await expire(work, [invitationId]);
}

/** Lets what somebody is asked for by the teams of a standing expire; false when nothing was open. */
export async function withdrawFrom(
  work: Work,
  { standing, accountId }: { readonly standing: Standing; readonly accountId: string },
): Promise<boolean> {
  const open = await openOnes(work.tx, { teamIds: idsOf(standing.tree), at: work.at })
    .select(["invitation_id", "team_id"])
    .where("team_invitations.account_id", "=", accountId)
    .execute();
  for (const { team_id: teamId } of open) managedTeam(standing, teamId);
  await expire(
    work,
    open.map((one) => one.invitation_id),
  );
  return open.length > 0;
}

async function expire(work: Work, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await work.tx
      .updateTable("team_invitations")
      .set({ expires_at: work.at })
      .where("invitation_id", "=", id)
      .execute();
}

/** An invitation as lists show it. */
export type ListedInvitation = TeamInvitationRow & { readonly email: string; readonly teamName: string };

/** What is asked for, and by whom: `email` leaves only those to this address. */
export type InvitationList = { readonly account: AccountRow; readonly email: string | null };

/** The invitations that an account has got and, where it looks after teams, those that these have sent: newest first, `limits.invitationsShown` at most. */
export async function listInvitations(
  db: Db,
  { account, email }: InvitationList,
): Promise<readonly ListedInvitation[]> {
  const standing = await findStanding(db, account.account_id);
  const looked = standing !== null && isManaging(standing.role) ? idsOf(teamsBelow(standing, standing.team)) : [];
  return db
    .selectFrom("team_invitations")
    .innerJoin("accounts", "accounts.account_id", "team_invitations.account_id")
    .innerJoin("teams", "teams.team_id", "team_invitations.team_id")
    .selectAll("team_invitations")
    .select(["accounts.email as email", "teams.name as teamName"])
    .where((eb) =>
      eb.or([
        eb("team_invitations.account_id", "=", account.account_id),
        ...(looked.length > 0 ? [eb("team_invitations.team_id", "in", looked)] : []),
      ]),
    )
    .$if(email !== null, (query) => query.where(sql<boolean>`lower(accounts.email) = lower(${email})`))
    .orderBy("sent_at", "desc")
    .orderBy("invitation_id", "desc")
    .limit(limits.invitationsShown)
    .execute();
}

/** An invitation that waits for an answer, and the address that it went to. */
export type WaitingInvitation = TeamInvitationRow & { readonly email: string };

/** The open invitations of one team, the newest first: all of them, `limits.invitationsOpen` at most. */
export function listOpenInvitations(
  db: Db,
  { teamId, at }: { readonly teamId: string; readonly at: number },
): Promise<readonly WaitingInvitation[]> {
  return openOnes(db, { teamIds: [teamId], at })
    .innerJoin("accounts", "accounts.account_id", "team_invitations.account_id")
    .selectAll("team_invitations")
    .select("accounts.email as email")
    .orderBy("sent_at", "desc")
    .orderBy("invitation_id", "desc")
    .execute();
}

/** The accounts that a team waits for, the oldest invitation first. */
export function findInvitees(
  db: Db,
  { teamId, at }: { readonly teamId: string; readonly at: number },
): Promise<readonly AccountRow[]> {
  return openOnes(db, { teamIds: [teamId], at })
    .innerJoin("accounts", "accounts.account_id", "team_invitations.account_id")
    .selectAll("accounts")
    .orderBy("sent_at")
    .orderBy("invitation_id")
    .execute();
}

function openOnes(db: Db, { teamIds, at }: { readonly teamIds: readonly string[]; readonly at: number }) {
  return db
    .selectFrom("team_invitations")
    .where("team_id", "in", teamIds)
    .where("redeemed_at", "is", null)
    .where("expires_at", ">", at);
}
