import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { limits } from "../../src/base/limits.ts";
import { type Checkable, checkAnswer as judge, checkAnswers as judgeAll } from "../../src/signing/validation.ts";
import { english } from "../support/english.ts";

const checkAnswer = (field: Checkable, answer: string | boolean | undefined) => english(judge(field, answer));
const checkAnswers: (...given: Parameters<typeof judgeAll>) => ReadonlyMap<string, string | null> = (fields, answers) =>
  new Map([...judgeAll(fields, answers)].map(([apiId, says]) => [apiId, english(says)]));

const text = (type: string, pattern?: string, words?: string) => ({
  type: "text",
  required: false,
  validation: { type, ...(pattern === undefined ? {} : { pattern }), ...(words === undefined ? {} : { words }) },
});

const examples: Record<string, { readonly right: readonly string[]; readonly wrong: readonly string[] }> = {
  numbers_only: {
    right: ["0", "42", "-7", "3.14", "-0.5", ".5", "1,234.50", " 12 "],
    wrong: ["a", "12a", "--1", "1.", "1..2", "-", "1 2"],
  },
  letters_only: {
    right: ["abc", "Ćwiertniewicz", "José María", "Ελένη", "山田", "नमस्ते"],
    wrong: ["a1", "x-y", "!", "٣"],
  },
  phone_number: {
    right: ["5551234567", "15551234567", "(555) 123-4567", "+1 555.123.4567"],
    wrong: ["555123456", "155512345678", "555-CALL-NOW", "+()"],
  },
  bank_routing_number: { right: ["021000021", "0210 0002 1"], wrong: ["02100002", "0210000210", "02100002x"] },
  bank_account_number: { right: ["123456", "000123456789"], wrong: ["12345", "12345a"] },
  email_address: {
    right: ["a@b.co", "anna.kovac+x@mail.example.com", "ü@müller.example"],
    wrong: ["a", "a@b", "@b.co", "a@b.", "a@.co", "a@b@c.co", "a b@c.co", "a@b..co"],
  },
  zip_code: { right: ["94103", "941031234", "94103-1234"], wrong: ["9410", "941031", "9410a", "94103-12345"] },
  social_security_number: { right: ["123456789", "123-45-6789"], wrong: ["12345678", "123-45-678a", "1234567890"] },
  employer_identification_number: { right: ["123456789", "12-3456789"], wrong: ["12-345678", "AB-3456789"] },
};

