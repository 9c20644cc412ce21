import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { findPaces, latencyOf, type Pace, sumPaces } from "../../src/callbacks/pace.ts";
import { pacesWalk } from "../../src/storage/retention-paces.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { acknowledge } from "../support/receiver.ts";
import { sendAndWait } from "../support/requests.ts";

const none: Omit<Pace, "at"> = {
  delivered: 0,
  failed: 0,
  exhausted: 0,
  within_50: 0,
  within_100: 0,
  within_250: 0,
  within_500: 0,
  within_1000: 0,
  within_2500: 0,
  within_5000: 0,
  within_10000: 0,
  within_30000: 0,
  beyond: 0,
};

for (const { name, skip, open } of grounds()) {
  describe(`the pace of callbacks on ${name}`, { skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse({ name, skip, open }, { COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
    });
    after(() => house.close());
    beforeEach(() => {
      house.receiver.answer = acknowledge;
    });

    async function pacesByPath(): Promise<Readonly<Record<string, Omit<Pace, "at">>>> {
      await house.quiet();
      const endpoints = await house.store.read.selectFrom("endpoints").selectAll().execute();
      const accountId = endpoints[0]?.account_id ?? "";
      const paces = await findPaces(house.store.read, { accountId, since: 0, spanMs: limits.paceMs });
      return Object.fromEntries(
        endpoints.map((row) => [new URL(row.url ?? "").pathname, sumPaces(paces.get(row.endpoint_id) ?? [])]),
      );
    }

    test("counts what was acknowledged, what failed and what was given up, each endpoint for itself", async () => {
      const before = await pacesByPath();
      house.receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "" } : acknowledge());
      await sendAndWait(house, {});
      await sendAndWait(house, {});
      const after = await pacesByPath();
      const grown = (path: string) => ({
        delivered: (after[path]?.delivered ?? 0) - (before[path]?.delivered ?? 0),
        failed: (after[path]?.failed ?? 0) - (before[path]?.failed ?? 0),
        exhausted: (after[path]?.exhausted ?? 0) - (before[path]?.exhausted ?? 0),
      });
      assert.deepEqual(grown("/account"), { delivered: 2, failed: 0, exhausted: 0 });
      assert.deepEqual(grown("/app"), { delivered: 0, failed: 2, exhausted: 0 });
      await house.store.transact((tx) =>
        tx.updateTable("deliveries").set({ next_at: 0, tries: 1 }).where("state", "=", "pending").execute(),
      );
      const { exhausted } = await exhaust();
      assert.equal(exhausted, 2);
    });

    async function exhaust(): Promise<Omit<Pace, "at">> {
      for (let n = 0; n < 400; n += 1) {
        const pace = (await pacesByPath())["/app"] ?? none;
        if (pace.exhausted === 2) return pace;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return (await pacesByPath())["/app"] ?? none;
    }

    test("agrees with the attempts that were written down, one by one", async () => {
      await sendAndWait(house, {});
      await house.quiet();
      const attempts = await house.store.read.selectFrom("attempts").selectAll().execute();
      const paces = Object.values(await pacesByPath());
      const total = paces.reduce((sum, pace) => sum + pace.delivered + pace.failed, 0);
      assert.equal(total, attempts.length);
      const quick = paces.reduce((sum, pace) => sum + pace.within_50, 0);
      assert.equal(quick, attempts.filter(({ duration_ms }) => duration_ms <= 50).length);
    });

    test("is removed with the attempts that it counts", async () => {
      const walk = pacesWalk(house.store, { attemptsMs: 1000 });
      assert.deepEqual(await walk.step({ at: 1000, after: null }), { removed: 0, after: null });
      const kept = await house.store.read.selectFrom("paces").select("at").execute();
      const { removed, after } = await walk.step({ at: Date.now() + 10_000_000, after: null });
      assert.deepEqual([removed, after], [kept.length, null]);
      assert.ok(removed > 0);
      assert.deepEqual(await house.store.read.selectFrom("paces").select("at").execute(), []);
    });
  });
}

describe("the latency of a pace", () => {
  test("is reckoned within the span that holds the share", () => {
    assert.equal(latencyOf(none, 0.5), null);
    assert.equal(latencyOf({ ...none, within_100: 10 }, 0.5), 75);
    assert.equal(latencyOf({ ...none, within_50: 90, within_1000: 10 }, 0.95), 750);
    assert.equal(latencyOf({ ...none, beyond: 3 }, 0.95), 30_000);
  });
});
