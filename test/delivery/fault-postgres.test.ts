import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findCluster } from "../storage/cluster.ts";
import { chanceOf, seedOfRun } from "./random.ts";
import { frozenWorker, troubledDatabase } from "./rig-postgres-scenes.ts";
import { rounds } from "./rig-torture.ts";

const cluster = findCluster();

describe("on PostgreSQL", { skip: cluster.kind === "none" ? cluster.why : false, concurrency: true }, () => {
  test("a worker that was frozen past its lease overwrites nothing of what another does since", async () => {
    for (let round = 0; round < rounds; round += 1) assert.deepEqual(await frozenWorker({ chance: chance() }), []);
  });

  test("what was acknowledged survives crashes of the database, and the engine goes on after each", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { violations, said } = await troubledDatabase({ chance: chance() }, { kind: "crash", times: 2 });
      assert.deepEqual(violations, []);
      assert.match(said, /could not claim callbacks|could not be written down/, "the engine felt it");
    }
  });

  test("what was acknowledged survives every connection cut, and the engine goes on after each", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { violations } = await troubledDatabase({ chance: chance() }, { kind: "cut", times: 4 });
      assert.deepEqual(violations, []);
    }
  });
});

function chance(): () => number {
  const seed = seedOfRun();
  console.log(`COUNTERSIGN_TEST_SEED=${seed} repeats this run`);
  return chanceOf(seed);
}
