import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type RawBuilder, sql } from "kysely";
import type { Pool } from "pg";
import type { Clock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { bindDb, type Engine, refuseNesting } from "./bound.ts";
import { assertMigrated, migrate } from "./migrate.ts";
import { throwInWords } from "./postgres-busy.ts";
import { openPool } from "./postgres-pool.ts";
import { runOn, transactOn } from "./postgres-transact.ts";
import { openWakes } from "./postgres-wakes.ts";
import type { Lane, Store } from "./store.ts";

const engine: Engine = {
  adapter: new PostgresAdapter(),
  compiler: new PostgresQueryCompiler(),
  introspector: (db) => new PostgresIntrospector(db),
};

/**
 * Opens the PostgreSQL database at `url` (`postgres://…`) and brings its tables forward; any number of processes may.
 * Its time is the server's, unless a test brings a `clock`. Throws when it cannot be reached or is newer than the code.
 */
export async function openPostgres({ url, clock }: { readonly url: string; readonly clock?: Clock }): Promise<Store> {
  await bringForward(url);
  const statementMs = limits.postgresStatementMs;
  const writers = { url, writes: true, statementMs, lockMs: limits.postgresLockMs };
  // Whoever waits for a row that somebody holds keeps a connection: where all were shared, it would be everybody's.
  const lanes: Lanes = {
    callers: await openPool({ ...writers, most: limits.postgresCallerConnections }),
    jobs: await openPool({ ...writers, most: limits.postgresJobConnections }),
    leases: await openPool({ ...writers, most: limits.postgresLeaseConnections }),
  };
  // Reads have connections of their own: however many transactions wait, a page is still shown.
  const readers = await openPool({ url, most: limits.postgresReadConnections, writes: false, statementMs, lockMs: 0 });
  return storeOn({ url, lanes, readers, ...(clock ? { clock } : {}) });
}

/** On a connection of its own: a change of the tables takes as long as they are large. */
async function bringForward(url: string): Promise<void> {
  const withinMs = limits.migrationMs;
  const pool = await openPool({ url, most: 1, writes: true, statementMs: withinMs, lockMs: 0 });
  try {
    await migrate({ kind: "postgres", transact: (change) => transactOn({ pool, engine, change, withinMs }) });
  } finally {
    await pool.end();
  }
}

type Lanes = Readonly<Record<Lane, Pool>>;

type Parts = { readonly url: string; readonly lanes: Lanes; readonly readers: Pool; readonly clock?: Clock };

function storeOn({ url, lanes, readers, clock }: Parts): Store {
  const wakes = openWakes({ url, pool: lanes.leases });
  const read = bindDb({ engine, run: (query) => runOn(readers, query).catch(throwInWords) });
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await Promise.allSettled(running);
    await wakes.close();
    await Promise.all([...Object.values(lanes), readers].map((pool) => pool.end()));
  }

  return {
    kind: "postgres",
    transact: async (change, { durability = "full", lane = "callers", withinMs = limits.transactMs } = {}) => {
      refuseNesting();
      if (closing) throw new Error("The database is closed");
      const pool = lanes[lane];
      const work = transactOn({ pool, engine, change, lazy: durability === "lazy", withinMs }).catch(throwInWords);
      running.add(work);
      return work.finally(() => running.delete(work));
    },
    read,
    get now() {
      return nowOf(clock);
    },
    position: nextPosition,
    horizon: finishedOnly,
    wakes,
    ready: () => assertMigrated(read),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** A sub-select, so that it is worked out once a statement: an index on a due time serves no volatile expression. */
function nowOf(clock: Clock | undefined): RawBuilder<number> {
  if (clock) return sql<number>`${clock()}::bigint`;
  return sql<number>`(select floor(extract(epoch from clock_timestamp()) * 1000)::bigint)`;
}

/** The number of the transaction: those below the horizon have all ended, so that nothing below it can still appear. */
const nextPosition = sql<number>`(select base + pg_current_xact_id()::text::bigint from event_clock)`;
const finishedOnly = sql<number>`(select base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint from event_clock)`;
