import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import { createDatabase, findCluster } from "./cluster.ts";

const cluster = findCluster();

describe("PostgreSQL alone", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  let database: { readonly url: string; readonly drop: () => Promise<void> };
  let store: Store;

  beforeEach(async () => {
    database = await createDatabase();
    store = await openPostgres({ url: database.url });
  });

  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  test("processes that start at once on an empty database migrate it once", async () => {
    const empty = await createDatabase();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openPostgres({ url: empty.url })));

    for (const one of stores) await one.ready();
    await Promise.all(stores.map((one) => one.close()));
    await empty.drop();
  });

  test("a serialization failure runs the change again", async () => {
    let runs = 0;
    await store.transact(async (tx) => {
      runs += 1;
      await add(tx, "once");
      if (runs < 3) await raise(tx, "40001");
    });

    assert.equal(runs, 3);
    assert.deepEqual(await names(store), ["once"]);
  });

  test("a change that keeps failing to serialize is given up with its error", async () => {
    let runs = 0;
    const hopeless = store.transact(async (tx) => {
      runs += 1;
      await raise(tx, "40P01");
    });

    await assert.rejects(hopeless, { code: "40P01" });
    assert.equal(runs, limits.postgresRetries + 1);
  });

  test("connections that the server ends are replaced", async () => {
    await store.read.selectFrom("settings").selectAll().execute();
    const torn = store.transact(async (tx) => {
      await add(tx, "torn");
      await endEveryConnection(database.url);
      await add(tx, "never");
    });

    await assert.rejects(torn);
    await store.transact((tx) => add(tx, "after"));
    await untilAnswered(() => store.ready());
    assert.deepEqual(await names(store), ["after"]);
  });

  test("a lazy commit does not wait for the disk, a full one does", async () => {
    const setting = async (durability: "full" | "lazy") =>
      store.transact(async (tx) => (await sql`show synchronous_commit`.execute(tx)).rows, { durability });

    assert.deepEqual(await setting("lazy"), [{ synchronous_commit: "off" }]);
    assert.deepEqual(await setting("full"), [{ synchronous_commit: "on" }]);
  });

  test("statements and idle transactions have an end", async () => {
    const { rows } = await store.transact((tx) =>
      sql`select name, setting from pg_settings where name in ('statement_timeout', 'idle_in_transaction_session_timeout')
        order by name`.execute(tx),
    );
    assert.deepEqual(rows, [
      { name: "idle_in_transaction_session_timeout", setting: String(limits.transactMs) },
      { name: "statement_timeout", setting: String(limits.postgresStatementMs) },
    ]);
  });

  test("what is due is found through the index, however much is not", async () => {
    const plan = await store.transact(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const due = tx
        .selectFrom("jobs")
        .select("job_id")
        .where("state", "=", "pending")
        .where("next_at", "<=", store.now);
      return sql<{ "QUERY PLAN": string }>`explain ${due}`.execute(tx);
    });

    const lines = plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
    assert.match(lines, /jobs_due/);
    assert.match(lines, /Index Cond: \(next_at <=/);
  });

  test("more transactions than connections wait their turn, and reads go on", async () => {
    const held = Promise.withResolvers<void>();
    const all = Array.from({ length: limits.postgresConnections * 2 }, (_, n) =>
      store.transact(async (tx) => {
        await add(tx, `row ${n}`);
        await held.promise;
      }),
    );

    assert.deepEqual(await names(store), []);
    held.resolve();
    await Promise.all(all);
    assert.equal((await names(store)).length, limits.postgresConnections * 2);
  });

  test("a server that is not there is an error in words, not a wait", async () => {
    await assert.rejects(openPostgres({ url: "postgres://nobody@127.0.0.1:1/nothing" }), /ECONNREFUSED/);
  });
});

async function add(tx: Db, name: string): Promise<void> {
  await tx.insertInto("settings").values({ name, value: "0" }).execute();
}

async function names(store: Store): Promise<readonly string[]> {
  const rows = await store.read.selectFrom("settings").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

async function raise(tx: Db, code: "40001" | "40P01"): Promise<void> {
  await sql.raw(`do $$ begin raise exception 'collision' using errcode = '${code}'; end $$`).execute(tx);
}

/** From a store of its own, so that it survives to tell. */
async function endEveryConnection(url: string): Promise<void> {
  const other = await openPostgres({ url });
  const ends = sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await ends.execute(other.read);
  await other.close();
}

/** A pool learns of a dead connection with the next packet, which a statement may be faster than. */
async function untilAnswered(ask: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}
