import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findCluster } from "../storage/cluster.ts";
import { chanceOf, seedOfRun } from "./random.ts";
import { eventOutside, fenceRemoved, type Mutation, makeMutant, phraseLoosened } from "./rig-mutants.ts";
import { frozenWorker } from "./rig-postgres-scenes.ts";
import type { Violation } from "./rig-reckoning.ts";
import { dieAtAll, mistakenAnswers, type Stage } from "./rig-scenes.ts";

type Play = (stage: Omit<Stage, "kind">) => Promise<readonly Violation[]>;

const cluster = findCluster();
const noPostgres = cluster.kind === "none" ? cluster.why : false;
const chance = chanceOf(seedOfRun());

// A suite that a broken engine passes proves nothing: each of these is an engine broken on purpose.
describe("the suite finds", { concurrency: true }, () => {
  const dieAfterCommit: Play = async (stage) =>
    (await dieAtAll({ ...stage, kind: "sqlite" }, { points: ["after the commit of an event"], mostSkips: 0 }))
      .violations;

  test("an event that is written outside the transaction of its change", async () => {
    assert.deepEqual(await dieAfterCommit({ chance }), []);
    assert.ok((await lawsBrokenBy(eventOutside, dieAfterCommit)).has("I1"));
  });

  test("a settlement without its fence", { skip: noPostgres }, async () => {
    assert.ok((await lawsBrokenBy(fenceRemoved, frozenWorker)).has("I9"));
  });

  const mistaken: Play = (stage) => mistakenAnswers({ ...stage, kind: "sqlite" });

  test("an acknowledgement without the phrase", async () => {
    assert.deepEqual(await mistaken({ chance }), []);
    assert.ok((await lawsBrokenBy(phraseLoosened, mistaken)).has("I3"));
  });
});

async function lawsBrokenBy(mutation: Mutation, play: Play): Promise<ReadonlySet<string>> {
  const { tree, remove } = makeMutant(mutation);
  try {
    const violations = await play({ tree, chance });
    return new Set(violations.map(({ law }) => law));
  } finally {
    remove();
  }
}
