import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { limits } from "../base/limits.ts";
import type { Config } from "./config.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows of a question, without changing or making anything; null where there is no database yet. */
export async function ask(
  { databaseUrl, dataFolder: folder }: Config,
  question: string,
): Promise<readonly Row[] | null> {
  if (databaseUrl === null) {
    const file = join(resolve(folder), "countersign.db");
    if (!existsSync(file)) return null;
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return db.prepare(question).all();
    } finally {
      db.close();
    }
  }
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: limits.doctorMs });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(question);
    return rows;
  } catch (error) {
    // 42P01: there is no such table, because no server has been started on it.
    if (error instanceof Error && "code" in error && error.code === "42P01") return null;
    throw error;
  } finally {
    await client.end();
  }
}

/** Where a database was looked for in vain, in words. */
export function noDatabase({ databaseUrl, dataFolder: folder }: Pick<Config, "databaseUrl" | "dataFolder">): string {
  return databaseUrl === null
    ? `there is no database in ${resolve(folder)}`
    : `no server has been started yet on the database at ${new URL(databaseUrl).host}`;
}
