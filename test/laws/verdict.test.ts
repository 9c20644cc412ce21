import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../src/base/limits.ts";
import { acknowledgement, judge, nextDelay } from "../../src/callbacks/verdict.ts";

const schedule = fc.array(fc.integer({ min: 0, max: limits.ladderStepSeconds * 1000 }), {
  maxLength: limits.ladderSteps,
});
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const waits = fc.option(fc.integer({ min: 0, max: 1e12 }));

type Said = { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

function answered({ status, body = "", headers = {} }: Said) {
  const bytes = new TextEncoder().encode(body);
  const answer = { status, headers, body: bytes, truncated: false, ip: "127.0.0.1" };
  return { kind: "answered", durationMs: 5, ...answer } as const;
}

test("a wait is never shorter than its step and never longer than twice that, whatever chance and receiver say", () => {
  fc.assert(
    fc.property(schedule, fc.nat({ max: 60 }), waits, chance, (steps, index, retryAfterMs, random) => {
      const delay = nextDelay({ schedule: steps, tries: index + 1, retryAfterMs, random });
      const step = steps[index];
      if (step === undefined) return assert.equal(delay, null);
      assert.ok(delay !== null && Number.isInteger(delay));
      assert.ok(delay >= step && delay <= 2 * step);
    }),
  );
});

test("without a wish of the receiver a wait is at most a tenth longer than its step", () => {
  fc.assert(
    fc.property(schedule, fc.nat({ max: 60 }), chance, (steps, index, random) => {
      const delay = nextDelay({ schedule: steps, tries: index + 1, retryAfterMs: null, random });
      assert.ok((delay ?? 0) <= Math.ceil((steps[index] ?? 0) * 1.1));
    }),
  );
});

test("a wish between a step and twice that is met to the millisecond", () => {
  const step = fc.integer({ min: 1, max: 1e9 });
  fc.assert(
    fc.property(step, chance, (ms, share) => {
      const wish = Math.round(ms * 1.1 + share * (2 * ms - ms * 1.1));
      fc.pre(wish >= ms * 1.1 && wish <= 2 * ms);
      assert.equal(nextDelay({ schedule: [ms], tries: 1, retryAfterMs: wish, random: share }), wish);
    }),
  );
});

test("a ladder ends after as many retries as it has steps", () => {
  fc.assert(
    fc.property(schedule, (steps) => {
      let tries = 1;
      while (nextDelay({ schedule: steps, tries, retryAfterMs: null, random: 0 }) !== null) tries += 1;
      assert.equal(tries, steps.length + 1);
    }),
  );
});

test("only status 200 with the phrase in its case is an acknowledgement", () => {
  const around = fc.string();
  const status = fc.integer({ min: 100, max: 599 });
  fc.assert(
    fc.property(status, around, around, (code, before, behind) => {
      const body = `${before}${acknowledgement}${behind}`;
      assert.equal(judge(answered({ status: code, body }), 0).acked, code === 200);
      assert.equal(judge(answered({ status: 200, body }), 0).outcome, "acked");
      assert.ok(!judge(answered({ status: 200, body: body.toLowerCase() }), 0).acked);
      assert.ok(!judge(answered({ status: 200, body: body.toUpperCase() }), 0).acked);
    }),
  );
});

test("any bytes are judged, and what is no acknowledgement has a name that is not acked", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), fc.uint8Array(), (status, body) => {
      const judgement = judge({ ...answered({ status }), body }, 0);
      assert.ok(!judgement.acked);
      assert.match(judgement.outcome, /^(ack_body_missing|http_2xx_not_200|redirect|http_4xx|http_5xx)$/);
    }),
  );
});

test("a failure is called by its code, unless the receiver had acknowledged before it", () => {
  const { kind: _, durationMs, ...answer } = answered({ status: 200, body: `${acknowledgement} and` });
  const failed = { kind: "failed", code: "timeout_body", message: "It did not end.", durationMs } as const;

  assert.deepEqual(judge(failed, 0), { outcome: "timeout_body", acked: false, retryAfterMs: null });
  assert.ok(judge({ ...failed, answer }, 0).acked);
  assert.ok(!judge({ ...failed, answer: { ...answer, status: 500 } }, 0).acked);
  assert.ok(!judge({ ...failed, answer: { ...answer, body: new Uint8Array() } }, 0).acked);
});

test("Retry-After counts in seconds or as a date, with 429 and 503 and nothing else", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const asked = (status: number, value: string) =>
    judge(answered({ status, headers: { "retry-after": value } }), at).retryAfterMs;
  for (const status of [429, 503]) {
    assert.equal(asked(status, "120"), 120_000);
    assert.equal(asked(status, " 7 "), 7000);
    assert.equal(asked(status, "Fri, 02 Jan 2026 03:05:05 GMT"), 60_000);
    assert.equal(asked(status, "Fri, 02 Jan 2026 03:00:00 GMT"), 0);
    assert.equal(asked(status, "soon"), null);
    assert.equal(asked(status, ""), null);
  }
  for (const status of [200, 301, 400, 408, 500, 502, 504]) assert.equal(asked(status, "120"), null);
  assert.equal(judge(answered({ status: 503 }), at).retryAfterMs, null);
});

test("whatever stands in Retry-After, the wait stays within its bounds", () => {
  const header = fc.oneof(fc.string(), fc.nat().map(String), fc.bigInt().map(String), fc.date().map(String));
  fc.assert(
    fc.property(header, fc.integer({ min: 0, max: 1e9 }), (value, step) => {
      const { retryAfterMs } = judge(answered({ status: 503, headers: { "retry-after": value } }), 1_767_000_000_000);
      const delay = nextDelay({ schedule: [step], tries: 1, retryAfterMs, random: 0 }) ?? -1;
      assert.ok(delay >= step && delay <= 2 * step, `${value}: ${delay}`);
    }),
  );
});
