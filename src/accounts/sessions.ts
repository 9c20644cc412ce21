import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { AccountRow } from "../storage/tables.ts";

/** Somebody who is signed in: whose account, and the value that each form of the session must bring along. */
export type SignedIn = { readonly account: AccountRow; readonly formKey: string; readonly seenAt: number };

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

/** Who holds a token at this time; null once it has ended: signed out, idle for too long, or too old. */
export async function findSession(
  db: Db,
  { token, at }: { readonly token: string; readonly at: number },
): Promise<SignedIn | null> {
  const row = await db
    .selectFrom("sessions")
    .innerJoin("accounts", "accounts.account_id", "sessions.account_id")
    .selectAll("accounts")
    .select(["form_key", "seen_at"])
    .where("token_hash", "=", hashOf(token))
    .where("expires_at", ">", at)
    .where("seen_at", ">", at - limits.sessionIdleMs)
    .executeTakeFirst();
  if (!row) return null;
  const { form_key: formKey, seen_at: seenAt, ...account } = row;
  return { account, formKey, seenAt };
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

/** Signs out: the token opens nothing from now on. */
export async function endSession(work: Work, token: string): Promise<void> {
  await work.tx.deleteFrom("sessions").where("token_hash", "=", hashOf(token)).execute();
}
