import assert from "node:assert/strict";
import { test } from "node:test";
import { openRates } from "../../src/api/rates.ts";
import { limits } from "../../src/base/limits.ts";

/** A count on a clock that stands still until it is moved; the wall clock stands elsewhere. */
function openCount(rates: { standard?: number; high?: number; test?: number }) {
  const time = { steady: 5 * 60_000 + 15_000 };
  const count = openRates({
    limits: { standard: null, high: null, test: null, ...rates },
    clock: () => 1_790_000_000_000,
    steadyClock: () => time.steady,
  });
  const call = (accountId = "a", operation = "accountGet") => count.countCall({ accountId, operation });
  return { time, call, count };
}

test("an account has so many calls a minute, told each time with the end of the minute; then none until the next", () => {
  const { time, call } = openCount({ standard: 2 });
  const resetsAt = 1_790_000_000_000 + 45_000;
  assert.deepEqual(call(), { limit: 2, remaining: 1, resetsAt, isOver: false });
  assert.deepEqual(call(), { limit: 2, remaining: 0, resetsAt, isOver: false });
  for (const _ of [1, 2]) assert.deepEqual(call(), { limit: 2, remaining: 0, resetsAt, isOver: true });
  assert.equal(call("b")?.isOver, false, "another account's calls are its own");
  time.steady += 44_999;
  assert.equal(call()?.isOver, true);
  time.steady += 1;
  assert.deepEqual(call(), { limit: 2, remaining: 1, resetsAt: 1_790_000_000_000 + 60_000, isOver: false });
});

test("the high tier has a count of its own where it has a limit, else it counts among the others; test mode counts beside", () => {
  const apart = openCount({ standard: 1, high: 1, test: 1 });
  assert.equal(apart.call("a", "signatureRequestSend")?.isOver, false);
  assert.equal(apart.call("a", "signatureRequestSend")?.isOver, true);
  assert.equal(apart.call("a", "accountGet")?.isOver, false);
  assert.deepEqual([apart.count.countTest("a")?.isOver, apart.count.countTest("a")?.isOver], [false, true]);

  const together = openCount({ standard: 1 });
  assert.equal(together.call("a", "signatureRequestSend")?.isOver, false);
  assert.equal(together.call("a", "accountGet")?.isOver, true);
  assert.equal(together.count.countTest("a"), null);
});

test("without a limit nothing is counted, and of accounts without number only the latest are kept", () => {
  assert.equal(openCount({}).call(), null);
  const { call } = openCount({ standard: 1 });
  for (let index = 0; index <= limits.rateAccounts; index += 1) call(`account ${index}`);
  assert.equal(call(`account ${limits.rateAccounts}`)?.isOver, true);
  assert.equal(call("account 0")?.isOver, false);
});
