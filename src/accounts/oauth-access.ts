import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { AccountRow, ApiAppRow } from "../storage/account-tables.ts";
import type { Db, Store } from "../storage/store.ts";

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
    .innerJoin("accounts as a", "a.account_id", "g.account_id")
    .innerJoin("api_apps as app", "app.client_id", "g.client_id")
    .selectAll("app")
    .select(["a.account_id as holder_id", "a.created_at as holder_since"])
    .select(["a.email", "a.password_hash", "a.locale", "a.webauthn_id", "a.made_by", "a.made_for"])
    .select(["t.scopes", "t.expires_at", "g.grant_id", "g.last_used_at"])
    .where("t.token_hash", "=", hash)
    .where("app.deleted_at", "is", null)
    .executeTakeFirst();
  if (!row) return null;
  const { scopes, expires_at: expiresAt, grant_id: grantId, last_used_at: usedAt, ...who } = row;
  const { holder_id, holder_since, email, password_hash, locale, webauthn_id, made_by, made_for, ...app } = who;
  const rest = { email, password_hash, locale, webauthn_id, made_by, made_for };
  const account = { ...rest, account_id: holder_id, created_at: holder_since };
  return { account, app, scopes: scopes.split(" "), grantId, hash, usedAt, expiresAt };
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
