import assert from "node:assert/strict";
import { test } from "node:test";
import { readTag } from "../../src/documents/tags.ts";

const plain = { required: true, signer: 1, label: "", id: "", validation: "", autoFill: "" };

test("a tag is read part by part, and empty parts are allowed", () => {
  const read = (text: string) => readTag(text);
  assert.deepEqual(read("[sig|req|signer1]"), { ok: true, tag: { ...plain, text: "[sig|req|signer1]", type: "sig" } });
  assert.deepEqual(read("[text|noreq|signer2|Label|UniqueId|email_address|email]"), {
    ok: true,
    tag: {
      text: "[text|noreq|signer2|Label|UniqueId|email_address|email]",
      type: "text",
      required: false,
      signer: 2,
      label: "Label",
      id: "UniqueId",
      validation: "email_address",
      autoFill: "email",
    },
  });
  const skipped = "[text|req|signer1||||firstName]";
  assert.deepEqual(read(skipped), { ok: true, tag: { ...plain, text: skipped, type: "text", autoFill: "firstName" } });
});

test("a signer's number is handed on as written, 0 too", () => {
  const read = readTag("[sig|req|signer0]");
  assert.ok(read?.ok);
  assert.equal(read.tag.signer, 0);
});

test("blanks and underscores before the bracket only widen a tag", () => {
  for (const text of [
    "[sig|req|signer1     ]",
    "[sig|req|signer1______]",
    "[sig|req|signer1|____]",
    "[ sig | req | signer1 ]",
  ]) {
    const read = readTag(text);
    assert.ok(read?.ok, text);
    assert.deepEqual(read.tag, { ...plain, text, type: "sig" });
  }
});

test("an unknown requirement reads as req", () => {
  const read = readTag("[text|maybe|signer1]");
  assert.ok(read?.ok);
  assert.equal(read.tag.required, true);
});

test("what does not start with a known type stays text", () => {
  for (const text of [
    "[signature|req|signer1]",
    "[initials|req|signer1]",
    "[checkbox|req|signer1]",
    "[SIG|req|signer1]",
    "[1]",
    "[sig]",
    "[see page 2]",
    "[$5,000]",
  ]) {
    assert.equal(readTag(text), null, text);
  }
});

test("a malformed tag says what is wrong with it", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["[sig|req]", /at least three parts/],
    ["[text|req|signer1|a|b||||c]", /at most eight parts; this one has 9/],
    ["[sig|req|buyer]", /says "buyer"/],
    ["[sig|req|]", /names the signer/],
    ["[sig|req|signer]", /says "signer"/],
    ["[sig|req|sender]", /cannot be given to the sender/],
    ["[initial|req|sender]", /cannot be given to the sender/],
    ["[date|req|sender]", /cannot be given to the sender/],
    ["[check|req|sender]", /cannot be given to the sender/],
    ["[text|req|sender]", /filled by a signer/],
    ["[text|req|signer1|a|b|digits]", /no validation "digits"/],
    ["[text|req|signer1|a|b|custom_regex]", /no validation "custom_regex"/],
  ];
  for (const [text, reason] of wrong) {
    const read = readTag(text);
    assert.ok(read !== null && !read.ok, text);
    assert.match(read.reason, reason);
  }
});

test("a form of tag that comes later is refused by name", () => {
  const later: readonly (readonly [string, RegExp])[] = [
    ["[def:$sn|sig|req|signer1]", /does not know tag definitions/],
    ["[$sn]", /does not know tag definitions/],
    ["[$sn    ]", /does not know tag definitions/],
    ["[text-merge|req|sender|name]", /does not know text-merge tags/],
    ["[checkbox-merge|req|sender|name]", /does not know checkbox-merge tags/],
    ["[check|req2|signer1]", /does not know checkbox groups \(req2\)/],
    ["[check|req1-2|signer1]", /does not know checkbox groups \(req1-2\)/],
  ];
  for (const [text, reason] of later) {
    const read = readTag(text);
    assert.ok(read !== null && !read.ok, text);
    assert.match(read.reason, reason);
  }
});
