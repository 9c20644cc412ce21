import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { openPatternCheck } from "../../src/signing/pattern.ts";
import { english } from "../support/english.ts";

const runaway = { type: "custom_regex", pattern: "(a+)+b" };
const easy = { type: "custom_regex", pattern: "\\d{3}", words: "three digits" };
const long = "a".repeat(limits.patternValueLength);

test("a form's own patterns are judged, every one of as many as a request may have", () => {
  const check = openPatternCheck();
  for (let field = 0; field < limits.fieldsPerRequest; field += 1) assert.equal(check(easy, "123"), null);
  assert.match(english(check(easy, "12")) ?? "", /three digits/);
});

test("after a few patterns that run away nothing more of a form is run; another form is judged again", () => {
  const check = openPatternCheck();
  for (let run = 0; run < limits.runawayPatterns; run += 1) {
    assert.equal(check(easy, "123"), null);
    assert.match(english(check(runaway, long)) ?? "", /could not be checked/);
  }
  assert.match(english(check(easy, "123")) ?? "", /could not be checked/);
  assert.equal(openPatternCheck()(easy, "123"), null);
});
