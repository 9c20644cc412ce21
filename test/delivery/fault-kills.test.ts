import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findCluster } from "../storage/cluster.ts";
import { chanceOf, seedOfRun } from "./random.ts";
import { dieAtAll, killPoints } from "./rig-scenes.ts";
import { rounds } from "./rig-torture.ts";

const cluster = findCluster();
const grounds = [
  { kind: "sqlite", name: "SQLite", skip: false },
  { kind: "postgres", name: "PostgreSQL", skip: cluster.kind === "none" ? cluster.why : false },
] as const;

describe("the engine is killed at every named point", { concurrency: true }, () => {
  for (const { kind, name, skip } of grounds)
    test(`on ${name} no acknowledged event is lost, and no promise is broken`, { skip }, async () => {
      for (let round = 0; round < rounds; round += 1) {
        const seed = seedOfRun();
        console.log(`${name}: COUNTERSIGN_TEST_SEED=${seed} repeats this run`);
        const { violations, hits, repeats } = await dieAtAll({ kind, chance: chanceOf(seed) }, { points: killPoints });

        assert.deepEqual(violations, []);
        assert.deepEqual(
          killPoints.filter((point) => !hits.has(point)),
          [],
          "every point was hit",
        );
        assert.ok(repeats > 0, "something came again: else nothing was tested");
      }
    });
});
