import { present } from "../base/assert.ts";
import { newId, newKey, newShortId } from "../base/ids.ts";
import { fingerprintOf, hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import { createApp } from "./apps.ts";
import { keyColumns } from "./keys.ts";

const established = "established";
/** The name of the setting that holds the fingerprint of the secret. */
export const secretMark = "secret_fingerprint";

/** What the first account is made with; the random parts are made here when they are null. */
export type Founding = {
  readonly email: string;
  readonly passwordHash: string;
  readonly apiKey: string | null;
  readonly clientId: string | null;
  readonly settings: Readonly<Record<string, string>>;
};

/** The names and keys to print once. */
export type Founded = { readonly email: string; readonly apiKey: string; readonly clientId: string };

/** Whether the first start has happened in this database. */
export async function isEstablished(db: Db): Promise<boolean> {
  return (await findSetting(db, established)) !== null;
}

/** Makes the first account, key and app; null when another process was faster: two starts at once make one account. */
export async function establish(
  work: Work,
  { email, passwordHash, apiKey, clientId, settings }: Founding,
): Promise<Founded | null> {
  const mine = await work.tx
    .insertInto("settings")
    .values({ name: established, value: new Date(work.at).toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (mine.numInsertedOrUpdatedRows !== 1n) return null;

  const accountId = newId();
  const key = apiKey ?? newKey();
  const client = clientId ?? newShortId();
  const rows = Object.entries({ ...settings, [secretMark]: fingerprintOf(work.secret) }).map(([name, value]) => ({
    name,
    value,
  }));
  await work.tx.insertInto("settings").values(rows).execute();
  await work.tx
    .insertInto("accounts")
    .values({ account_id: accountId, email, password_hash: passwordHash, locale: "en-US", created_at: work.at })
    .execute();
  await work.tx
    .insertInto("api_keys")
    .values(keyColumns(work.secret, { key, accountId, name: "First key", isPrimary: true, at: work.at }))
    .execute();
  await createApp(work, { accountId, clientId: client, name: "First app", domains: ["localhost", "127.0.0.1"] });
  return { email, apiKey: key, clientId: client };
}

/** Makes sure that the key and the client_id of the environment exist, at every start. */
export async function ensureEnvironment(
  work: Work,
  { apiKey, clientId }: Pick<Founding, "apiKey" | "clientId">,
): Promise<void> {
  // Two starts at once come here one after another, and the second finds what the first has made.
  await work.tx
    .updateTable("settings")
    .set((eb) => ({ value: eb.ref("value") }))
    .where("name", "=", established)
    .execute();
  const first = await work.tx
    .selectFrom("accounts")
    .select("account_id")
    .orderBy("created_at")
    .orderBy("account_id")
    .executeTakeFirst();
  const accountId = present(first, "the first account").account_id;

  if (apiKey !== null) {
    const columns = keyColumns(work.secret, {
      key: apiKey,
      accountId,
      name: "From COUNTERSIGN_API_KEY",
      isPrimary: false,
      at: work.at,
    });
    await work.tx
      .insertInto("api_keys")
      .values(columns)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  if (clientId === null) return;
  const known = await work.tx
    .selectFrom("api_apps")
    .select("client_id")
    .where("client_id", "=", clientId)
    .executeTakeFirst();
  if (!known)
    await createApp(work, {
      accountId,
      clientId,
      name: `From COUNTERSIGN_CLIENT_ID ${hashOf(clientId).slice(0, 6)}`,
      domains: ["localhost", "127.0.0.1"],
    });
}

/** Whether the database was made with this secret. */
export async function knowsSecret(db: Db, secret: Uint8Array): Promise<boolean> {
  return (await findSetting(db, secretMark)) === fingerprintOf(secret);
}

/** The value of a setting, or null. */
export async function findSetting(db: Db, name: string): Promise<string | null> {
  const row = await db.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value ?? null;
}
