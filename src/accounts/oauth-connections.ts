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
  const rows = await db
    .selectFrom("oauth_grants as g")
    .innerJoin("api_apps as app", "app.client_id", "g.client_id")
    .innerJoin("accounts as owner", "owner.account_id", "app.account_id")
    .select(["g.client_id", "g.scopes", "g.created_at", "g.last_used_at", "app.name", "owner.email"])
    .where("g.account_id", "=", accountId)
    .where("g.ends_at", ">", at)
    .where("app.deleted_at", "is", null)
    .orderBy("g.created_at", "desc")
    .orderBy("g.grant_id")
    .limit(limits.connectedAppsShown * limits.grantsPerApp)
    .execute();
  const byApp = [...Map.groupBy(rows, (row) => row.client_id).values()];
  return byApp.slice(0, limits.connectedAppsShown).map((grants) => ({
    clientId: grants[0]?.client_id ?? "",
    appName: grants[0]?.name ?? "",
    ownerEmail: grants[0]?.email ?? "",
    scopes: [...new Set(grants.flatMap(({ scopes }) => scopes.split(" ")))],
    since: Math.min(...grants.map((grant) => grant.created_at)),
    lastUsedAt: grants.reduce<number | null>(
      (last, { last_used_at: at }) => (at === null ? last : Math.max(at, last ?? at)),
      null,
    ),
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

/** Ends what every account has let an app do. */
export async function revokeApp(work: Work, clientId: string): Promise<void> {
  await work.tx.deleteFrom("oauth_grants").where("client_id", "=", clientId).execute();
}

/** How many grants of an app there are that have not ended, of all accounts. */
export async function countGrants({ tx, at }: Pick<Work, "tx" | "at">, clientId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("oauth_grants")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("client_id", "=", clientId)
    .where("ends_at", ">", at)
    .executeTakeFirstOrThrow();
  return Number(count);
}
