import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../src/base/faults.ts";
import { openGate } from "../../src/base/gate.ts";

test("so many are inside at once and no more, and who waits comes in the order of coming", async () => {
  const gate = openGate({ atOnce: 2, most: 10, waitMs: 60_000 });
  const came: number[] = [];
  let inside = 0;
  let most = 0;
  const work = (number: number) => async () => {
    came.push(number);
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((done) => setImmediate(done));
    inside -= 1;
    return number;
  };

  const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((number) => gate(work(number))));

  assert.deepEqual(answers, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(came, [0, 1, 2, 3, 4, 5]);
  assert.equal(most, 2);
});

test("who finds the queue full, or has waited too long, is told unavailable, and the others go on", async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<string>();
  const gate = openGate({ atOnce: 1, most: 1, waitMs: 1 });
  const first = gate(() => held);
  const late = gate(async () => "never");
  const full = gate(async () => "never");

  await assert.rejects(full, isUnavailable);
  await assert.rejects(late, isUnavailable);
  release("first");

  assert.equal(await first, "first");
  assert.equal(await gate(async () => "next"), "next");
});

test("work that throws leaves its place to the next", async () => {
  const gate = openGate({ atOnce: 1, most: 5, waitMs: 60_000 });
  const broken = gate(async () => {
    throw new Error("broken");
  });
  const next = gate(async () => "next");

  await assert.rejects(broken, /broken/);
  assert.equal(await next, "next");
});

function isUnavailable(error: unknown): boolean {
  return error instanceof Fault && error.faultName === "unavailable";
}
