import { allowancesFor } from "../http/addresses.ts";
import { type Outbound, openOutbound } from "../http/outbound.ts";
import type { RefusedTarget } from "../http/targets.ts";
import type { Config } from "./config.ts";

/** Opens the way out of a house that listens on this port: never to itself, and never to its database. */
export function openWayOut({ host, publicUrl, allowPrivate, databaseUrl }: Config, port: number): Outbound {
  const database = databaseUrl === null ? null : new URL(databaseUrl);
  const refuseTargets: RefusedTarget[] = [{ port }];
  if (database) {
    const { searchParams: given } = database;
    const host = given.get("host") ?? database.hostname;
    if (!host.startsWith("/")) refuseTargets.push({ host, port: Number(given.get("port") ?? (database.port || 5432)) });
  }
  return openOutbound({
    allow: allowancesFor({ host, publicUrl, allowPrivate: allowPrivate.join(",") }),
    refuseTargets,
  });
}
