import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { openPatternCheck } from "../../src/signing/pattern.ts";

const runaway = { type: "custom_regex", pattern: "(a+)+b" };
const easy = { type: "custom_regex", pattern: "\\d{3}", words: "three digits" };
const long = "a".repeat(limits.patternValueLength);

test("a form's own patterns are judged, every one of as many as a request may have", () => {
  const check = openPatternCheck();
  for (let field = 0; field < limits.fieldsPerRequest; field += 1) assert.equal(check(easy, "123"), null);
  assert.match(check(easy, "12") ?? "", /three digits/);
});

test("patterns that run away use up the form's time, and then nothing more of it is run", () => {
  const check = openPatternCheck();
  const most = 10 * Math.ceil(limits.patternsMs / limits.patternMs);
  let runs = 0;
  while (runs < most && check(easy, "123") === null) {
    assert.match(check(runaway, long) ?? "", /could not be checked/);
    runs += 1;
  }
  assert.ok(runs < most, "there is an end");
  assert.match(check(easy, "123") ?? "", /could not be checked/);
  assert.equal(openPatternCheck()(easy, "123"), null);
});
