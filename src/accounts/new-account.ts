import { sql } from "kysely";
import { present } from "../base/assert.ts";
import { newId, newKey } from "../base/ids.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { keyColumns } from "./keys.ts";
import { noPassword } from "./password.ts";

/** An account as it is asked for, by which account, and for which app of it. */
export type NewAccount = {
  readonly email: string;
  readonly locale?: string;
  readonly madeBy: string;
  readonly madeFor?: string | null;
};

/** Who is meant: an account's id, or an e-mail address, in whatever case it is written. */
export type Person = { readonly accountId: string } | { readonly email: string };

/** The account of a person; null when there is none. */
export async function findAccount(db: Db, person: Person): Promise<AccountRow | null> {
  if ("email" in person) return findAccountByEmail(db, person.email);
  const row = await db.selectFrom("accounts").selectAll().where("account_id", "=", person.accountId).executeTakeFirst();
  return row ?? null;
}

/** The account of an e-mail address, in whatever case it is written; null when there is none. */
export async function findAccountByEmail(db: Db, email: string): Promise<AccountRow | null> {
  const row = await db
    .selectFrom("accounts")
    .selectAll()
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * The account of an e-mail address: the one there is, or a new one without a password, with an API key that signs its callbacks.
 * Of two that ask at once, one makes it.
 */
export async function findOrMakeAccount(
  work: Work,
  { email, locale = "en-US", madeBy, madeFor = null }: NewAccount,
): Promise<{ readonly account: AccountRow; readonly isNew: boolean }> {
  const row = {
    account_id: newId(),
    email,
    password_hash: noPassword(),
    locale: locale.replace("_", "-"),
    created_at: work.at,
    webauthn_id: null,
    made_by: madeBy,
    made_for: madeFor,
  };
  const made = await work.tx
    .insertInto("accounts")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (made.numInsertedOrUpdatedRows !== 1n)
    return { account: present(await findAccountByEmail(work.tx, email), "the account of an address"), isNew: false };
  const key = { key: newKey(), accountId: row.account_id, name: "First key", isPrimary: true, at: work.at };
  await work.tx.insertInto("api_keys").values(keyColumns(work.secret, key)).execute();
  return { account: row, isNew: true };
}
