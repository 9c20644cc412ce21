import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../../src/base/log.ts";
import { startLoop } from "../../src/outbox/loop.ts";

/** Runs pieces of work that hang until they are let go, two at once and two slow ones more, and answers which began. */
async function runHanging(names: readonly string[], until: (begun: readonly string[]) => boolean) {
  const waiting = [...names];
  const begun: string[] = [];
  const letGo = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const loop = startLoop<string>({
    name: "test",
    atOnce: 2,
    slowMs: 20,
    slowAtOnce: 2,
    pollMs: 5,
    log: openLog("silent"),
    claim: async (most) => waiting.splice(0, most),
    run: async (name) => {
      begun.push(name);
      if (until(begun)) reached.resolve();
      await letGo.promise;
    },
    beat: async () => {},
  });
  await reached.promise;
  const finish = async () => {
    letGo.resolve();
    await loop.stop();
  };
  return { begun, waiting, finish };
}

test("work that takes long does not hold up the work behind it", async () => {
  const { finish } = await runHanging(["slow", "slow too", "quick"], (begun) => begun.includes("quick"));
  await finish();
});

test("however long it takes, no more is under way than the places for quick and for slow work", async () => {
  const { begun, finish, waiting } = await runHanging(["1", "2", "3", "4", "5"], (list) => list.length === 4);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual([...begun], ["1", "2", "3", "4"]);
  assert.deepEqual(waiting, ["5"]);
  await finish();
});
