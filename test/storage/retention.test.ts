import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { newUuid } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Walk } from "../../src/storage/walk.ts";
import { databases, type Opened } from "./databases.ts";
import {
  addAttempt,
  countOf,
  day,
  furnish,
  remember,
  removedBy,
  today,
  walkCalled,
  walkToEnd,
} from "./retention-rows.ts";

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;

    beforeEach(async () => {
      opened = await database.open({ clock: () => today });
      store = opened.store;
      await furnish(store, ["complete"]);
    });

    afterEach(() => opened.close());

    const walk = (name: string): Walk => walkCalled(store, name);

    test("attempts older than ninety days go, younger ones and their deliveries and events stay", async () => {
      await remember(store, [
        { ageMs: 90 * day + 1, deliveries: ["delivered"], attempts: 3, seq: 1 },
        { ageMs: 90 * day, deliveries: ["delivered"], attempts: 2, seq: 2 },
        { ageMs: 1, deliveries: ["exhausted"], attempts: 1, seq: 3 },
      ]);

      assert.equal(await removedBy(walk("attempts")), 3);
      assert.equal(await removedBy(walk("attempts")), 0);
      assert.deepEqual(
        [await countOf(store, "attempts"), await countOf(store, "deliveries"), await countOf(store, "events")],
        [3, 3, 3],
      );
    });

    test("a delivery that still waits keeps its attempts in SQLite, whatever their age", async (t) => {
      if (store.kind === "postgres") return t.skip("PostgreSQL drops whole weeks");
      await remember(store, [
        { ageMs: 200 * day, deliveries: ["pending"], attempts: 2, seq: 1 },
        { ageMs: 200 * day, deliveries: ["delivered"], attempts: 2, seq: 2 },
      ]);
      assert.equal(await removedBy(walk("attempts")), 2);
      assert.equal(await countOf(store, "attempts"), 2);
    });

    test("ten thousand attempts go in steps of at most the batch, past others that must stay", async () => {
      const [eventId] = await remember(store, [{ ageMs: 100 * day, deliveries: ["delivered"] }]);
      assert.ok(eventId);
      const { delivery_id: gone } = await deliveryOf(eventId);
      const kept = Math.round(limits.retentionBatch * 1.5);
      const [waiting] = await remember(store, [{ ageMs: 150 * day, deliveries: ["pending"], attempts: kept, seq: 2 }]);
      assert.ok(waiting);
      await store.transact(async (tx) => {
        for (let n = 1; n <= 10_000; n += 1) await addAttempt(tx, { deliveryId: gone, n, at: today - 100 * day + n });
      });

      const steps = await walkToEnd(walk("attempts"));
      const ofWaiting = store.kind === "postgres" ? kept : 0;
      assert.ok(Math.max(...steps) <= limits.retentionBatch);
      assert.equal(
        steps.reduce((sum, removed) => sum + removed, 0),
        10_000 + ofWaiting,
      );
      assert.equal(await countOf(store, "attempts"), kept - ofWaiting);
    });

    test("a payload goes after ninety days; while one delivery of its event waits or is exhausted it stays", async () => {
      const ids = await remember(store, [
        { ageMs: 91 * day, deliveries: ["delivered", "skipped"], seq: 1 },
        { ageMs: 91 * day, deliveries: [], seq: 2 },
        { ageMs: 91 * day, deliveries: ["delivered", "exhausted"], seq: 3 },
        { ageMs: 91 * day, deliveries: ["pending", "delivered"], seq: 4 },
        { ageMs: 90 * day, deliveries: ["delivered"], seq: 5 },
      ]);

      assert.equal(await removedBy(walk("payloads")), 2);
      assert.deepEqual(await payloadsOf(ids), [false, false, true, true, true]);

      await store.transact((tx) => tx.updateTable("deliveries").set({ state: "delivered" }).execute());
      assert.equal(await removedBy(walk("payloads")), 2);
      assert.deepEqual(await payloadsOf(ids), [false, false, false, false, true]);
    });

    test("the events of a request stay without a gap when their payloads have gone", async () => {
      const pasts = Array.from({ length: 7 }, (_, n) => ({
        ageMs: (200 - n) * day,
        deliveries: ["delivered"],
        seq: n + 1,
      }));
      await remember(store, pasts);
      assert.equal(await removedBy(walk("payloads")), 7);
      assert.equal(await removedBy(walk("callback_test")), 0);

      const rows = await store.read.selectFrom("events").select("seq").orderBy("seq").execute();
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        [1, 2, 3, 4, 5, 6, 7],
      );
    });

    test("each payload that must stay is looked at once in a walk, however many they are", async () => {
      const many = 2 * limits.retentionBatch + 10;
      await remember(
        store,
        Array.from({ length: many }, (_, n) => ({ ageMs: 100 * day, deliveries: ["exhausted"], seq: n + 1 })),
      );
      await remember(store, [{ ageMs: 95 * day, deliveries: ["delivered"], seq: many + 1 }]);
      assert.deepEqual(await walkToEnd(walk("payloads")), [0, 0, 1]);
    });

    test("an event that gets a new delivery at this very moment keeps its payload", async (t) => {
      if (store.kind === "sqlite") return t.skip("SQLite has one writer");
      const [eventId] = await remember(store, [{ ageMs: 100 * day, deliveries: ["delivered"] }]);
      assert.ok(eventId);
      const { delivery_id: _, ...delivery } = await deliveryOf(eventId);

      const written = Promise.withResolvers<void>();
      const looked = Promise.withResolvers<void>();
      const resending = store.transact(async (tx) => {
        const again = { ...delivery, delivery_id: newUuid(today), replay_no: 1, state: "pending" };
        await tx.insertInto("deliveries").values(again).execute();
        written.resolve();
        await looked.promise;
      });
      await written.promise;
      const removed = await removedBy(walk("payloads"));
      looked.resolve();
      await resending;
      assert.equal(removed, 0);
      assert.deepEqual(await payloadsOf([eventId]), [true]);
      assert.equal(await removedBy(walk("payloads")), 0);
    });

    test("a callback_test goes wholly after ninety days, unless it still waits; no other event does", async () => {
      const ids = await remember(store, [
        { ageMs: 91 * day, about: null, deliveries: ["exhausted"], attempts: 1 },
        { ageMs: 91 * day, about: null, deliveries: ["pending"] },
        { ageMs: 89 * day, about: null, deliveries: ["delivered"], attempts: 1 },
        { ageMs: 91 * day, deliveries: ["delivered"], attempts: 1 },
        { ageMs: 91 * day, about: null, type: "account_confirmed", deliveries: ["delivered"], attempts: 1 },
      ]);
      assert.equal(await removedBy(walk("callback_test")), 1);
      const left = await store.read.selectFrom("events").select("event_id").execute();
      assert.deepEqual(left.map((row) => row.event_id).toSorted(), ids.slice(1).toSorted());
      assert.deepEqual([await countOf(store, "deliveries"), await countOf(store, "attempts")], [4, 3]);
    });

    test("the position of an event that has gone never comes again", async () => {
      await remember(store, [{ ageMs: 91 * day }]);
      const [last] = await remember(store, [{ ageMs: 91 * day, about: null, deliveries: ["delivered"] }]);
      assert.ok(last);
      const { position } = await eventOf(last);
      assert.equal(await removedBy(walk("callback_test")), 1);

      const [next] = await remember(store, [{ ageMs: 0, seq: 2 }]);
      assert.ok(next);
      assert.ok((await eventOf(next)).position > position);
    });

    test("two walks over the same rows at once remove each once, and nothing else", async () => {
      const pasts = Array.from({ length: 500 }, (_, n) => ({
        ageMs: 100 * day,
        deliveries: ["delivered"],
        attempts: 2,
        seq: n + 1,
      }));
      await remember(store, pasts);
      for (const [name, count] of [
        ["payloads", 500],
        ["attempts", 1000],
      ] as const) {
        const both = await Promise.all([removedBy(walk(name)), removedBy(walk(name))]);
        assert.equal(both[0] + both[1], count, name);
      }
      assert.equal(await countOf(store, "deliveries"), 500);
    });

    const eventOf = (eventId: string) =>
      store.read.selectFrom("events").selectAll().where("event_id", "=", eventId).executeTakeFirstOrThrow();
    const deliveryOf = (eventId: string) =>
      store.read.selectFrom("deliveries").selectAll().where("event_id", "=", eventId).executeTakeFirstOrThrow();
    const payloadsOf = async (ids: readonly string[]) => {
      const events = await Promise.all(ids.map(eventOf));
      return events.map(({ object_json }) => object_json !== null);
    };
  });
}
