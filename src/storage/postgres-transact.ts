import { setTimeout as sleep } from "node:timers/promises";
import type { CompiledQuery, QueryResult } from "kysely";
import type { QueryResult as PgResult, Pool, PoolClient } from "pg";
import { limits } from "../base/limits.ts";
import { type Engine, runChange } from "./bound.ts";
import type { Db } from "./store.ts";

type Transaction<T> = {
  readonly pool: Pool;
  readonly engine: Engine;
  readonly change: (tx: Db) => Promise<T>;
  /** The commit is not waited for on the disk. */
  readonly lazy?: boolean;
  readonly withinMs?: number;
};

/** Runs a change in one transaction, again after a serialization failure or deadlock, at most `limits.postgresRetries` times. */
export async function transactOn<T>(transaction: Transaction<T>): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await tryOnce(transaction);
    } catch (error) {
      if (retry >= limits.postgresRetries || !isWorthAgain(error)) throw error;
      // Jitter, so that those who collided do not meet again.
      await sleep(Math.random() * 10 * 2 ** retry);
    }
  }
}

/** Sends one statement to a client, or to whichever the pool has free. */
export async function runOn(to: Pool | PoolClient, query: CompiledQuery): Promise<QueryResult<unknown>> {
  const name = nameOf(query.sql);
  const statement = { text: query.sql, values: [...query.parameters], ...(name === null ? {} : { name }) };
  const { command, rowCount, rows }: PgResult<object> = await to.query(statement);
  const changes = command === "INSERT" || command === "UPDATE" || command === "DELETE" || command === "MERGE";
  return changes ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
}

const uses = new Map<string, number>();
const names = new Map<string, string>();

/**
 * A name for a statement that is used again and again: PostgreSQL then parses it once a connection, and plans it a few times. Texts
 * that come seldom, such as lists of odd lengths, get none.
 */
function nameOf(text: string): string | null {
  const known = names.get(text);
  if (known !== undefined) return known;
  const count = (uses.get(text) ?? 0) + 1;
  if (uses.size >= limits.postgresStatements * 10) uses.clear();
  uses.set(text, count);
  if (count < limits.postgresUses || names.size >= limits.postgresStatements) return null;
  const name = `countersign_${names.size + 1}`;
  names.set(text, name);
  uses.delete(text);
  return name;
}

async function tryOnce<T>({ pool, engine, change, lazy, withinMs }: Transaction<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    // One message: two would be two round trips.
    await client.query(lazy ? "begin; set local synchronous_commit = off" : "begin");
    try {
      const run = (query: CompiledQuery) => runOn(client, query);
      const value = await runChange({ engine, run, change, withinMs: withinMs ?? limits.transactMs });
      await commit(client);
      broken = false;
      return value;
    } catch (error) {
      broken = isOutdated(error) || !(await rollBack(client));
      throw error;
    }
  } finally {
    client.release(broken);
  }
}

/** PostgreSQL answers the COMMIT of a failed transaction with success and the word ROLLBACK. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query("commit");
  if (command !== "COMMIT") throw new Error("PostgreSQL rolled the transaction back");
}

/** False when the connection is of no more use: the pool then drops it, which undoes the transaction as well. */
async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("rollback");
    return true;
  } catch {
    return false;
  }
}

/** serialization_failure, deadlock_detected, or an outdated statement: nothing was done, and the same change may succeed now. */
function isWorthAgain(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01" || isOutdated(error);
}

/** feature_not_supported: a newer version has changed the tables since this connection prepared its statement. */
function isOutdated(error: unknown): boolean {
  return codeOf(error) === "0A000";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
