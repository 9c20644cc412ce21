import type { ClientBase, CustomTypesConfig, Pool, PoolClient } from "pg";
import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";

/**
 * At most so many connections to `url`; without `writes` the server refuses to change anything on them. Whole
 * numbers come back as numbers (one beyond 2^53 throws), every wait has an end, and a connection that dies is replaced. The driver is loaded here, so that the embedded start does not pay for it.
 */
export async function openPool({ url, most, writes, statementMs, lockMs }: PoolOptions): Promise<Pool> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: url,
    max: most,
    application_name: "countersign",
    connectionTimeoutMillis: limits.postgresConnectMs,
    statement_timeout: statementMs,
    // The server ends a statement in time; this one is for a server that no longer answers.
    query_timeout: statementMs + limits.postgresConnectMs,
    idle_in_transaction_session_timeout: limits.transactMs,
    keepAlive: true,
    types: numbersOf(pg.types.getTypeParser),
    onConnect: writes ? (client) => prepare(client, lockMs) : prepareReader,
  });

  pool.on("error", ignore);
  pool.on("connect", (client: PoolClient) => client.on("error", ignore));
  return pool;
}

/**
 * Our statements are short: compiling one takes a thousand times as long as running it, and where many rows wait PostgreSQL
 * would. The pool waits for what this answers before it lends the connection, though its types do not say so.
 */
function prepare(client: ClientBase, lockMs: number): unknown {
  return client.query(`set jit = off; set lock_timeout = ${lockMs}`);
}

/** What a page shows is bounded, so that starting helpers would take longer than the statement. */
function prepareReader(client: ClientBase): unknown {
  return client.query("set jit = off; set max_parallel_workers_per_gather = 0; set default_transaction_read_only = on");
}

type PoolOptions = {
  readonly url: string;
  readonly most: number;
  readonly writes: boolean;
  /** The longest that one statement may take, waits for locks included. */
  readonly statementMs: number;
  /** The longest that it may wait for one lock; 0: no less. Said once as the connection is made, so that no transaction has to. */
  readonly lockMs: number;
};

type GetTypeParser = CustomTypesConfig["getTypeParser"];

const int8 = 20;
const numeric = 1700;

/** Columns are bigint, and sums of them numeric: pg would give both as text, SQLite gives numbers. */
function numbersOf(getTypeParser: GetTypeParser): CustomTypesConfig {
  return {
    getTypeParser: (oid, format) => {
      const isNumber: boolean = oid === int8 || oid === numeric;
      return isNumber && format !== "binary" ? toNumber : getTypeParser(oid, format);
    },
  };
}

function toNumber(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value) || text.includes("."), `${text} is a number that JavaScript can hold`);
  return value;
}

/** A connection that dies must not end the process. */
function ignore(): void {
  // Its statement, if it runs one, fails with the same error, and an idle one is replaced: there is nobody to tell.
}
