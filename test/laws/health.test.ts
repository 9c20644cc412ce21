import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { limits } from "../../src/base/limits.ts";
import { type Health, healthAfter, type Report, well } from "../../src/outbox/health.ts";

const mostWaitMs = 30_000;
const unreachable: Report = { kind: "unreachable", isProbe: false };
const probe: Report = { kind: "unreachable", isProbe: true };
const after = (before: Health, reports: readonly Report[], at = 0) => healthAfter(before, { reports, at, mostWaitMs });
const times = (count: number, report: Report) => Array.from({ length: count }, () => report);

describe("the breaker", () => {
  test("opens at the tenth attempt in a row that reached nobody, for a second, and not at the ninth", () => {
    const ninth = after(well, times(9, unreachable), 5);
    assert.deepEqual(ninth, { failures: 9, failing_since: 5, breaker_until: null, breaker_waits: 0 });
    assert.equal(after(ninth, [unreachable], 7).breaker_until, 1007);
  });

  test("waits twice as long after each probe that reached nobody, up to the most", () => {
    let health = after(well, times(10, unreachable));
    const waits = Array.from({ length: 7 }, () => {
      health = after(health, [probe]);
      return health.breaker_until;
    });
    assert.deepEqual(waits, [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("attempts that were under way when it opened do not make it wait longer", () => {
    const open = after(well, times(10, unreachable));
    const later = after(open, times(9, unreachable), 500);
    assert.deepEqual([later.breaker_until, later.breaker_waits], [open.breaker_until, open.breaker_waits]);
  });

  test("any answer closes it; one that is wrong leaves the endpoint failing since when it was", () => {
    const open = after(well, times(10, unreachable), 3);
    assert.deepEqual(after(open, [{ kind: "wrong", isProbe: true }], 9), { ...well, failing_since: 3 });
    assert.deepEqual(after(open, [{ kind: "acked", isProbe: true }], 9), well);
  });

  test("however attempts are gathered into batches, the outcome is the same, and an open one always has an end", () => {
    const kinds = fc.constantFrom<Report["kind"]>("acked", "wrong", "unreachable");
    const report = fc.record({ kind: kinds, isProbe: fc.boolean() });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 60 }), fc.nat(60), (reports, cut) => {
        const whole = after(well, reports, 1);
        assert.deepEqual(after(after(well, reports.slice(0, cut), 1), reports.slice(cut), 1), whole);
        assert.ok(whole.breaker_until === null || whole.breaker_until <= 1 + mostWaitMs);
        assert.ok(whole.breaker_until === null || whole.failures >= limits.breakerFailures);
      }),
    );
  });
});
