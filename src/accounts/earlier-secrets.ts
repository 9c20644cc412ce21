// Secrets that were the house's before `keys rewrap`. What they encrypted is encrypted anew; access codes of signers who have not signed yet
// are kept as HMACs only, and are checked under the secret with which they were made. Nothing else is believed by an earlier secret.

import { limits } from "../base/limits.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import type { Db } from "../storage/store.ts";
import { findSetting } from "./first-start.ts";

/** The name of the setting that keeps them, and what they are bound to. */
export const earlierSecretsName = "earlier_secrets_cipher";

/** The earlier secrets, newest first; none where none is needed. */
export async function findEarlierSecrets({
  tx,
  secret,
}: {
  readonly tx: Db;
  readonly secret: Secret;
}): Promise<readonly Secret[]> {
  const sealed = await findSetting(tx, earlierSecretsName);
  if (sealed === null) return [];
  const texts = JSON.parse(decrypt(secret, { purpose: earlierSecretsName, sealed })) as readonly string[];
  return texts.map((text) => Buffer.from(text, "hex"));
}

/** Keeps these, newest first and at most `limits.earlierSecrets` of them, under the secret that holds from now on. */
export async function keepEarlierSecrets(
  { tx, secret }: { readonly tx: Db; readonly secret: Secret },
  earlier: readonly Secret[],
): Promise<void> {
  await tx.deleteFrom("settings").where("name", "=", earlierSecretsName).execute();
  if (earlier.length === 0) return;
  const text = JSON.stringify(earlier.slice(0, limits.earlierSecrets).map((one) => Buffer.from(one).toString("hex")));
  const value = encrypt(secret, { purpose: earlierSecretsName, text });
  await tx.insertInto("settings").values({ name: earlierSecretsName, value }).execute();
}
