import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { writeCalls } from "../../src/accounts/write-calls.ts";
import { limits } from "../../src/base/limits.ts";
import { readConfig } from "../../src/server/config.ts";
import { retentionWalks } from "../../src/storage/retention.ts";
import { callsWalk } from "../../src/storage/retention-calls.ts";
import type { Store } from "../../src/storage/store.ts";
import { callAt } from "../support/calls.ts";
import { databases, type Opened } from "./databases.ts";
import { day, removedBy, today, walkToEnd } from "./retention-rows.ts";

test("COUNTERSIGN_CALL_DAYS says for how many days calls are kept, thirty unless said", () => {
  assert.equal(readConfig({}).keeping.callsMs, 30 * day);
  assert.equal(readConfig({ COUNTERSIGN_CALL_DAYS: "7" }).keeping.callsMs, 7 * day);
  for (const wrong of ["0", "soon", "3651"])
    assert.throws(() => readConfig({ COUNTERSIGN_CALL_DAYS: wrong }), /COUNTERSIGN_CALL_DAYS/);
});

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    beforeEach(async () => {
      opened = await database.open({ clock: () => today });
      store = opened.store;
    });
    afterEach(() => opened.close());

    const write = (times: readonly number[]) =>
      writeCalls(
        store,
        times.map((at) => callAt(at, { account_id: "me" })),
      );
    const left = async () =>
      (await store.read.selectFrom("api_calls").select("called_at").orderBy("call_id").execute()).map(
        (row) => row.called_at,
      );

    test("calls go at their age, to the millisecond", async () => {
      await write([today - 31 * day, today - 30 * day - 1, today - 30 * day, today]);
      const keeping = { attemptsMs: day, payloadsMs: day, lettersMs: day, callsMs: 30 * day };
      const walk = retentionWalks(store, keeping).find(({ name }) => name === "api_calls");
      assert.ok(walk);
      assert.equal(await removedBy(walk), 2);
      assert.deepEqual(await left(), [today - 30 * day, today]);
    });

    test("of more than may be kept the oldest go, and the newest stay, however the steps fall", async () => {
      const times = Array.from({ length: 450 }, (_, n) => today - 450 + n);
      for (const counted of [1000, 100, 33]) {
        await store.transact((tx) => tx.deleteFrom("api_calls").execute());
        await write(times);
        const steps = await walkToEnd(callsWalk(store, { most: 100, counted }));
        assert.deepEqual(await left(), times.slice(-100));
        assert.ok(Math.max(...steps) <= limits.retentionBatch);
        assert.equal(await removedBy(callsWalk(store, { most: 100, counted })), 0);
      }
    });

    test("as many as may be kept, or fewer, all stay", async () => {
      const times = Array.from({ length: 100 }, (_, n) => today - 100 + n);
      for (const kept of [100, 99, 1, 0]) {
        await store.transact((tx) => tx.deleteFrom("api_calls").execute());
        if (kept > 0) await write(times.slice(-kept));
        assert.equal(await removedBy(callsWalk(store, { most: 100, counted: 30 })), 0);
        assert.equal((await left()).length, kept);
      }
    });
  });
}
