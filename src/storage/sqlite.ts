import {
  type CompiledQuery,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import type { Clock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { bindDb, type Engine, type Run, runChange } from "./bound.ts";
import { openWriter, type Writer } from "./group-commit.ts";
import { assertMigrated, migrate } from "./migrate.ts";
import { connectSqlite, type SqliteConnection } from "./sqlite-connection.ts";
import type { Db, Store } from "./store.ts";

const engine: Engine = {
  adapter: new SqliteAdapter(),
  compiler: new SqliteQueryCompiler(),
  introspector: (db) => new SqliteIntrospector(db),
};

/**
 * Opens the embedded database in `file`, made if missing, and brings its tables forward. One process owns a file
 * (folder.ts sees to it), so `clock` is the database's clock. Throws when the file is newer than the code.
 */
export async function openSqlite({ file, clock }: { readonly file: string; readonly clock: Clock }): Promise<Store> {
  const connection = connectSqlite({ file, writes: true });
  const writer = openWriter(connection);
  const run = runOn(connection);

  try {
    await migrate({
      kind: "sqlite",
      transact: (change) =>
        writer.transact(() => runChange({ engine, run, change, withinMs: limits.migrationMs }), "full"),
    });
    return storeOn({ connection, writer, run, reader: connectSqlite({ file, writes: false }), clock });
  } catch (error) {
    connection.close();
    throw error;
  }
}

type Parts = {
  readonly connection: SqliteConnection;
  readonly writer: Writer;
  readonly run: Run;
  readonly reader: SqliteConnection;
  readonly clock: Clock;
};

function storeOn({ connection, writer, run, reader, clock }: Parts): Store {
  const read = bindDb({ engine, run: runOn(reader) });
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await writer.finish();
    // The writer goes last: the last connection moves the log into the file and removes it.
    reader.close();
    connection.close();
  }

  return {
    kind: "sqlite",
    transact: (change, options) =>
      writer.transact(
        () => runChange({ engine, run, change, ...(options?.withinMs ? { withinMs: options.withinMs } : {}) }),
        options?.durability ?? "full",
      ),
    read,
    get now() {
      return sql<number>`cast(${clock()} as integer)`;
    },
    position: nextPosition,
    horizon: everything,
    wakes: null,
    ready: () => ready(read, connection),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function ready(read: Db, connection: SqliteConnection): Promise<void> {
  connection.execute("select 1", []);
  await assertMigrated(read);
}

function runOn(connection: SqliteConnection): Run {
  return async (query: CompiledQuery): Promise<QueryResult<unknown>> => connection.execute(query.sql, query.parameters);
}

/** One writer, one transaction after another: the order of writing is the order of commits, and of SQLite's own row numbers. */
const nextPosition = sql<number>`(
  select max(base, coalesce((select position from events order by rowid desc limit 1), 0)) + 1 from event_clock)`;
const everything = sql<number>`${Number.MAX_SAFE_INTEGER}`;
