import assert from "node:assert/strict";
import { test } from "node:test";
import { claimJobs, enqueue, postponeJob } from "../../src/outbox/jobs.ts";
import { databases } from "../storage/databases.ts";

for (const database of databases()) {
  test(`who has lost a job to another worker neither postpones nor buries it, on ${database.name}`, {
    skip: database.skip ?? false,
  }, async (t) => {
    const { store, close } = await database.open();
    t.after(close);
    const at = Date.now();
    await store.transact((tx) =>
      enqueue({ tx, at, now: store.now, wakes: new Set() }, { kind: "prepare", requestId: null, payload: {} }),
    );
    const [job] = await claimJobs(store, { workerId: "one", most: 1 });
    assert.ok(job);
    const bury = (leaseNo: number) =>
      store.transact((tx) =>
        postponeJob({ tx, now: store.now }, { jobId: job.jobId, leaseNo, delayMs: null, error: "a\0b" }),
      );

    assert.equal(await bury(job.leaseNo - 1), false);
    assert.deepEqual(await rowOf(), { state: "pending", last_error: null });
    assert.equal(await bury(job.leaseNo), true);
    assert.deepEqual(await rowOf(), { state: "buried", last_error: "a\ufffdb" });

    function rowOf() {
      return store.read.selectFrom("jobs").select(["state", "last_error"]).executeTakeFirstOrThrow();
    }
  });
}
