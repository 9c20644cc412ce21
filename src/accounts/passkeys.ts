import { randomBytes } from "node:crypto";
import { badRequest, Fault, notFound } from "../base/faults.ts";
import { newShortId } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow, PasskeyRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { lockAccount } from "./lock.ts";
import type { NewPasskey, PasskeyUse } from "./passkey-proof.ts";

/** The passkeys of an account, the oldest first. */
export async function listPasskeys(db: Db, accountId: string): Promise<readonly PasskeyRow[]> {
  return db
    .selectFrom("passkeys")
    .selectAll()
    .where("account_id", "=", accountId)
    .orderBy("created_at")
    .orderBy("passkey_id")
    .execute();
}

/** One passkey of an account. Throws `not_found`. */
export async function findPasskey(db: Db, { accountId, passkeyId }: OnePasskey): Promise<PasskeyRow> {
  const row = await db
    .selectFrom("passkeys")
    .selectAll()
    .where("passkey_id", "=", passkeyId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** The passkey of a credential's id, with its account; null when there is none. */
export async function findByCredential(
  db: Db,
  credentialId: string,
): Promise<{ readonly passkey: PasskeyRow; readonly account: AccountRow } | null> {
  if (credentialId.length > limits.credentialIdLength) return null;
  const passkey = await db
    .selectFrom("passkeys")
    .selectAll()
    .where("credential_id", "=", credentialId)
    .executeTakeFirst();
  if (!passkey) return null;
  const account = await db
    .selectFrom("accounts")
    .selectAll()
    .where("account_id", "=", passkey.account_id)
    .executeTakeFirstOrThrow();
  return { passkey, account };
}

/** Who an account is to authenticators, in base64url: random, made once and kept, so that it tells nothing and stays the same. */
export async function keepWebauthnId(work: Work, accountId: string): Promise<string> {
  await work.tx
    .updateTable("accounts")
    .set({ webauthn_id: randomBytes(32).toString("base64url") })
    .where("account_id", "=", accountId)
    .where("webauthn_id", "is", null)
    .execute();
  const { webauthn_id: id } = await work.tx
    .selectFrom("accounts")
    .select("webauthn_id")
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  if (id === null) throw new Error("the account's webauthn_id was written and is not there");
  return id;
}

type Adding = { readonly accountId: string; readonly name: string; readonly made: NewPasskey };

/** Adds a proven passkey. Throws `bad_request` when there are `limits.passkeysMost`, and `conflict` when it is known already. */
export async function addPasskey(work: Work, { accountId, name, made }: Adding): Promise<void> {
  await lockAccount(work, accountId);
  const known = await listPasskeys(work.tx, accountId);
  if (known.length >= limits.passkeysMost)
    throw badRequest(`An account may have at most ${limits.passkeysMost} passkeys: remove one first.`);
  const added = await work.tx
    .insertInto("passkeys")
    .values({
      passkey_id: newShortId(),
      account_id: accountId,
      credential_id: made.credentialId,
      public_key: made.publicKey,
      counter: made.counter,
      transports_json: JSON.stringify(made.transports),
      backed_up: made.isBackedUp ? 1 : 0,
      rp_id: made.rpId,
      name: [...name].slice(0, limits.passkeyNameLength).join(""),
      created_at: work.at,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column("credential_id").doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) throw new Fault("conflict", "This passkey is known already.");
}

type OnePasskey = { readonly accountId: string; readonly passkeyId: string };

/** Removes a passkey: it signs nobody in from now on. Throws `not_found`. */
export async function removePasskey(work: Work, { accountId, passkeyId }: OnePasskey): Promise<void> {
  const removed = await work.tx
    .deleteFrom("passkeys")
    .where("passkey_id", "=", passkeyId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (removed.numDeletedRows !== 1n) throw notFound();
}

/**
 * Notes that a passkey was used, unless its counter has not gone on (WebAuthn 3, section 7.2, step 22): then there may be a copy of it.
 * An authenticator that does not count always says 0.
 */
export async function usePasskey(
  work: Work,
  { passkeyId, use }: { readonly passkeyId: string; readonly use: PasskeyUse },
): Promise<"used" | "removed" | "counter went back"> {
  const used = await work.tx
    .updateTable("passkeys")
    .set({ counter: use.counter, backed_up: use.isBackedUp ? 1 : 0, last_used_at: work.at })
    .where("passkey_id", "=", passkeyId)
    .where((eb) => (use.counter === 0 ? eb("counter", "=", 0) : eb("counter", "<", use.counter)))
    .executeTakeFirst();
  if (used.numUpdatedRows === 1n) return "used";
  const row = await work.tx
    .selectFrom("passkeys")
    .select("passkey_id")
    .where("passkey_id", "=", passkeyId)
    .executeTakeFirst();
  return row ? "counter went back" : "removed";
}
