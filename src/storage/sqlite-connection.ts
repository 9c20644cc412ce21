import type { SQLInputValue, StatementSync } from "node:sqlite";
import { DatabaseSync } from "node:sqlite";
import type { QueryResult } from "kysely";
import { limits } from "../base/limits.ts";

/** One connection to an SQLite file; every call is synchronous. */
export type SqliteConnection = {
  /** Runs one statement, prepared once and kept. Throws on an integer beyond 2^53. */
  readonly execute: (sql: string, parameters: readonly unknown[]) => QueryResult<unknown>;
  /** False again once SQLite rolled back by itself, as it does when the disk is full. */
  readonly inTransaction: () => boolean;
  readonly close: () => void;
};

type Prepared = { readonly statement: StatementSync; readonly givesRows: boolean };

/**
 * Opens a file in WAL mode, every commit on the disk before it returns, foreign keys on. `writes: false` opens
 * a connection that refuses to write; the file must exist then.
 */
export function connectSqlite({ file, writes }: { readonly file: string; readonly writes: boolean }): SqliteConnection {
  const database = new DatabaseSync(file, {
    readOnly: !writes,
    enableForeignKeyConstraints: true,
    timeout: limits.sqliteBusyMs,
  });
  for (const pragma of writes ? writerPragmas : []) database.exec(pragma);
  const cache = new Map<string, Prepared>();

  return {
    execute: (sql, parameters) => executeOn(prepareOn(database, { cache, sql }), parameters),
    inTransaction: () => database.isTransaction,
    close: () => database.close(),
  };
}

const writerPragmas = [
  "pragma journal_mode = wal",
  "pragma synchronous = full",
  // Four times SQLite's own: the pages that every transaction touches then reach the file less often, a third more a second.
  `pragma wal_autocheckpoint = ${limits.sqliteCheckpointPages}`,
  `pragma journal_size_limit = ${limits.sqliteWalBytes}`,
];

function prepareOn(
  database: DatabaseSync,
  { cache, sql }: { readonly cache: Map<string, Prepared>; readonly sql: string },
): Prepared {
  const kept = cache.get(sql);
  if (kept) {
    cache.delete(sql);
    cache.set(sql, kept);
    return kept;
  }

  const statement = database.prepare(sql);
  const prepared = { statement, givesRows: statement.columns().length > 0 };
  cache.set(sql, prepared);
  if (cache.size > limits.sqliteStatements) dropOldest(cache);
  return prepared;
}

function dropOldest(cache: Map<string, Prepared>): void {
  for (const sql of cache.keys()) {
    cache.delete(sql);
    return;
  }
}

function executeOn({ statement, givesRows }: Prepared, parameters: readonly unknown[]): QueryResult<unknown> {
  const values = parameters as readonly SQLInputValue[];
  // Rows come without a prototype; PostgreSQL's have one, and comparisons see the difference.
  if (givesRows) return { rows: statement.all(...values).map((row) => ({ ...row })) };

  const { changes } = statement.run(...values);
  return { rows: [], numAffectedRows: BigInt(changes) };
}
