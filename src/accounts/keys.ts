import { badRequest, Fault, notFound } from "../base/faults.ts";
import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, hashOf, type Secret } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow, ApiKeyRow } from "../storage/account-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import { lockAccount } from "./lock.ts";

/** What an encrypted API key is bound to. */
export const keyPurpose = "api_key";

/** The columns of a new API key: found by its hash, readable only with the house's secret (it signs callbacks). */
export function keyColumns(
  secret: Secret,
  {
    key,
    accountId,
    name,
    isPrimary,
    isToShow = false,
    at,
  }: {
    readonly key: string;
    readonly accountId: string;
    readonly name: string;
    readonly isPrimary: boolean;
    readonly isToShow?: boolean;
    readonly at: number;
  },
) {
  return {
    key_hash: hashOf(key),
    account_id: accountId,
    name,
    key_cipher: encrypt(secret, { purpose: keyPurpose, text: key }),
    is_primary: isPrimary ? 1 : 0,
    created_at: at,
    last_used_at: null,
    to_show: isToShow ? 1 : 0,
  };
}

/** The account that an API key belongs to, and the key's row; or null. The key is random, so its hash tells nothing about others. */
export async function findAccountByKey(
  db: Db,
  key: string,
): Promise<{ readonly account: AccountRow; readonly usedAt: number | null; readonly hash: string } | null> {
  const hash = hashOf(key);
  const row = await db
    .selectFrom("api_keys")
    .innerJoin("accounts", "accounts.account_id", "api_keys.account_id")
    .selectAll("accounts")
    .select("last_used_at")
    .where("key_hash", "=", hash)
    .executeTakeFirst();
  if (!row) return null;
  const { last_used_at: usedAt, ...account } = row;
  return { account, usedAt, hash };
}

/** Notes that a key is used: once in ten minutes, so that no call waits for it twice. */
export async function noteUse(
  store: Store,
  { hash, usedAt, at }: { readonly hash: string; readonly usedAt: number | null; readonly at: number },
): Promise<void> {
  if (usedAt !== null && Math.abs(at - usedAt) < limits.keyUseEveryMs) return;
  await store.transact(
    async (tx) => {
      await tx.updateTable("api_keys").set({ last_used_at: at }).where("key_hash", "=", hash).execute();
    },
    { durability: "lazy" },
  );
}

/** What a key is called in addresses: it opens nothing. */
export function keyIdOf({ key_hash: hash }: Pick<ApiKeyRow, "key_hash">): string {
  return hash.slice(0, 16);
}

/** The keys of an account, the primary one first, then the oldest. */
export async function listKeys(db: Db, accountId: string): Promise<readonly ApiKeyRow[]> {
  return db
    .selectFrom("api_keys")
    .selectAll()
    .where("account_id", "=", accountId)
    .orderBy("is_primary", "desc")
    .orderBy("created_at")
    .orderBy("key_hash")
    .execute();
}

/** Makes a key; it can be read this once or, with `isToShow`, by `showKeyOnce`. */
export async function createKey(
  work: Work,
  {
    accountId,
    name,
    isToShow = false,
  }: { readonly accountId: string; readonly name: string; readonly isToShow?: boolean },
): Promise<{ readonly key: string; readonly row: ApiKeyRow }> {
  await lockAccount(work, accountId);
  const known = await listKeys(work.tx, accountId);
  if (name === "") throw badRequest("This value should not be blank", "name");
  if (known.length >= limits.keysMost)
    throw badRequest(`An account may have at most ${limits.keysMost} API keys: revoke one first.`, "name");
  const key = newKey();
  const row = keyColumns(work.secret, { key, accountId, name, isPrimary: false, isToShow, at: work.at });
  await work.tx.insertInto("api_keys").values(row).execute();
  return { key, row };
}

type Named = { readonly accountId: string; readonly keyId: string };

/** A key that waits to be shown, in the clear; null when it was shown already, or was made longer than `limits.keyToShowMs` ago. */
export async function showKeyOnce(work: Work, { accountId, keyId }: Named): Promise<string | null> {
  const waiting = (await listKeys(work.tx, accountId)).find((row) => row.to_show === 1 && keyIdOf(row) === keyId);
  if (waiting === undefined) return null;
  // The condition once more: of two who ask at once one is answered.
  const { numUpdatedRows } = await work.tx
    .updateTable("api_keys")
    .set({ to_show: 0 })
    .where("key_hash", "=", waiting.key_hash)
    .where("to_show", "=", 1)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n || work.at - waiting.created_at > limits.keyToShowMs) return null;
  return decrypt(work.secret, { purpose: keyPurpose, sealed: waiting.key_cipher });
}

/** Lets a key sign callbacks, instead of the one that did. Of two that are asked for at once the later is primary: never both, nor none. */
export async function makePrimary(work: Work, named: Named): Promise<void> {
  await lockAccount(work, named.accountId);
  const { key_hash: hash } = await findKey(work.tx, named);
  // One after the other: there is never more than one.
  await work.tx
    .updateTable("api_keys")
    .set({ is_primary: 0 })
    .where("account_id", "=", named.accountId)
    .where("is_primary", "=", 1)
    .execute();
  await work.tx.updateTable("api_keys").set({ is_primary: 1 }).where("key_hash", "=", hash).execute();
  work.wakes.add("deliveries");
}

/** Revokes a key. The primary one is a `conflict`: callbacks would be signed by nobody. */
export async function revokeKey(work: Work, named: Named): Promise<void> {
  await lockAccount(work, named.accountId);
  const { key_hash: hash, is_primary: isPrimary } = await findKey(work.tx, named);
  if (isPrimary === 1) throw new Fault("conflict", "This key signs callbacks: make another one primary first.");
  await work.tx.deleteFrom("api_keys").where("key_hash", "=", hash).execute();
}

/** One key of the account. Throws `not_found`. */
export async function findKey(db: Db, { accountId, keyId }: Named): Promise<ApiKeyRow> {
  const keys = await listKeys(db, accountId);
  const found = keys.find((row) => keyIdOf(row) === keyId);
  if (!found) throw notFound("There is no such API key.");
  return found;
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
  return decrypt(secret, { purpose: keyPurpose, sealed: row.key_cipher });
}
