import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";

/** The name of a PostgreSQL database to make another like. */
export type Template = string;

const settings = { file: "COUNTERSIGN_TEST_READY_FILE", template: "COUNTERSIGN_TEST_READY_TEMPLATE" } as const;

/**
 * Brings an empty database of each kind forward once, for every test file that this process starts: a copy costs a tenth of what
 * all the steps cost. `postgresUrl` is that of an empty database, null where there is no server.
 */
export async function prepareReady(folder: string, postgresUrl: string | null): Promise<void> {
  const file = join(folder, "ready.db");
  await (await openSqlite({ file, clock: systemClock })).close();
  process.env[settings.file] = file;
  if (postgresUrl === null) return;
  await (await openPostgres({ url: postgresUrl })).close();
  process.env[settings.template] = new URL(postgresUrl).pathname.slice(1);
}

/** Puts a copy of the ready SQLite database at `file`; where none was prepared, nothing: whoever opens it brings it forward. */
export function placeReady(file: string): void {
  const ready = process.env[settings.file];
  if (ready !== undefined) copyFileSync(ready, file);
}

/** What a new PostgreSQL database is to be made like: the ready one, or an empty one where none was prepared. */
export function readyTemplate(): Template {
  return process.env[settings.template] ?? "template0";
}
