// Links by which the holder of an account sets its password: a new one's first, or another for one that is forgotten.

import { Fault } from "../base/faults.ts";
import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, hashOf } from "../base/secrets.ts";
import { appendConfirmed } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { lockAccount } from "./lock.ts";
import { findAccountByEmail } from "./new-account.ts";
import { hasPassword } from "./password.ts";

/** Owes the letter that welcomes a new account. */
export async function welcome(work: Work, account: AccountRow): Promise<void> {
  const token = await makeLink(work, { account, livesMs: limits.welcomeLinkMs });
  work.notices.push({ kind: "welcome", email: account.email, token, keptFor: inboxOf(account) });
}

/**
 * In whose inbox letters to an account are kept where there is no mail server: its own, or while nobody can sign in to it that of the
 * account that had it made.
 */
export function inboxOf({ account_id: accountId, password_hash: hash, made_by: madeBy }: AccountRow): string {
  return hasPassword(hash) || madeBy === null ? accountId : madeBy;
}

/** The kind of the job that sends a link to an address. */
export const passwordLinkKind = "password_link";

/**
 * Promises to send a link to whoever has an account at this address. It is looked for later, so that the answer comes as fast for an
 * address without one.
 */
export async function promisePasswordLink(work: Work, email: string): Promise<void> {
  const cipher = encrypt(work.secret, { purpose: passwordLinkKind, text: email });
  await enqueue(work, { kind: passwordLinkKind, requestId: null, payload: { cipher } });
}

/** Does what was promised: `cipher` is the job's. */
export function keepPasswordLink(work: Work, cipher: string): Promise<void> {
  return sendPasswordLink(work, decrypt(work.secret, { purpose: passwordLinkKind, sealed: cipher }));
}

/**
 * Owes a letter with a link to whoever has an account at this address. An address without one gets nothing, and neither does one that
 * was sent `limits.passwordLetters` links lately.
 */
async function sendPasswordLink(work: Work, email: string): Promise<void> {
  const account = await findAccountByEmail(work.tx, email);
  if (account === null) return;
  const { account_id: accountId } = account;
  await lockAccount(work, accountId);
  const lately = await work.tx
    .selectFrom("account_links")
    .select("token_hash")
    .where("account_id", "=", accountId)
    .where("created_at", ">", work.at - limits.passwordLettersMs)
    .where("created_at", "<", work.at + limits.passwordLettersMs)
    .limit(limits.passwordLetters)
    .execute();
  if (lately.length >= limits.passwordLetters) return;
  const isNew = !hasPassword(account.password_hash);
  const token = await makeLink(work, { account, livesMs: isNew ? limits.welcomeLinkMs : limits.passwordLinkMs });
  work.notices.push({ kind: isNew ? "welcome" : "password", email: account.email, token, keptFor: inboxOf(account) });
}

type Making = { readonly account: AccountRow; readonly livesMs: number };

/** Links that are long over, of anybody, are removed on the way; the counting of letters goes by those that are not. */
async function makeLink(work: Work, { account, livesMs }: Making): Promise<string> {
  const token = newKey();
  await work.tx
    .deleteFrom("account_links")
    .where("expires_at", "<=", work.at - limits.passwordLettersMs)
    .execute();
  const row = { token_hash: hashOf(token), account_id: account.account_id, created_at: work.at };
  await work.tx
    .insertInto("account_links")
    .values({ ...row, expires_at: work.at + livesMs })
    .execute();
  return token;
}

/** The account whose password a link sets at this time; null for a link that is none, is used, or has expired. */
export async function findLinkedAccount(
  db: Db,
  { token, at }: { readonly token: string; readonly at: number },
): Promise<AccountRow | null> {
  const row = await db
    .selectFrom("account_links")
    .innerJoin("accounts", "accounts.account_id", "account_links.account_id")
    .selectAll("accounts")
    .where("token_hash", "=", hashOf(token))
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return row ?? null;
}

type Setting = { readonly token: string; readonly passwordHash: string };

/**
 * Sets the password of the account that a link belongs to and answers the account; all its sessions end, and so do all its links. Null,
 * changing nothing, when the link is none any more: of two who come with one link, one sets a password.
 */
export async function setPasswordByLink(work: Work, { token, passwordHash }: Setting): Promise<AccountRow | null> {
  const before = await findLinkedAccount(work.tx, { token, at: work.at });
  if (before === null) return null;
  await lockAccount(work, before.account_id);
  const account = await findLinkedAccount(work.tx, { token, at: work.at });
  return account && givePassword(work, { account, passwordHash });
}

/**
 * Gives an account a password: its sessions end, and no link sets it any more. Throws `conflict` when the password is not the one any more
 * that `account` was read with.
 */
export async function givePassword(
  work: Work,
  { account, passwordHash }: { readonly account: AccountRow; readonly passwordHash: string },
): Promise<AccountRow> {
  const { account_id: accountId } = account;
  const given = await work.tx
    .updateTable("accounts")
    .set({ password_hash: passwordHash })
    .where("account_id", "=", accountId)
    .where("password_hash", "=", account.password_hash)
    .executeTakeFirst();
  if (given.numUpdatedRows !== 1n)
    throw new Fault("conflict", "A password was set for this account meanwhile: open the link again.");
  await work.tx.deleteFrom("sessions").where("account_id", "=", accountId).execute();
  // Kept until they are over: letters are counted by them.
  await work.tx
    .updateTable("account_links")
    .set({ expires_at: work.at })
    .where("account_id", "=", accountId)
    .where("expires_at", ">", work.at)
    .execute();
  if (!hasPassword(account.password_hash)) await confirm(work, account);
  return { ...account, password_hash: passwordHash };
}

/** Tells the app that the account was made for, while there is one, that its holder has come. */
async function confirm(work: Work, { account_id: subjectId, made_for: clientId }: AccountRow): Promise<void> {
  if (clientId === null) return;
  const app = await work.tx
    .selectFrom("api_apps")
    .select("account_id")
    .where("client_id", "=", clientId)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  if (app) appendConfirmed(work, { owner: { accountId: app.account_id, clientId }, subjectId });
}
