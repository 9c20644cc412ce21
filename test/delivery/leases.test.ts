import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, beforeEach, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { type ClaimedDelivery, claimDeliveries, giveBackDeliveries } from "../../src/outbox/deliveries.ts";
import { claimJobs, enqueue, finishJob, releaseAllLeases } from "../../src/outbox/jobs.ts";
import { leaseFor, renewLeases } from "../../src/outbox/leases.ts";
import { type Settlement, settleDeliveries } from "../../src/outbox/settle.ts";
import { reviveStranded } from "../../src/outbox/stranded.ts";
import type { Store } from "../../src/storage/store.ts";
import { databases, type Opened } from "../storage/databases.ts";
import { type Debt, makeEndpoints, oweAll } from "./debts.ts";
import { delivered, retryIn } from "./settlements.ts";

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
    const changeEndpoint = (columns: {
      readonly state?: string;
      readonly url?: string | null;
      readonly ordering?: string;
    }) => store.transact((tx) => tx.updateTable("endpoints").set(columns).where("endpoint_id", "=", "A").execute());
    const owe = (...debts: readonly Debt[]) => oweAll(store, { debts, at: now });

    test("of one request only the lowest sequence is handed out, of several one each", async () => {
      await owe({ to: "A", about: "r1", seq: 2 }, { to: "A", about: "r1", seq: 1 }, { to: "A", about: "r2", seq: 1 });
      await owe({ to: "B", about: "r1", seq: 1 });

      assert.deepEqual(namesOf(await claim()), ["A r1 1", "A r2 1", "B r1 1"]);
      assert.deepEqual(namesOf(await claim()), []);
    });

    test("what waits for its retry does not hold up the next, and goes before it once due again", async () => {
      await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r1", seq: 2 }, { to: "A", about: "r1", seq: 3 });
      const [first] = await claim();
      await settle(retryIn(first, 5000));
      const [second] = await claim();
      assert.equal(second?.seq, 2);

      now += 5000;
      assert.deepEqual(await claim(), [], "one is under way");
      await settle(delivered(second));
      assert.deepEqual(namesOf(await claim()), ["A r1 1"]);
    });

    test("each endpoint gives no more than was asked of it", async () => {
      const debts = Array.from({ length: 30 }, (_, n) => ({ to: "A", about: `r${n}`, seq: 1 }) as const);
      await owe(...debts, { to: "B", about: "r0", seq: 1 });

      const taken = await claim({ most: 12 });
      assert.equal(taken.filter(({ endpointId }) => endpointId === "A").length, 12);
      assert.equal(taken.filter(({ endpointId }) => endpointId === "B").length, 1);
    });

    test("where the order is strict, what waits for its retry holds up the next until it is exhausted", async () => {
      await changeEndpoint({ ordering: "strict" });
      await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r1", seq: 2 }, { to: "A", about: "r2", seq: 1 });
      const [first, other] = (await claim()).toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
      assert.equal(other?.deliveryId, "A r2 1", "another request is not held up");
      await settle(retryIn(first, 5000));
      assert.deepEqual(namesOf(await claim()), []);

      now += 5000;
      const [again] = await claim();
      assert.equal(again?.deliveryId, "A r1 1");
      await settle({ ...retryIn(again, 0), becomes: { state: "exhausted" } });
      assert.deepEqual(namesOf(await claim()), ["A r1 2"]);
    });

    test("a worker that comes back after its lease cannot overwrite what another has done since", async () => {
      await owe({ to: "A", about: "r1", seq: 1 });
      const [stale] = await claim({ workerId: "stale" });
      now += leaseMs;
      const [fresh] = await claim({ workerId: "fresh" });
      assert.equal(fresh?.deliveryId, stale?.deliveryId);

      assert.equal(await settle(retryIn(stale, 1)), false);
      assert.equal(await settle(delivered(fresh)), true);
      assert.equal(await settle(retryIn(stale, 1)), false);
      assert.deepEqual(await rowOf(store, fresh), { state: "delivered", tries: 1, leased: 0 });
      const attempts = await store.read.selectFrom("attempts").select(["n", "lease_no", "outcome"]).execute();
      assert.deepEqual(attempts, [{ n: 1, lease_no: 2, outcome: "acked" }]);
    });

    test("a beat keeps a lease, silence loses it, and nobody's beat keeps another's", async () => {
      await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r2", seq: 1 });
      const ids = (await claim({ most: 2 })).map(({ deliveryId }) => deliveryId);
      const [kept = ""] = ids;
      now += leaseMs - 1;
      await renewLeases(store, { table: "deliveries", workerId: "one", ids: [kept], leaseMs });
      await renewLeases(store, { table: "deliveries", workerId: "two", ids, leaseMs });
      now += 1;

      const taken = await claim({ workerId: "two" });
      assert.deepEqual(
        taken.map(({ deliveryId }) => deliveryId),
        ids.slice(1),
      );
    });

    test("a job that is worked on longer than its lease is not begun again while its worker beats", async () => {
      await store.transact((tx) =>
        enqueue({ tx, at: now, now: store.now, wakes: new Set() }, { kind: "prepare", requestId: null, payload: {} }),
      );
      const [job] = await claimJobs(store, { workerId: "one", most: 8 });
      assert.ok(job);
      for (let beat = 0; beat < 10; beat += 1) {
        now += leaseFor(store, limits.jobLeaseMs) - 1;
        await renewLeases(store, {
          table: "jobs",
          workerId: "one",
          ids: [job.jobId],
          leaseMs: leaseFor(store, limits.jobLeaseMs),
        });
        assert.deepEqual(await claimJobs(store, { workerId: "one", most: 8 }), []);
      }
      assert.ok(await store.transact((tx) => finishJob(tx, job)));
    });

    test("a job that is ended in a transaction which waits does not keep the beat of the others waiting", async () => {
      await store.transact(async (tx) => {
        const promising = { tx, at: now, now: store.now, wakes: new Set<"jobs">() };
        for (const kind of ["one", "two"]) await enqueue(promising, { kind, requestId: null, payload: {} });
      });
      const jobs = await claimJobs(store, { workerId: "one", most: 8 });
      const [ending, other] = jobs;
      assert.ok(ending && other);
      const ids = jobs.map(({ jobId }) => jobId);
      const outside = AsyncLocalStorage.snapshot();
      const beats: Promise<ReadonlySet<string>>[] = [];
      await store.transact(async (tx) => {
        assert.ok(await finishJob(tx, ending));
        beats.push(outside(() => renewLeases(store, { table: "jobs", workerId: "one", ids, leaseMs })));
        // SQLite has one writer: there the beat comes after.
        if (store.kind === "postgres") await beats[0];
      });
      assert.deepEqual(await Promise.all(beats), [new Set([other.jobId])]);
    });

    test("on PostgreSQL ten silent seconds lose a lease, however long the work may take", () => {
      assert.equal(leaseFor({ kind: "postgres" }, 180_000), 10_000);
      assert.equal(leaseFor({ kind: "sqlite" }, 180_000), 180_000);
      assert.ok(limits.beatMs * 3 < limits.silentWorkerMs);
    });

    test("what loses its workers again and again is never given up, but waits longer each time", async () => {
      await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r1", seq: 2 });
      for (let loss = 0; loss < limits.lostLeases; loss += 1) {
        assert.deepEqual(namesOf(await claim()), ["A r1 1"]);
        await releaseAllLeases(store);
      }
      for (const minutes of [1, 2, 3]) {
        const [claimed] = await claim();
        assert.equal(claimed?.seq, 1);
        await releaseAllLeases(store);
        const next = await claim();
        assert.deepEqual(namesOf(next), ["A r1 2"], "the next goes on");
        await giveBackDeliveries(store, next);
        now += minutes * limits.lostLeaseWaitMs - 1;
        assert.deepEqual(namesOf(await claim({ most: 1 })), ["A r1 2"]);
        await releaseAllLeases(store);
        now += 1;
      }
    });

    for (const closed of [{ state: "paused" }, { state: "disabled" }, { url: null }])
      test(`an endpoint with ${JSON.stringify(closed)} holds what it has, and gives it out when it is open again`, async () => {
        await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r1", seq: 2 }, { to: "A", about: "r2", seq: 1 });
        const [first] = await claim({ most: 1 });
        await changeEndpoint(closed);
        assert.deepEqual(await claim(), []);
        assert.ok(await settle(retryIn(first, 3_600_000)), "its outcome is still written down");
        assert.deepEqual(await rowOf(store, first), { state: "pending", tries: 1, leased: 0 });

        await changeEndpoint({ state: "active", url: "http://127.0.0.1:1/" });
        assert.deepEqual(namesOf(await claim()), ["A r1 2", "A r2 1"]);
      });

    test("a new start finds what was never tried due, though the clock was set back; a retry keeps its time", async () => {
      await owe({ to: "A", about: "r1", seq: 1 }, { to: "A", about: "r2", seq: 1 });
      const [first] = await claim({ most: 1 });
      await settle(retryIn(first, 5000));
      now -= 60_000;
      assert.deepEqual(await claim(), []);
      await releaseAllLeases(store);
      await reviveStranded(store, { longestMs: 300_000 });

      assert.deepEqual(namesOf(await claim()), ["A r2 1"]);
    });

    test("what a worker has in hands while a clock that was ahead is set right stays his for a lease, and comes back", async () => {
      await owe({ to: "A", about: "r1", seq: 1 });
      await claim();
      now -= 5 * 3_600_000;
      await reviveStranded(store, { longestMs: 300_000 });
      assert.deepEqual(await claim({ workerId: "two" }), []);
      now += leaseFor(store, 300_000 + limits.leaseMarginMs);
      assert.deepEqual(namesOf(await claim({ workerId: "two" })), ["A r1 1"]);
    });

    test("two workers that claim at once never get the same, and never two of one request", async () => {
      const toOf = (n: number) => (n % 2 === 0 ? "A" : "B");
      await owe(...Array.from({ length: 40 }, (_, n) => ({ to: toOf(n), about: `r${n >> 2}`, seq: n + 1 })));
      const taken = await Promise.all(["one", "two", "three", "four"].map((workerId) => claim({ workerId, most: 10 })));

      const lines = taken.flat().map(({ deliveryId }) => deliveryId.split(" ").slice(0, 2).join(" "));
      assert.equal(new Set(lines).size, lines.length);
      assert.ok(lines.length > 0);
    });
  });
}

function namesOf(claimed: readonly ClaimedDelivery[]): readonly string[] {
  return claimed.map(({ deliveryId }) => deliveryId).toSorted();
}

async function rowOf(store: Store, claimed: ClaimedDelivery | undefined) {
  return store.read
    .selectFrom("deliveries")
    .select(["state", "tries", "leased"])
    .where("delivery_id", "=", claimed?.deliveryId ?? "")
    .executeTakeFirst();
}
