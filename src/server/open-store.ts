import { join } from "node:path";
import { forwardClock, steadyClock, systemClock } from "../base/clock.ts";
import { openPostgres } from "../storage/postgres.ts";
import { openSqlite } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import type { Config } from "./config.ts";

/** Opens the database that the settings name: PostgreSQL, or the embedded one in the data folder. */
export function openStore({ databaseUrl }: Config, dataFolder: string): Promise<Store> {
  if (databaseUrl !== null) return openPostgres({ url: databaseUrl });
  const clock = forwardClock({ clock: systemClock, steady: steadyClock });
  return openSqlite({ file: join(dataFolder, "countersign.db"), clock });
}
