import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";

/** An app that an account has let in: what it may do, since when, and when it was last used. */
export type Connection = {
  readonly clientId: string;
  readonly appName: string;
  readonly ownerEmail: string;
  readonly scopes: readonly string[];
  readonly since: number;
  readonly lastUsedAt: number | null;
};

/** The apps that may act for an account now, the one let in last first, `limits.connectedAppsShown` at most. */
export async function listConnections(
  db: Db,
  { accountId, at }: { readonly accountId: string; readonly at: number },
): Promise<readonly Connection[]> {
  const live = db
    .selectFrom("oauth_grants as g")
    .innerJoin("api_apps as app", "app.client_id", "g.client_id")
    .where("g.account_id", "=", accountId)
    .where("g.ends_at", ">", at)
    .where("app.deleted_at", "is", null)
    .where(hasTokens);
  const apps = await live
    .innerJoin("accounts as owner", "owner.account_id", "app.account_id")
    .select(["g.client_id", "app.name", "owner.email"])
    .select((eb) => [
      eb.fn.min<number>("g.created_at").as("since"),
      eb.fn.max<number | null>("g.last_used_at").as("last_used_at"),
    ])
    .groupBy(["g.client_id", "app.name", "owner.email"])
    .orderBy((eb) => eb.fn.max("g.created_at"), "desc")
    .orderBy("g.client_id")
    .limit(limits.connectedAppsShown)
    .execute();
  if (apps.length === 0) return [];
  // An app has one set of scopes or few, however many grants.
  const granted = await live
    .select(["g.client_id", "g.scopes"])
    .distinct()
    .where(
      "g.client_id",
      "in",
      apps.map((app) => app.client_id),
    )
    .execute();
  const scopes = Map.groupBy(granted, ({ client_id: clientId }) => clientId);
  return apps.map((app) => ({
    clientId: app.client_id,
    appName: app.name,
    ownerEmail: app.email,
    scopes: [...new Set(scopes.get(app.client_id)?.flatMap((one) => one.scopes.split(" ")))],
    since: app.since,
    lastUsedAt: app.last_used_at,
  }));
}

/** Ends everything that an account has let an app do, at once: codes, access tokens and refresh tokens. Nothing to end is no error. */
export async function revokeConnection(
  work: Work,
  { accountId, clientId }: { readonly accountId: string; readonly clientId: string },
): Promise<void> {
  await work.tx
    .deleteFrom("oauth_grants")
    .where("account_id", "=", accountId)
    .where("client_id", "=", clientId)
    .execute();
}

/** Ends what every account has let an app do, codes too, and answers how many grants had tokens that still opened something. */
export async function revokeApp({ tx, at }: Pick<Work, "tx" | "at">, clientId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("oauth_grants as g")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("g.client_id", "=", clientId)
    .where("g.ends_at", ">", at)
    .where(hasTokens)
    .executeTakeFirstOrThrow();
  await tx.deleteFrom("oauth_grants").where("client_id", "=", clientId).execute();
  return Number(count);
}

/** A code that nobody has redeemed lets no app in yet. */
const hasTokens = sql<boolean>`(g.code_hash is null or g.code_used_at is not null)`;
