import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow, SessionRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";

/** Somebody who is signed in: whose account, by which session, and the value that each form of the session must bring along. */
export type SignedIn = {
  readonly account: AccountRow;
  readonly sessionHash: string;
  readonly formKey: string;
  readonly seenAt: number;
  /** When it was last shown who this is: at the sign-in, or when the password was given again. */
  readonly confirmedAt: number;
};

/**
 * Signs an account in and answers the session's token, 64 hex digits, which only the browser keeps: the database has its
 * SHA-256. Sessions that have ended, of anybody, are removed on the way.
 */
export async function startSession(work: Work, accountId: string): Promise<string> {
  const token = newKey();
  await work.tx
    .deleteFrom("sessions")
    .where((eb) => eb.or([eb("expires_at", "<=", work.at), eb("seen_at", "<=", work.at - limits.sessionIdleMs)]))
    .execute();
  await work.tx
    .insertInto("sessions")
    .values({
      token_hash: hashOf(token),
      account_id: accountId,
      form_key: newKey(),
      created_at: work.at,
      seen_at: work.at,
      expires_at: work.at + limits.sessionMs,
      ip: work.actor.ip,
      user_agent: work.actor.userAgent,
    })
    .execute();
  return token;
}

/**
 * The same for who has given the account's password. Null when it was changed since `account` was read: a change ends all
 * sessions, and none begins behind its back.
 */
export async function startPasswordSession(work: Work, account: AccountRow): Promise<string | null> {
  const held = await work.tx
    .updateTable("accounts")
    .set((eb) => ({ password_hash: eb.ref("password_hash") }))
    .where("account_id", "=", account.account_id)
    .where("password_hash", "=", account.password_hash)
    .executeTakeFirst();
  return held.numUpdatedRows === 1n ? startSession(work, account.account_id) : null;
}

/** Who holds a token at this time; null once it has ended: signed out, idle for too long, or too old. */
export async function findSession(
  db: Db,
  { token, at }: { readonly token: string; readonly at: number },
): Promise<SignedIn | null> {
  const sessionHash = hashOf(token);
  const row = await db
    .selectFrom("sessions")
    .innerJoin("accounts", "accounts.account_id", "sessions.account_id")
    .selectAll("accounts")
    .select(["form_key", "seen_at", "confirmed_at", "sessions.created_at as started_at"])
    .where("token_hash", "=", sessionHash)
    .where("expires_at", ">", at)
    .where("seen_at", ">", at - limits.sessionIdleMs)
    .executeTakeFirst();
  if (!row) return null;
  const { form_key: formKey, seen_at: seenAt, confirmed_at, started_at, ...account } = row;
  return { account, sessionHash, formKey, seenAt, confirmedAt: confirmed_at ?? started_at };
}

/** Notes that a session is in use, so that its idle time begins anew. */
export async function touchSession(work: Work, token: string): Promise<void> {
  await work.tx
    .updateTable("sessions")
    .set({ seen_at: work.at })
    .where("token_hash", "=", hashOf(token))
    .where("seen_at", "<", work.at)
    .execute();
}

/** Notes that the password was given again. */
export async function confirmSession(work: Work, sessionHash: string): Promise<void> {
  await work.tx.updateTable("sessions").set({ confirmed_at: work.at }).where("token_hash", "=", sessionHash).execute();
}

/** Signs out: the token opens nothing from now on. */
export async function endSession(work: Work, token: string): Promise<void> {
  await work.tx.deleteFrom("sessions").where("token_hash", "=", hashOf(token)).execute();
}

/** The sessions of an account that have not ended, the one used last first, `limits.sessionsShown` at most. */
export async function listSessions(
  db: Db,
  { accountId, at }: { readonly accountId: string; readonly at: number },
): Promise<readonly SessionRow[]> {
  return db
    .selectFrom("sessions")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("expires_at", ">", at)
    .where("seen_at", ">", at - limits.sessionIdleMs)
    .orderBy("seen_at", "desc")
    .orderBy("token_hash")
    .limit(limits.sessionsShown)
    .execute();
}

/** What a session is called in forms: it opens nothing. */
export function sessionIdOf({ token_hash: hash }: Pick<SessionRow, "token_hash">): string {
  return hash.slice(0, 32);
}

/** Ends one session of an account, named as `sessionIdOf` names it; one that has ended already is no error. */
export async function endOneSession(
  work: Work,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<void> {
  const [named] = (
    await work.tx.selectFrom("sessions").select("token_hash").where("account_id", "=", accountId).execute()
  ).filter((row) => sessionIdOf(row) === sessionId);
  if (named) await work.tx.deleteFrom("sessions").where("token_hash", "=", named.token_hash).execute();
}

/** Ends all sessions of an account but one. */
export async function endOtherSessions(
  work: Work,
  { accountId, sessionHash }: { readonly accountId: string; readonly sessionHash: string },
): Promise<void> {
  await work.tx
    .deleteFrom("sessions")
    .where("account_id", "=", accountId)
    .where("token_hash", "!=", sessionHash)
    .execute();
}