describe("checkAnswer", () => {
  for (const [type, { right, wrong }] of Object.entries(examples)) {
    test(`${type} accepts what it names and tells what would be right otherwise`, () => {
      for (const value of right) assert.equal(checkAnswer(text(type), value), null, `${type} should accept ${value}`);
      for (const value of wrong) assert.match(checkAnswer(text(type), value) ?? "", /^Use .+\.$/, `${type}: ${value}`);
    });
  }

  test("a custom pattern must match the whole text, and its label says what would be right", () => {
    const field = text("custom_regex", "A[0-9]{3}", "A000");
    assert.equal(checkAnswer(field, "A123"), null);
    assert.equal(checkAnswer(field, "xA123"), "Use this format: A000");
    assert.equal(checkAnswer(field, "A1234"), "Use this format: A000");
    assert.equal(checkAnswer(text("custom_regex", "a|b"), "ab"), "This is not in the expected format.");
    assert.equal(checkAnswer(text("custom_regex", "\\p{Lu}+"), "ÀÉ"), null);
    assert.equal(checkAnswer(text("custom_regex", "\\-\\d"), "-1"), null);
  });

  test("a custom pattern that cannot be compiled does not lock the signer out", () => {
    assert.equal(checkAnswer(text("custom_regex", "(["), "anything"), null);
  });

  test("a custom pattern is asked only about texts of a bounded length", () => {
    const most = limits.patternValueLength;
    assert.equal(checkAnswer(text("custom_regex", "x*"), "x".repeat(most)), null);
    assert.match(checkAnswer(text("custom_regex", "x*"), "x".repeat(most + 1)) ?? "", /at most 255/);
  });

  test("a required field needs an answer, an optional one does not", () => {
    for (const type of ["text", "dropdown", "signature", "initials"]) {
      for (const empty of [undefined, "", "   "]) {
        assert.notEqual(checkAnswer({ type, required: true }, empty), null, `${type} required`);
        assert.equal(checkAnswer({ type, required: false }, empty), null, `${type} optional`);
      }
    }
    assert.equal(checkAnswer({ type: "checkbox", required: true }, false), "Tick this box to go on.");
    assert.equal(checkAnswer({ type: "checkbox", required: true }, true), null);
    assert.equal(checkAnswer({ type: "checkbox", required: false }, undefined), null);
  });

  test("an empty optional text is fine whatever its validation", () => {
    for (const type of Object.keys(examples)) assert.equal(checkAnswer(text(type), ""), null);
  });

  test("a dropdown takes only its options, a tick only true or false, a text only text", () => {
    const dropdown = { type: "dropdown", required: false, options: ["Red", "Blue"] };
    assert.equal(checkAnswer(dropdown, "Red"), null);
    assert.equal(checkAnswer(dropdown, "red"), "Choose one of the options.");
    assert.notEqual(checkAnswer({ type: "checkbox", required: false }, "yes"), null);
    assert.notEqual(checkAnswer({ type: "radio", required: false }, "yes"), null);
    assert.notEqual(checkAnswer({ type: "text", required: false }, true), null);
  });

  test("texts and names have a longest length", () => {
    const long = limits.fieldValueLength;
    assert.equal(checkAnswer({ type: "text", required: true }, "x".repeat(long)), null);
    assert.notEqual(checkAnswer({ type: "text", required: true }, "x".repeat(long + 1)), null);
    assert.notEqual(checkAnswer({ type: "signature", required: true }, "x".repeat(limits.nameLength + 1)), null);
  });

  test("what nobody answers is always fine", () => {
    for (const type of ["date_signed", "hyperlink"])
      assert.equal(checkAnswer({ type, required: true }, undefined), null);
  });

  test("it answers null or a sentence to anything, and never throws", () => {
    const field = fc.record(
      {
        type: fc.constantFrom("signature", "initials", "text", "checkbox", "radio", "dropdown", "date_signed", "new"),
        required: fc.boolean(),
        options: fc.array(fc.string()),
        validation: fc.record(
          {
            type: fc.constantFrom(...Object.keys(examples), "custom_regex", "new"),
            pattern: fc.string({ maxLength: 12 }),
          },
          { requiredKeys: ["type"] },
        ),
      },
      { requiredKeys: ["type", "required"] },
    );
    const answer = fc.oneof(fc.string({ unit: "binary" }), fc.boolean(), fc.constant(undefined));
    fc.assert(
      fc.property(field, answer, (one, value) => {
        const flaw = checkAnswer(one, value);
        assert.ok(flaw === null || flaw.length > 0);
      }),
    );
  });

  test("no built-in rule takes more than linear time: texts of the longest length are decided before the deadline", {
    timeout: 20_000,
  }, () => {
    const piece = fc.constantFrom("1", "1.", "-", " ", "a", "a@", "a.", "@.", "(", "é", "1,1");
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(examples)),
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        (type, pieces) => {
          const unit = pieces.join("");
          const value = `${unit.repeat(Math.floor((limits.fieldValueLength - 1) / unit.length))}!`;
          assert.notEqual(checkAnswer(text(type), value), null);
        },
      ),
    );
  });
});

describe("checkAnswers", () => {
  const radio = (apiId: string, required = true) => ({
    apiId,
    type: "radio",
    required,
    group: { id: "size", label: "", least: required ? 1 : 0, most: 1 },
  });

  test("a required radio group needs exactly one choice, told at the button that mends it", () => {
    const group = [radio("s"), radio("m"), radio("l")];
    assert.deepEqual([...checkAnswers(group, {})], [["s", "Choose one."]]);
    assert.deepEqual([...checkAnswers(group, { m: true, s: false })], []);
    assert.deepEqual([...checkAnswers(group, { s: true, l: true })], [["l", "Choose only one."]]);
    assert.deepEqual([...checkAnswers([radio("s", false), radio("m", false)], {})], []);
  });

  test("it names every field that stands in the way and no other", () => {
    const fields = [
      { apiId: "sig", type: "signature", required: true },
      { apiId: "mail", type: "text", required: false, validation: { type: "email_address" } },
      { apiId: "note", type: "text", required: false },
    ];
    assert.deepEqual([...checkAnswers(fields, { mail: "nobody" }).keys()], ["sig", "mail"]);
    assert.equal(checkAnswers(fields, { sig: "Anna", mail: "a@b.co" }).size, 0);
  });
});
