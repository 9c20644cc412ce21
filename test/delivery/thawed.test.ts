import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { keyColumns } from "../../src/accounts/keys.ts";
import { steadyClock } from "../../src/base/clock.ts";
import { openLog } from "../../src/base/log.ts";
import { startDelivering } from "../../src/callbacks/deliver.ts";
import type { OutboundResult } from "../../src/http/outbound.ts";
import { claimDeliveries } from "../../src/outbox/deliveries.ts";
import { settleDeliveries } from "../../src/outbox/settle.ts";
import { databases } from "../storage/databases.ts";
import { makeEndpoints, oweAll } from "./debts.ts";
import { retryIn } from "./settlements.ts";

const leaseMs = 60_000;
const secret = Buffer.alloc(32, 5);
const refusal: OutboundResult = {
  kind: "answered",
  status: 500,
  headers: {},
  body: Buffer.from(""),
  truncated: false,
  ip: "192.0.2.1",
  durationMs: 1,
};

for (const database of databases()) {
  test(`${database.name}: a thawed worker that claims again what another has tried meanwhile does not count its own attempt`, {
    skip: database.skip ?? false,
  }, async () => {
    let now = 1_790_000_000_000;
    const opened = await database.open({ clock: () => now });
    const { store } = opened;
    await makeEndpoints(store, ["A"]);
    const key = keyColumns(secret, { key: "k".repeat(64), accountId: "me", name: "", isPrimary: true, at: 0 });
    await store.transact((tx) => tx.insertInto("api_keys").values(key).execute());
    await oweAll(store, { debts: [{ to: "A", about: "r1", seq: 1 }], at: now });

    const frost = Promise.withResolvers<void>();
    const [begun, answer, refused] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<OutboundResult>(),
      Promise.withResolvers<void>(),
    ];
    const log = Object.assign(Object.create(openLog("silent")), { warn: () => refused.resolve() });
    const frozen = startDelivering({
      store,
      secret,
      log,
      workerId: "frozen",
      leaseMs,
      timeoutMs: 1000,
      schedule: [1000, 1000],
      clock: () => now,
      steadyClock,
      random: () => 0,
      pause: async (ms, signal) => {
        await frost.promise;
        await sleep(signal?.aborted ? 0 : Math.min(ms, 10));
      },
      outbound: {
        request: () => {
          begun.resolve();
          return answer.promise;
        },
        download: () => assert.fail("nothing is downloaded"),
        close: () => {},
      },
    });
    await begun.promise;

    now += leaseMs;
    const [taken] = await claimDeliveries(store, {
      workerId: "other",
      leaseMs,
      probeMs: leaseMs,
      share: (due) => due.map((endpoint) => [endpoint, 1] as const),
    });
    await settleDeliveries(store, { settlements: [retryIn(taken, 0)], at: now, mostWaitMs: 1000 });
    frost.resolve();
    const rowOf = () => store.read.selectFrom("deliveries").select(["lease_no", "tries"]).executeTakeFirstOrThrow();
    for (let n = 0; n < 1000 && (await rowOf()).lease_no < 3; n += 1) await sleep(10);
    answer.resolve(refusal);
    await Promise.race([refused.promise, sleep(10_000, undefined, { ref: false })]);

    assert.deepEqual(await rowOf(), { lease_no: 3, tries: 1 });
    const attempts = await store.read.selectFrom("attempts").select(["n", "lease_no"]).execute();
    assert.deepEqual(attempts, [{ n: 1, lease_no: 2 }]);
    await frozen.stop();
    await opened.close();
  });
}
