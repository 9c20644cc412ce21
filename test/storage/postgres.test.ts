import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type RawBuilder, sql } from "kysely";
import pg from "pg";
import { limits } from "../../src/base/limits.ts";
import { onLane } from "../../src/storage/lane.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { throwInWords } from "../../src/storage/postgres-busy.ts";
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

  test("statements, waits for locks and idle transactions have an end, however a transaction is begun", async () => {
    const names = ["idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"];
    for (const lane of ["callers", "jobs", "leases"] as const) {
      const { rows } = await store.transact(
        (tx) => sql`select name, setting from pg_settings where name in (${sql.join(names)}) order by name`.execute(tx),
        { lane },
      );
      const ends = [limits.transactMs, limits.postgresLockMs, limits.postgresStatementMs];
      assert.deepEqual(
        rows,
        names.map((name, n) => ({ name, setting: String(ends[n]) })),
      );
    }
    assert.ok(limits.postgresLockMs * 2 < limits.silentWorkerMs - limits.beatMs);
  });

  test("a row that somebody holds, a statement that takes too long and a pool that is used up say that the database is busy", async () => {
    await store.transact((tx) => add(tx, "held"));
    const letGo = Promise.withResolvers<void>();
    const isHeld = Promise.withResolvers<void>();
    const holding = store.transact(async (tx) => {
      await tx.updateTable("settings").set({ value: "1" }).where("name", "=", "held").execute();
      isHeld.resolve();
      await letGo.promise;
    });
    await isHeld.promise;
    const busy = { faultName: "unavailable", status: 503 };
    const within = (setting: string, ask: RawBuilder<unknown>) =>
      store.transact(async (tx) => {
        await sql.raw(`set local ${setting} = '20ms'`).execute(tx);
        await ask.execute(tx);
      });
    await assert.rejects(within("lock_timeout", sql`update settings set value = '2' where name = 'held'`), busy);
    await assert.rejects(within("statement_timeout", sql`select pg_sleep(5)`), busy);
    letGo.resolve();
    await holding;

    const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 1000 });
    const client = await pool.connect();
    await assert.rejects(pool.connect().catch(throwInWords), busy);
    client.release();
    await pool.end();
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
    const all = Array.from({ length: limits.postgresCallerConnections * 2 }, (_, n) =>
      store.transact(async (tx) => {
        await add(tx, `row ${n}`);
        await held.promise;
      }),
    );

    assert.deepEqual(await names(store), []);
    held.resolve();
    await Promise.all(all);
    assert.equal((await names(store)).length, limits.postgresCallerConnections * 2);
  });

  test("callers who wait, however many, keep neither jobs nor leases from their connections", async () => {
    const held = Promise.withResolvers<void>();
    const waiting = Array.from({ length: limits.postgresCallerConnections * 2 }, () =>
      store.transact(() => held.promise),
    );

    await store.transact((tx) => add(tx, "job"), { lane: "jobs" });
    await onLane(store, "jobs").transact((tx) => add(tx, "lease"), { durability: "lazy", lane: "leases" });
    assert.deepEqual(await names(store), ["job", "lease"]);
    held.resolve();
    await Promise.all(waiting);
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
