import { decrypt, encrypt, hashOf, type Secret } from "../base/secrets.ts";
import type { Db } from "../storage/store.ts";
import type { AccountRow } from "../storage/tables.ts";

const purpose = "api_key";

/** The columns of a new API key: found by its hash, readable only with the house's secret (it signs callbacks). */
export function keyColumns(
  secret: Secret,
  {
    key,
    accountId,
    name,
    isPrimary,
    at,
  }: {
    readonly key: string;
    readonly accountId: string;
    readonly name: string;
    readonly isPrimary: boolean;
    readonly at: number;
  },
) {
  return {
    key_hash: hashOf(key),
    account_id: accountId,
    name,
    key_cipher: encrypt(secret, { purpose, text: key }),
    is_primary: isPrimary ? 1 : 0,
    created_at: at,
  };
}

/** The account that an API key belongs to, or null. The key is random, so its hash tells nothing about others. */
export async function findAccountByKey(db: Db, key: string): Promise<AccountRow | null> {
  const row = await db
    .selectFrom("api_keys")
    .innerJoin("accounts", "accounts.account_id", "api_keys.account_id")
    .selectAll("accounts")
    .where("key_hash", "=", hashOf(key))
    .executeTakeFirst();
  return row ?? null;
}

/** The account's primary API key in the clear: it makes the event_hash of every callback. */
export async function findPrimaryKey(
  db: Db,
  { accountId, secret }: { readonly accountId: string; readonly secret: Secret },
): Promise<string> {
  const row = await db
    .selectFrom("api_keys")
    .select("key_cipher")
    .where("account_id", "=", accountId)
    .where("is_primary", "=", 1)
    .executeTakeFirstOrThrow();
  return decrypt(secret, { purpose, sealed: row.key_cipher });
}
