import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Db, Store } from "../storage/store.ts";
import type { AccountRow, ApiAppRow } from "../storage/tables.ts";

/** Who an access token acts for, with which app, and what it may do. */
export type TokenHolder = {
  readonly account: AccountRow;
  readonly app: ApiAppRow;
  readonly scopes: readonly string[];
  readonly grantId: string;
  readonly hash: string;
  readonly usedAt: number | null;
  readonly expiresAt: number;
};

/** The holder of an access token, expired or not; null for one that is unknown or revoked, or whose app is deleted. */
export async function findToken(db: Db, token: string): Promise<TokenHolder | null> {
  const hash = hashOf(token);
  const row = await db
    .selectFrom("oauth_tokens as t")
    .innerJoin("oauth_grants as g", "g.grant_id", "t.grant_id")
    .select(["t.scopes", "t.expires_at", "g.grant_id", "g.account_id", "g.client_id", "g.last_used_at"])
    .where("t.token_hash", "=", hash)
    .executeTakeFirst();
  if (!row) return null;
  const [account, app] = await Promise.all([
    db.selectFrom("accounts").selectAll().where("account_id", "=", row.account_id).executeTakeFirst(),
    db
      .selectFrom("api_apps")
      .selectAll()
      .where("client_id", "=", row.client_id)
      .where("deleted_at", "is", null)
      .executeTakeFirst(),
  ]);
  if (!account || !app) return null;
  const { grant_id: grantId, last_used_at: usedAt, expires_at: expiresAt } = row;
  return { account, app, scopes: row.scopes.split(" "), grantId, hash, usedAt, expiresAt };
}

/** Notes that a grant is used: once in ten minutes, so that no call waits for it twice. */
export async function noteGrantUse(
  store: Store,
  { grantId, usedAt, at }: Pick<TokenHolder, "grantId" | "usedAt"> & { readonly at: number },
): Promise<void> {
  if (usedAt !== null && Math.abs(at - usedAt) < limits.keyUseEveryMs) return;
  await store.transact(
    async (tx) => {
      await tx.updateTable("oauth_grants").set({ last_used_at: at }).where("grant_id", "=", grantId).execute();
    },
    { durability: "lazy" },
  );
}
