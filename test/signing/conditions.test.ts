import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AnswerValue, Condition, Field } from "../../src/documents/document.ts";
import { judgeAnswers } from "../../src/signing/answers.ts";
import { shownFields } from "../../src/signing/conditions.ts";
import { checkAnswers } from "../../src/signing/validation.ts";
import { english } from "../support/english.ts";

const place = { page: 1, x: 0, y: 0, width: 100, height: 20 };

function field(apiId: string, type: Field["type"], more: Partial<Field> = {}): Field {
  return { apiId, type, name: "", signer: 0, required: false, box: place, ...more };
}

function on(trigger: string, operator: Condition["operator"], ...values: readonly string[]): Partial<Field> {
  return { condition: { field: trigger, operator, values, hides: false } };
}

const trigger = { text: field("it", "text"), dropdown: field("it", "dropdown"), checkbox: field("it", "checkbox") };

describe("a field with a condition", () => {
  for (const [type, operator, values, met, unmet] of [
    ["text", "is", ["0"], ["0"], ["", "00", undefined]],
    ["text", "not", ["0"], ["", "1", undefined], ["0"]],
    ["text", "match", ["[0-9]+"], ["12"], ["", "a1", "1a", undefined]],
    ["dropdown", "any", ["a", "b"], ["a", "b"], ["c", "", undefined]],
    ["dropdown", "none", ["a", "b"], ["c", "", undefined], ["a", "b"]],
    ["checkbox", "is", ["1"], [true], [false, undefined]],
    ["checkbox", "is", ["0"], [false, undefined], [true]],
    ["checkbox", "not", ["1"], [false, undefined], [true]],
  ] as const satisfies readonly (readonly [
    keyof typeof trigger,
    Condition["operator"],
    readonly string[],
    readonly (AnswerValue | undefined)[],
    readonly (AnswerValue | undefined)[],
  ])[])
    test(`is there when a ${type} ${operator} ${values.join(" or ")}, and only then`, () => {
      const target = field("target", "text", on("it", operator, ...values));
      const fields = [trigger[type], target];
      const isThere = (answer: AnswerValue | undefined) =>
        shownFields(fields, { answers: answer === undefined ? {} : { it: answer } }).includes(target);
      for (const answer of met) assert.equal(isThere(answer), true, `${answer}`);
      for (const answer of unmet) assert.equal(isThere(answer), false, `${answer}`);
    });

  test("finds what is itself not there unanswered, along a chain in any order", () => {
    const last = field("last", "text", on("middle", "is", "x"));
    const middle = field("middle", "text", on("first", "is", "1"));
    const first = field("first", "checkbox");
    const shown = (ticked: boolean) =>
      shownFields([last, middle, first], { answers: { first: ticked, middle: "x" } }).map(({ apiId }) => apiId);
    assert.deepEqual(shown(true), ["last", "middle", "first"]);
    assert.deepEqual(shown(false), ["first"]);
  });

  test("whose pattern runs away is not left out in silence: the field that it asks about says so", () => {
    const fields = [trigger.text, field("target", "text", { required: true, ...on("it", "match", "(a+)+b") })];
    const { flaws } = judgeAnswers(fields, { it: "a".repeat(50) });
    assert.match(english(flaws.it) ?? "", /could not be checked/);
    assert.deepEqual(judgeAnswers(fields, { it: "aab", target: "here" }).flaws, {});
  });
});

test("checkboxes that are together and nothing more are required each for itself", () => {
  const group = { id: "extras", label: "", least: 0, most: 2000 };
  const boxes = [field("a", "checkbox", { group, required: true }), field("b", "checkbox", { group })];
  assert.deepEqual([...checkAnswers(boxes, {}).keys()], ["a"]);
  assert.equal(checkAnswers(boxes, { a: true }).size, 0);
});
