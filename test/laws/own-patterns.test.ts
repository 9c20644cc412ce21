import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
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

test("a machine that stands still in the middle refuses nobody: the bound is of the processor's time, not of the clock", async () => {
  const judging = `
    import { openPatternCheck } from "${import.meta.resolve("../../src/signing/pattern.ts")}";
    const slow = { type: "custom_regex", pattern: "(a+)+" };
    const check = openPatternCheck();
    console.log("begun");
    for (let run = 0; run < 700; run += 1) {
      const flaw = check(slow, "${"a".repeat(15)}!");
      if (flaw?.key !== "flaw.noFormat") throw new Error(flaw?.key);
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", judging], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  for (let stop = 0; stop < 5; stop += 1) {
    child.kill("SIGSTOP");
    await pause(2 * limits.patternMs);
    child.kill("SIGCONT");
    await pause(15);
  }
  assert.deepEqual(await ended, [0, null]);
});
