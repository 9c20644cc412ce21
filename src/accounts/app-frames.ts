import type { Db } from "../storage/store.ts";

/** A page that is shown in an iframe of an app's: whose it is, and what the host page says of itself. */
export type Framed = {
  /** The app that the shown thing belongs to. */
  readonly appId: string | null;
  readonly testMode: boolean;
  /** The app that the host page named. */
  readonly clientId: string | undefined;
  /** The host page's origin, as its browser proved it; null where that check was skipped. */
  readonly parentOrigin: string | null | undefined;
};

/** Why a host page may not show it, or null: it names the app, and stands on one of the app's domains, which only a test may leave out. */
export async function refuseFrame(
  db: Db,
  { appId, testMode, clientId, parentOrigin }: Framed,
): Promise<"client_id_mismatch" | "domain_not_allowed" | null> {
  if (clientId !== appId) return "client_id_mismatch";
  if (parentOrigin === undefined || parentOrigin === null) return testMode ? null : "domain_not_allowed";
  // A deleted app's requests live on, and so do its domains for them.
  const app = await db
    .selectFrom("api_apps")
    .select("domains_json")
    .where("client_id", "=", appId ?? "")
    .executeTakeFirst();
  const domains = JSON.parse(app?.domains_json ?? "[]") as string[];
  return isDomainAllowed(parentOrigin, domains) ? null : "domain_not_allowed";
}

/** Who may hold the iframe: an origin's host must be one of the app's domains or under one. */
function isDomainAllowed(origin: string, domains: readonly string[]): boolean {
  const host = URL.parse(origin)?.hostname.toLowerCase() ?? "";
  return domains.some((domain) => host === domain.toLowerCase() || host.endsWith(`.${domain.toLowerCase()}`));
}
