import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { systemClock } from "../../src/base/clock.ts";
import { limits } from "../../src/base/limits.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import { startChild } from "./child.ts";

describe("SQLite alone", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "countersign-sqlite-"));
    store = await openSqlite({ file: join(folder, "house.db"), clock: systemClock });
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a commit that fails rejects everybody in it and leaves nothing of them", async () => {
    await makeDeferredTable(store);
    const outcomes = await settle([add("a"), orphan, add("b")]);

    assert.deepEqual(outcomes, ["rejected", "rejected", "rejected"]);
    assert.deepEqual(await names(store), []);
    await store.transact(add("later"));
    assert.deepEqual(await names(store), ["later"]);
  });

  test("when SQLite rolls everything back, everybody in the commit is told and why", async () => {
    await store.transact(add("taken"));
    const before = store.transact(add("before"));
    const ending = store.transact((tx) => sql`insert or rollback into settings values ('taken', '1')`.execute(tx));
    const after = store.transact(add("after"));

    for (const caller of await Promise.allSettled([before, ending, after])) {
      assert.equal(caller.status, "rejected");
      assert.match(caller.reason.message, /rolled the whole transaction back/);
      assert.match(caller.reason.cause.message, /UNIQUE/);
    }
    assert.deepEqual(await names(store), ["taken"]);
  });

  test(`at most ${limits.groupCommitCallers} callers share a commit`, async () => {
    await makeDeferredTable(store);
    const mates = Array.from({ length: limits.groupCommitCallers }, (_, n) => add(`mate ${n}`));
    const outcomes = await settle([orphan, ...mates]);

    assert.equal(outcomes.filter((outcome) => outcome === "rejected").length, limits.groupCommitCallers);
    assert.deepEqual(await names(store), [`mate ${limits.groupCommitCallers - 1}`]);
  });

  test("a queue that is full refuses more, and those in it are served", async () => {
    const outcomes = await settle(Array.from({ length: limits.sqliteQueue + 5 }, (_, n) => add(`row ${n}`)));

    assert.equal(outcomes.filter((outcome) => outcome === "fulfilled").length, limits.sqliteQueue);
    assert.equal((await names(store)).length, limits.sqliteQueue);
  });

  test("lazy callers never share a commit with full ones", async () => {
    await makeDeferredTable(store);
    const outcomes = await Promise.allSettled([
      store.transact(add("full")),
      store.transact(orphan),
      store.transact(add("lazy"), { durability: "lazy" }),
    ]);

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected", "fulfilled"],
    );
    assert.deepEqual(await names(store), ["lazy"]);
  });

  test("everybody who is answered finds the own row committed", async () => {
    const seen = Array.from({ length: 100 }, async (_, n) => {
      await store.transact(add(`row ${n}`));
      return (await names(store)).includes(`row ${n}`);
    });
    assert.ok((await Promise.all(seen)).every(Boolean));
  });

  test("on a full disk whoever was told yes is kept, and the others are not", async () => {
    await setPagesMost(store, "(select page_count + 30 from pragma_page_count)");
    const wanted = Array.from({ length: 100 }, (_, n) => `row ${String(n).padStart(3, "0")}`);
    const outcomes = await settle(wanted.map((name) => add(name, "x".repeat(3000))));

    const kept = wanted.filter((_, n) => outcomes[n] === "fulfilled");
    assert.ok(kept.length < wanted.length, "the disk was full");
    assert.deepEqual(await names(store), kept);

    await setPagesMost(store, "100000");
    await store.transact(add("zoom"));
    assert.deepEqual(await names(store), [...kept, "zoom"]);
  });

  test("a transaction that never ends is undone after its time, and the next one runs", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const began = Promise.withResolvers<void>();
    const stuck = store.transact(async (tx) => {
      await add("stuck")(tx);
      began.resolve();
      await Promise.withResolvers<never>().promise;
    });
    const next = store.transact(add("next"));

    await began.promise;
    await setImmediate();
    t.mock.timers.tick(limits.transactMs);
    await assert.rejects(stuck, /did not end within/);
    await next;
    assert.deepEqual(await names(store), ["next"]);
  });

  test("every connection has the settings that durability rests on", async () => {
    const settings = await store.transact(async (tx) => [
      await pragma(tx, "journal_mode"),
      await pragma(tx, "synchronous"),
      await pragma(tx, "foreign_keys"),
    ]);
    assert.deepEqual(settings, ["wal", 2, 1]);

    const lazy = await store.transact((tx) => pragma(tx, "synchronous"), { durability: "lazy" });
    assert.equal(lazy, 1);
    assert.equal(await store.transact((tx) => pragma(tx, "synchronous")), 2, "full again after a lazy one");
  });

  test("the clock it was given is its time", async () => {
    let at = 1_700_000_000_000;
    const file = join(folder, "other.db");
    const other = await openSqlite({ file, clock: () => at });
    const now = async () => (await sql<{ now: number }>`select ${other.now} as now`.execute(other.read)).rows;

    assert.deepEqual(await now(), [{ now: at }]);
    at += 1;
    assert.deepEqual(await now(), [{ now: at }]);
    await other.close();
  });

  test("kill -9 in the middle of writing loses nothing that was acknowledged", async (t) => {
    const file = join(folder, "killed.db");
    for (let round = 1; round <= 3; round += 1) {
      const child = startChild("child-writes.ts", join(folder, `killed-${round}.db`));
      t.after(child.kill);
      await child.printed(50 * round);
      await child.kill();

      const survivor = await openSqlite({ file: file.replace(".db", `-${round}.db`), clock: systemClock });
      const kept = new Set(await names(survivor));
      await survivor.close();
      assert.deepEqual(
        child.lines().filter((name) => !kept.has(name)),
        [],
      );
      assert.ok(child.lines().length >= 50 * round);
    }
  });

  async function settle(changes: readonly ((tx: Db) => Promise<void>)[]): Promise<readonly string[]> {
    const outcomes = await Promise.allSettled(changes.map((change) => store.transact(change)));
    return outcomes.map(({ status }) => status);
  }
});

function add(name: string, value = "0"): (tx: Db) => Promise<void> {
  return async (tx) => {
    await tx.insertInto("settings").values({ name, value }).execute();
  };
}

/** Fails at COMMIT, and not before. */
async function orphan(tx: Db): Promise<void> {
  await sql`insert into child values (7)`.execute(tx);
}

async function makeDeferredTable(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    await sql`create table parent (n bigint primary key)`.execute(tx);
    await sql`create table child (n bigint references parent deferrable initially deferred)`.execute(tx);
  });
}

async function names(store: Store): Promise<readonly string[]> {
  const rows = await store.read.selectFrom("settings").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

async function pragma(db: Db, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  return rows[0]?.[name];
}

/** A ceiling on the file stands in for the end of the disk: SQLite says SQLITE_FULL for both. */
async function setPagesMost(store: Store, pages: string): Promise<void> {
  await store.transact(async (tx) => {
    const { rows } = await sql<{ n: number }>`select ${sql.raw(pages)} as n`.execute(tx);
    await sql`pragma max_page_count = ${sql.raw(String(rows[0]?.n))}`.execute(tx);
  });
}
