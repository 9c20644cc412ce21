import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { makeWeeks, weeksWalk } from "../../src/storage/partitions.ts";
import { raisePositions } from "../../src/storage/positions.ts";
import type { Store } from "../../src/storage/store.ts";
import { findCluster } from "./cluster.ts";
import { databases, type Opened } from "./databases.ts";
import { addAttempt, countOf, day, furnish, remember, removedBy, today } from "./retention-rows.ts";

const cluster = findCluster();
const postgres = databases().find(({ name }) => name === "PostgreSQL");

describe("PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false }, () => {
  let opened: Opened;
  let store: Store;
  let deliveryId: string;

  beforeEach(async () => {
    assert.ok(postgres);
    opened = await postgres.open({ clock: () => today });
    store = opened.store;
    await furnish(store, ["complete"]);
    await remember(store, [{ ageMs: 0, deliveries: ["delivered"] }]);
    const delivery = await store.read.selectFrom("deliveries").select("delivery_id").executeTakeFirstOrThrow();
    deliveryId = delivery.delivery_id;
  });

  afterEach(() => opened.close());

  test("this week's table and those of the weeks to come are made, each from Thursday to Thursday", async () => {
    await makeWeeks(store, today);
    assert.deepEqual(await bounds(), [
      ["attempts_20260730", "2026-07-30", "2026-08-06"],
      ["attempts_20260806", "2026-08-06", "2026-08-13"],
      ["attempts_20260813", "2026-08-13", "2026-08-20"],
      ["attempts_20260820", "2026-08-20", "2026-08-27"],
      ["attempts_20260827", "2026-08-27", "2026-09-03"],
    ]);
    await attempt(1, today);
    assert.deepEqual(await where(), ["attempts_20260730"]);
  });

  test("making them again, and four makers at once, make each once", async () => {
    const other = await opened.reopen();
    await Promise.all([store, other, store, other].map((one) => makeWeeks(one, today)));
    await makeWeeks(store, today);
    await makeWeeks(store, today + 7 * day);
    assert.equal((await bounds()).length, limits.attemptWeeksAhead + 2);
  });

  test("a week goes as a whole once its last millisecond is past the age, and not before", async () => {
    await makeWeeks(store, today - 100 * day);
    await makeWeeks(store, today);
    await attempt(1, today - 100 * day);
    await attempt(2, today);
    const [oldest] = await bounds();
    assert.equal(oldest?.[0], "attempts_20260423");

    const ends = Date.parse("2026-04-30T00:00:00Z");
    const walk = weeksWalk(store, { attemptsMs: 90 * day });
    assert.equal(await removedBy(walk, ends + 90 * day - 1), 0);
    assert.equal(await countOf(store, "attempts"), 2);

    assert.equal(await removedBy(walk, ends + 90 * day), 1);
    assert.equal((await bounds())[0]?.[0], "attempts_20260430");
    assert.deepEqual(await where(), ["attempts_20260730"]);
    assert.equal(await removedBy(walk, ends + 96 * day), 0);
    assert.equal(await removedBy(walk, ends + 118 * day), 4);
  });

  test("attempts that came before their week had a table move into it, and none is lost", async () => {
    for (let n = 1; n <= 100; n += 1) await attempt(n, today + n);
    await attempt(101, today + 8 * day);
    await attempt(102, today - 30 * day);
    assert.deepEqual(await where(), ["attempts_rest"]);

    await makeWeeks(store, today);
    assert.equal(await countOf(store, "attempts"), 102);
    assert.deepEqual(await where(), ["attempts_20260730", "attempts_20260806", "attempts_rest"]);
  });

  test("a week with too many attempts in the default partition stays there; the others are made", async () => {
    const many = limits.attemptRowsMoved + 1;
    await store.transact(async (tx) => {
      await sql`
        insert into attempts select ${deliveryId}, g, g, ${sql.lit(today)}::bigint, 1, '', 200, 'acked', null, null
        from generate_series(1, ${sql.lit(many)}::bigint) g`.execute(tx);
    });
    await makeWeeks(store, today);
    assert.equal((await bounds()).length, limits.attemptWeeksAhead);
    assert.deepEqual(await where(), ["attempts_rest"]);
    assert.equal(await countOf(store, "attempts"), many);
  });

  test("who settles meanwhile is not held up, and the keeper gives way until it can", async () => {
    const settled = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const settling = store.transact(async (tx) => {
      await tx.updateTable("deliveries").set({ tries: 1 }).execute();
      begun.resolve();
      await settled.promise;
      await addAttempt(tx, { deliveryId, n: 1, at: today });
    });
    await begun.promise;

    const making = makeWeeks(store, today);
    await untilWaiting();
    settled.resolve();
    await settling;
    await making;
    assert.equal((await bounds()).length, limits.attemptWeeksAhead + 1);
    assert.deepEqual(await where(), ["attempts_20260730"]);
  });

  test("a lock that is never to be had ends the making with an error, and attempts go where they can", async () => {
    const over = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const reading = store.transact(async (tx) => {
      await sql`lock table attempts_rest in share mode`.execute(tx);
      begun.resolve();
      await over.promise;
    });
    await begun.promise;
    await assert.rejects(makeWeeks(store, today), { faultName: "unavailable" });
    over.resolve();
    await reading;

    await attempt(1, today);
    assert.deepEqual(await where(), ["attempts_rest"]);
  });

  test("positions go on after the highest one when the server's transaction numbers have begun anew", async () => {
    const horizon = async () =>
      (await sql<{ at: number }>`select ${store.horizon} as at`.execute(store.read)).rows[0]?.at;
    await raisePositions(store);
    assert.ok(Number(await horizon()) < 1_000_000_000, "nothing to raise");

    const far = 5_000_000_000;
    await store.transact((tx) => tx.updateTable("events").set({ position: far }).execute());
    await Promise.all([raisePositions(store), raisePositions(await opened.reopen())]);
    await raisePositions(store);
    // A transaction that is open in another database of the server keeps the horizon back while it lasts.
    for (let tries = 0; tries < 1000 && Number(await horizon()) <= far; tries += 1) await sleep(10);
    assert.ok(Number(await horizon()) > far, "what is there is below the horizon");
    assert.ok(Number(await horizon()) < far + 1_000_000, "raised once");

    await remember(store, [{ ageMs: 0, seq: 2 }]);
    const { position } = await store.read
      .selectFrom("events")
      .select("position")
      .where("seq", "=", 2)
      .executeTakeFirstOrThrow();
    assert.ok(position > far);
  });

  const attempt = (n: number, at: number) => store.transact((tx) => addAttempt(tx, { deliveryId, n, at }));

  /** Each week's table with the days that bound it. */
  async function bounds(): Promise<readonly (readonly string[])[]> {
    const { rows } = await sql<{ name: string; bound: string }>`
      select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'attempts'::regclass and c.relname <> 'attempts_rest' order by 1`.execute(store.read);
    return rows.map(({ name, bound }) => {
      const days = [...bound.matchAll(/'(\d+)'/g)].map(([, ms]) => new Date(Number(ms)).toISOString().slice(0, 10));
      return [name, ...days];
    });
  }

  /** The tables that attempts lie in. */
  async function where(): Promise<readonly string[]> {
    const { rows } = await sql<{ name: string }>`
      select distinct tableoid::regclass::text as name from attempts order by 1`.execute(store.read);
    return rows.map(({ name }) => name);
  }

  async function untilWaiting(): Promise<void> {
    for (let tries = 0; tries < 10_000; tries += 1) {
      const { rows } = await sql`
        select 1 from pg_locks where not granted
          and (database is null or database = (select oid from pg_database where datname = current_database()))`.execute(
        store.read,
      );
      if (rows.length > 0) return;
    }
    throw new Error("nobody waits for a lock");
  }
});
