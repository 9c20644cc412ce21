import assert from "node:assert/strict";
import { test } from "node:test";
import { forwardClock } from "../../src/base/clock.ts";

test("a clock that is set back does not make anything wait longer, and one that is set forward is followed", () => {
  let wall = 1_000_000;
  let steady = 50;
  const pass = (ms: number) => {
    wall += ms;
    steady += ms;
  };
  const clock = forwardClock({ clock: () => wall, steady: () => steady });
  assert.equal(clock(), 1_000_000);
  pass(300);
  assert.equal(clock(), 1_000_300);
  wall -= 3_600_000;
  assert.equal(clock(), 1_000_300);
  pass(300);
  assert.equal(clock(), 1_000_600);
  wall += 3_600_000 + 7000;
  assert.equal(clock(), 1_007_600);
  pass(1);
  assert.equal(clock(), 1_007_601);
});
