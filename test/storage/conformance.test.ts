import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { Db, Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "./databases.ts";

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;

    beforeEach(async () => {
      opened = await database.open();
      store = opened.store;
    });

    afterEach(() => opened.close());

    test("what a transaction wrote is there for everybody once it resolves", async () => {
      const given = await store.transact(async (tx) => {
        await add(tx, "colour");
        return 42;
      });

      assert.equal(given, 42);
      assert.deepEqual(await store.read.selectFrom("settings").selectAll().execute(), [{ name: "colour", value: "0" }]);
    });

    test("a transaction that throws leaves nothing and gives its own error", async () => {
      const failing = store.transact(async (tx) => {
        await add(tx, "colour");
        throw new Error("changed my mind");
      });

      await assert.rejects(failing, { message: "changed my mind" });
      assert.deepEqual(await names(store.read), []);
    });

    test("a caller that fails does not spoil those beside it", async () => {
      const outcomes = await Promise.allSettled(
        ["a", "b", "a", "c", "b", "d"].map((name) => store.transact((tx) => add(tx, name))),
      );

      assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 4);
      assert.deepEqual(await names(store.read), ["a", "b", "c", "d"]);
    });

    test("200 callers that each add one add up to 200", async () => {
      await store.transact((tx) => add(tx, "count"));
      await Promise.all(Array.from({ length: 200 }, () => store.transact((tx) => addOne(tx, "count"))));

      assert.equal(await textOf(store.read, "count"), "200");
    });

    test("full and lazy callers mixed all get their commit", async () => {
      await store.transact((tx) => add(tx, "count"));
      const durabilities = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? ("full" as const) : ("lazy" as const)));
      await Promise.all(durabilities.map((durability) => store.transact((tx) => addOne(tx, "count"), { durability })));

      assert.equal(await textOf(store.read, "count"), "60");
    });

    test("a read does not wait for a writer, and sees nothing of it before the commit", async () => {
      const wrote = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const writing = store.transact(async (tx) => {
        await add(tx, "colour");
        assert.deepEqual(await names(tx), ["colour"]);
        wrote.resolve();
        await held.promise;
      });

      await wrote.promise;
      assert.deepEqual(await names(store.read), []);
      held.resolve();
      await writing;
      assert.deepEqual(await names(store.read), ["colour"]);
    });

    test("a second row under one key is refused", async () => {
      await store.transact((tx) => add(tx, "colour"));
      await assert.rejects(
        store.transact((tx) => add(tx, "colour")),
        /unique/i,
      );
    });

    test("a row that points at nothing is refused", async () => {
      const orphan = { key_hash: "k", account_id: "nobody", name: "n", key_cipher: "c", is_primary: 1, created_at: 1 };
      await assert.rejects(
        store.transact((tx) => tx.insertInto("api_keys").values(orphan).execute()),
        /foreign key/i,
      );
    });

    test("a statement that failed fails its transaction, even when the error was caught", async () => {
      const stubborn = store.transact(async (tx) => {
        await add(tx, "first");
        await add(tx, "first").catch((error: unknown) => error);
      });

      await assert.rejects(stubborn, /unique/i);
      assert.deepEqual(await names(store.read), []);
    });

    test("a statement that nobody waited for still fails its transaction", async () => {
      await store.transact((tx) => add(tx, "taken"));
      let lost: Promise<unknown> = Promise.resolve();
      const careless = store.transact(async (tx) => {
        await add(tx, "other");
        lost = add(tx, "taken").catch((error: unknown) => error);
        await setImmediate();
      });

      await assert.rejects(careless);
      await lost;
      assert.deepEqual(await names(store.read), ["taken"]);
    });

    test("a commit that fails rejects its caller and leaves nothing", async () => {
      await makeDeferredTable(store);
      await assert.rejects(
        store.transact((tx) => sql`insert into child values (7)`.execute(tx)),
        /foreign key/i,
      );
      assert.deepEqual((await sql`select * from child`.execute(store.read)).rows, []);
    });

    test("a handle is of no use once its transaction ended", async () => {
      const kept = await store.transact(async (tx) => [tx]);
      await assert.rejects(async () => kept[0] && add(kept[0], "late"), /after its end/);
      assert.deepEqual(await names(store.read), []);
    });

    test("transact inside transact is refused instead of waiting for itself", async () => {
      const nested = store.transact(() => store.transact(names));
      await assert.rejects(nested, /not called inside transact/);
    });

    test("reading handles neither write nor open transactions", async () => {
      await assert.rejects(add(store.read, "colour"), /read-?only/i);
      assert.throws(() => store.read.transaction(), /not supported/);
    });

    test("rows are plain objects with numbers, counts and sums too", async () => {
      await store.transact(async (tx) => {
        await sql`create table amounts (amount bigint not null)`.execute(tx);
        await sql`insert into amounts values (${3}), (${2 ** 52})`.execute(tx);
      });

      const { rows } = await sql`select count(*) as n, sum(amount) as total, max(amount) as most from amounts`.execute(
        store.read,
      );
      assert.deepEqual(rows, [{ n: 2, total: 2 ** 52 + 3, most: 2 ** 52 }]);
    });

    test("a number that JavaScript cannot hold throws instead of being rounded", async () => {
      await assert.rejects(sql`select ${sql.raw("9007199254740993")} as n`.execute(store.read));
    });

    test("writes tell how many rows they changed", async () => {
      await store.transact(async (tx) => {
        await add(tx, "a");
        await add(tx, "b");
        const updated = await tx.updateTable("settings").set({ value: "9" }).execute();
        const deleted = await tx.deleteFrom("settings").where("name", "=", "a").returning("value").execute();

        assert.deepEqual(
          updated.map(({ numUpdatedRows }) => numUpdatedRows),
          [2n],
        );
        assert.deepEqual(deleted, [{ value: "9" }]);
      });
    });

    test("now is the database's time in milliseconds and may stand in any statement", async () => {
      await store.transact((tx) =>
        tx
          .insertInto("settings")
          .values({ name: "t", value: sql`${store.now}` })
          .execute(),
      );
      const row = await store.read.selectFrom("settings").select(store.now.as("now")).executeTakeFirstOrThrow();

      assert.ok(Number.isSafeInteger(row.now));
      assert.ok(Math.abs(row.now - Date.now()) < 24 * 60 * 60 * 1000, "it counts milliseconds since 1970");
      assert.equal(String(Number(await textOf(store.read, "t"))), await textOf(store.read, "t"));
    });

    test("closing lets what runs and waits end first, and takes nothing more", async () => {
      await store.transact((tx) => add(tx, "count"));
      const running = Array.from({ length: 30 }, () => store.transact((tx) => addOne(tx, "count")));
      await store.close();

      await Promise.all(running);
      await assert.rejects(
        store.transact((tx) => addOne(tx, "count")),
        /closed/,
      );
      const again = await opened.reopen();
      assert.equal(await textOf(again.read, "count"), "30");
    });
  });
}

async function add(db: Db, name: string): Promise<void> {
  await db.insertInto("settings").values({ name, value: "0" }).execute();
}

async function addOne(db: Db, name: string): Promise<void> {
  const next = sql<string>`cast(cast(value as bigint) + 1 as text)`;
  await db.updateTable("settings").set({ value: next }).where("name", "=", name).execute();
}

async function names(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom("settings").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

async function textOf(db: Db, name: string): Promise<string> {
  const row = await db.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirstOrThrow();
  return row.value;
}

/** A reference that is only checked by COMMIT. */
async function makeDeferredTable(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    await sql`create table parent (n bigint primary key)`.execute(tx);
    await sql`create table child (n bigint references parent deferrable initially deferred)`.execute(tx);
  });
}
