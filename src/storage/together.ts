// Several statements in one round trip where each would be one of its own.

import { type Expression, type OperationNodeSource, PostgresAdapter, sql } from "kysely";
import type { Db } from "./store.ts";

/** A select whose rows are `R`. */
export type Reading<R> = Expression<R> & { readonly execute: () => Promise<readonly R[]> };

/** Selects by names of the caller's own. */
export type Readings<All> = { readonly [Name in keyof All]: Reading<All[Name]> };

/** The rows of each, in its order. */
export type ReadRows<All> = { readonly [Name in keyof All]: readonly All[Name][] };

/**
 * Reads what several selects say: on PostgreSQL in one statement, so all as of one moment; on SQLite, where nothing travels, one after another.
 * Their columns are texts and whole numbers that JavaScript can hold.
 */
export async function readTogether<All extends object>(db: Db, readings: Readings<All>): Promise<ReadRows<All>> {
  const names = Object.keys(readings) as (keyof All & string)[];
  if (!isPostgres(db)) {
    const rows: [string, unknown][] = [];
    for (const name of names) rows.push([name, await readings[name].execute()]);
    return Object.fromEntries(rows) as ReadRows<All>;
  }
  const columns = names.map(
    (name) => sql`(select coalesce(json_agg(t), '[]') from (${readings[name]}) t) as ${sql.ref(name)}`,
  );
  const { rows } = await sql<ReadRows<All>>`select ${sql.join(columns)}`.execute(db);
  const [read] = rows;
  if (read === undefined) throw new Error("A select without a table answers one row");
  return read;
}

/**
 * Writes what several statements say, none of which reads what another writes or changes the same row: on PostgreSQL in one statement, on
 * SQLite one after another, in their order.
 */
export async function writeTogether(db: Db, writings: readonly OperationNodeSource[]): Promise<void> {
  if (!isPostgres(db)) {
    for (const writing of writings) await sql`${writing}`.execute(db);
    return;
  }
  if (writings.length === 0) return;
  const parts = writings.map((writing, index) => sql`${sql.ref(`written_${index}`)} as (${writing})`);
  await sql`with ${sql.join(parts)} select 1`.execute(db);
}

function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
