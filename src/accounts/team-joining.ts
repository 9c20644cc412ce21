import { Fault, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import type { TeamInvitationRow, TeamRow } from "../storage/team-tables.ts";
import { givePassword } from "./account-links.ts";
import { lockAccount } from "./lock.ts";
import { findAccount } from "./new-account.ts";
import { hasPassword } from "./password.ts";
import { countMembers, holdTree } from "./teams.ts";

/** An invitation that waits for an answer: to what, and to whom. */
export type OpenInvitation = {
  readonly invitation: TeamInvitationRow;
  readonly team: TeamRow;
  readonly account: AccountRow;
};

/** The invitation that a letter's link leads to; null for one that is none, was answered or withdrawn, or has expired. */
export async function findInvitationByToken(
  db: Db,
  { token, at }: { readonly token: string; readonly at: number },
): Promise<OpenInvitation | null> {
  const invitation = await db
    .selectFrom("team_invitations")
    .selectAll()
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  return invitation ? complete(db, { invitation, at }) : null;
}

/** What an account is asked to join and has not answered, the newest first. */
export async function findInvitationsTo(
  db: Db,
  { accountId, at }: { readonly accountId: string; readonly at: number },
): Promise<readonly OpenInvitation[]> {
  const rows = await db
    .selectFrom("team_invitations")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("redeemed_at", "is", null)
    .where("expires_at", ">", at)
    .orderBy("sent_at", "desc")
    .limit(limits.invitationsShown)
    .execute();
  const account = rows.length === 0 ? null : await findAccount(db, { accountId });
  if (account === null) return [];
  const ids = rows.map((row) => row.team_id);
  const teams = await db.selectFrom("teams").selectAll().where("team_id", "in", ids).execute();
  const teamOf = new Map(teams.map((team) => [team.team_id, team]));
  return rows.flatMap((invitation) => {
    const team = teamOf.get(invitation.team_id);
    return team === undefined ? [] : [{ invitation, team, account }];
  });
}

type Completing = { readonly invitation: TeamInvitationRow; readonly at: number };

async function complete(db: Db, { invitation, at }: Completing): Promise<OpenInvitation | null> {
  if (invitation.redeemed_at !== null || invitation.expires_at <= at) return null;
  const { team_id: teamId, account_id: accountId } = invitation;
  const team = await db.selectFrom("teams").selectAll().where("team_id", "=", teamId).executeTakeFirstOrThrow();
  const account = await db
    .selectFrom("accounts")
    .selectAll()
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  return { invitation, team, account };
}

/**
 * Lets an account into the team that it is asked to join, once. Throws `not_found` when it is not asked any more, and `conflict` while it
 * is in a team already or the team is full.
 */
export async function joinTeam(
  work: Work,
  { accountId, invitationId }: { readonly accountId: string; readonly invitationId: string },
): Promise<TeamRow> {
  const before = await findAsked(work, { accountId, invitationId });
  const { root_id: rootId } = before.team;
  await holdTree(work, rootId);
  await lockAccount(work, accountId);
  // Once more: it may have been withdrawn, or moved to another team, while we waited.
  const { invitation, team } = await findAsked(work, { accountId, invitationId });
  const tree = await work.tx.selectFrom("teams").select("team_id").where("root_id", "=", rootId).execute();
  if (
    (await countMembers(
      work.tx,
      tree.map((one) => one.team_id),
    )) >= limits.teamMembers
  )
    throw new Fault("conflict", `This team has ${limits.teamMembers} members already: nobody else can join it.`);
  const joined = await work.tx
    .insertInto("team_members")
    .values({ account_id: accountId, team_id: team.team_id, role: invitation.role, joined_at: work.at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (joined.numInsertedOrUpdatedRows !== 1n)
    throw new Fault("conflict", "You are in a team already: leave it first, then join this one.");
  await work.tx
    .updateTable("team_invitations")
    .set({ redeemed_at: work.at })
    .where("invitation_id", "=", invitationId)
    .execute();
  return team;
}

async function findAsked(
  { tx, at }: Work,
  { accountId, invitationId }: { readonly accountId: string; readonly invitationId: string },
): Promise<OpenInvitation> {
  const invitation = await tx
    .selectFrom("team_invitations")
    .selectAll()
    .where("invitation_id", "=", invitationId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  const open = invitation ? await complete(tx, { invitation, at }) : null;
  if (open === null) throw notFound("This invitation is over: it was answered, withdrawn, or has expired.");
  return open;
}

/** The link of an invitation, and the password that its holder has chosen. */
export type FirstJoining = { readonly token: string; readonly passwordHash: string };

/**
 * Lets somebody in who has no password yet: whoever holds the letter's link sets it, and joins. Null, changing nothing, when the link is
 * none any more, or the account has got a password otherwise; throws `conflict` when it gets one at this very moment.
 */
export async function joinWithPassword(work: Work, { token, passwordHash }: FirstJoining): Promise<AccountRow | null> {
  const found = await findInvitationByToken(work.tx, { token, at: work.at });
  if (found === null || hasPassword(found.account.password_hash)) return null;
  const { account_id: accountId } = found.account;
  await joinTeam(work, { accountId, invitationId: found.invitation.invitation_id });
  return givePassword(work, { account: found.account, passwordHash });
}
