import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { claimDeliveries, giveBackDeliveries } from "../../src/outbox/deliveries.ts";
import { type Settlement, settleDeliveries } from "../../src/outbox/settle.ts";
import type { Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { type Debt, makeEndpoints, oweAll } from "./debts.ts";
import { attempt, delivered, retryIn, unreached } from "./settlements.ts";

const leaseMs = 60_000;

for (const database of databases()) {
  describe(database.name, { skip: database.skip ?? false }, () => {
    let opened: Opened;
    let store: Store;
    let now: number;

    beforeEach(async () => {
      now = 1_790_000_000_000;
      opened = await database.open({ clock: () => now });
      store = opened.store;
      await makeEndpoints(store, ["A", "B"]);
    });

    afterEach(() => opened.close());

    const claim = ({ workerId = "one", most = 64 }: { readonly workerId?: string; readonly most?: number } = {}) =>
      claimDeliveries(store, {
        workerId,
        leaseMs,
        probeMs: leaseMs,
        share: (due) => due.map((endpoint) => [endpoint, most] as const),
      });
    const settle = async (settlement: Settlement) => {
      const settled = await settleDeliveries(store, { settlements: [settlement], at: now, mostWaitMs: 1000 });
      return settled.ids.has(settlement.claimed.deliveryId);
    };
    const owe = (...debts: readonly Debt[]) => oweAll(store, { debts, at: now });

    test("attempts that end together are written down together, but for those whose lease was lost", async () => {
      await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r2", seq: 1 }, { to: "B", about: "r1", seq: 1 });
      const stale = await claim({ workerId: "stale" });
      const lost = stale.filter(({ deliveryId }) => deliveryId === "A r2 1");
      await giveBackDeliveries(store, lost);
      await claim({ workerId: "fresh" });

      const settled = await settleDeliveries(store, { settlements: stale.map(delivered), at: now, mostWaitMs: 1000 });
      assert.deepEqual([...settled.ids].toSorted(), ["A r1 1", "B r1 1"]);
      const attempts = await store.read.selectFrom("attempts").select("delivery_id").orderBy("delivery_id").execute();
      assert.deepEqual(attempts, [{ delivery_id: "A r1 1" }, { delivery_id: "B r1 1" }]);
    });

    test("what a receiver answers is written down whatever characters it is made of", async () => {
      const odd = `"' ''; drop table attempts; -- \u{1f58a}\r\n é`;
      await owe({ to: "A", about: "r1", seq: 1 });
      const [claimed] = await claim();
      assert.ok(claimed);
      const answer = { response_headers_json: JSON.stringify({ "x-odd": odd }), response_body: odd };
      await settle({ ...delivered(claimed), attempt: { ...attempt, ...answer } });
      const row = await store.read.selectFrom("attempts").selectAll().executeTakeFirstOrThrow();
      assert.equal(row.response_body, odd);
      assert.deepEqual(JSON.parse(row.response_headers_json ?? ""), { "x-odd": odd });
      assert.equal(row.status, 200);
    });

    test("after ten attempts that reached nobody an endpoint gives one probe at a time, until somebody answers", async () => {
      await owe(...Array.from({ length: 14 }, (_, n) => ({ to: "A", about: `r${n}`, seq: 1 })));
      for (const one of await claim({ most: limits.breakerFailures })) await settle(unreached(one));
      assert.deepEqual(await claim(), [], "the breaker is open");

      now += 1000;
      const [probe, ...others] = await claim();
      assert.ok(probe?.isProbe);
      assert.deepEqual(others, []);
      now += 1000;
      assert.deepEqual(await claim(), [], "a probe is under way");
      await settle(unreached(probe));
      now += 999;
      assert.deepEqual(await claim(), []);
      now += 1;
      const [second] = await claim();
      await settle(delivered(second));
      assert.equal((await claim()).length, 2, "all that is due goes on");
    });

    test("a probe whose worker died holds up the endpoint no longer than its lease", async () => {
      await owe(...Array.from({ length: 12 }, (_, n) => ({ to: "A", about: `r${n}`, seq: 1 })));
      for (const one of await claim({ most: limits.breakerFailures })) await settle(unreached(one));
      now += 1000;
      assert.equal((await claim()).length, 1);
      now += leaseMs;
      assert.equal((await claim({ workerId: "two" })).length, 1);
    });

    test("the owner is promised a letter at the third failure and at exhaustion, and no second one within the hour", async () => {
      const alerts = () =>
        store.read
          .selectFrom("jobs")
          .select(["next_at", "payload_json"])
          .where("kind", "=", "alert")
          .orderBy("next_at")
          .execute();
      await owe(...Array.from({ length: 4 }, (_, n) => ({ to: "A", about: `r${n}`, seq: 1 })));
      const [one, two, three, four] = await claim();
      await settle(retryIn(one, 1));
      assert.deepEqual(await alerts(), [], "a first failure is no matter for a letter");
      assert.ok(two && three && four);
      await settle(retryIn({ ...two, tries: 2 }, 1));
      await settle({ ...retryIn(three, 0), becomes: { state: "exhausted" } });
      const first = {
        next_at: now + limits.alertGatherMs,
        payload_json: JSON.stringify({ endpointId: "A", since: 0 }),
      };
      assert.deepEqual(await alerts(), [first]);

      now += limits.alertGatherMs + 1;
      await settle({ ...retryIn(four, 0), becomes: { state: "exhausted" } });
      const second = {
        next_at: first.next_at + limits.alertEveryMs,
        payload_json: JSON.stringify({ endpointId: "A", since: first.next_at }),
      };
      assert.deepEqual(await alerts(), [first, second]);
    });
  });
}
