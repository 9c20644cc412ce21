import assert from "node:assert/strict";
import { test } from "node:test";
import { type BareTag, readSpan } from "../../src/documents/tags.ts";

const plain: BareTag = {
  type: "sig",
  required: true,
  signer: 1,
  label: "",
  id: "",
  validation: "",
  autoFill: "",
  count: null,
};

function tagIn(text: string): BareTag {
  const read = readSpan(text);
  assert.ok(read?.kind === "tag", `${text}: ${JSON.stringify(read)}`);
  return read.tag;
}

test("a tag is read part by part, and empty parts are allowed", () => {
  assert.deepEqual(tagIn("[sig|req|signer1]"), plain);
  assert.deepEqual(tagIn("[text|noreq|signer2|Label|UniqueId|email_address|email]"), {
    ...plain,
    type: "text",
    required: false,
    signer: 2,
    label: "Label",
    id: "UniqueId",
    validation: "email_address",
    autoFill: "email",
  });
  assert.deepEqual(tagIn("[text|req|signer1||||firstName]"), { ...plain, type: "text", autoFill: "firstName" });
});

test("an eighth part, the link of older documents, is taken and means nothing", () => {
  assert.deepEqual(tagIn("[text|req|signer1||s1u0||name|sn1]"), {
    ...plain,
    type: "text",
    id: "s1u0",
    autoFill: "name",
  });
});

test("a signer's number is handed on as written, 0 too; a merge tag may be the sender's", () => {
  assert.equal(tagIn("[sig|req|signer0]").signer, 0);
  assert.equal(tagIn("[text-merge|req|sender|organization_name]").signer, "sender");
  assert.equal(tagIn("[checkbox-merge|req|signer1|is_registered|product_id]").signer, 1);
});

test("blanks and underscores before the bracket only widen a tag", () => {
  const wide = [
    "[sig|req|signer1     ]",
    "[sig|req|signer1______]",
    "[sig|req|signer1|____]",
    "[ sig | req | signer1 ]",
  ];
  for (const text of wide) assert.deepEqual(tagIn(text), plain);
});

test("an unknown requirement reads as req", () => {
  for (const text of ["[sig|maybe|signer1]", "[sig|req2|signer1]", "[sig||signer1]"])
    assert.deepEqual(tagIn(text), plain);
  assert.deepEqual(tagIn("[check|req0|signer1]"), { ...plain, type: "check" });
});

test("checkboxes are counted by reqN and reqN-M", () => {
  assert.deepEqual(tagIn("[check|req2|signer1]"), { ...plain, type: "check", count: { least: 2, most: 2 } });
  const free = { ...plain, type: "check" as const, required: false };
  assert.deepEqual(tagIn("[check|req0-3|signer1]"), { ...free, count: { least: 0, most: 3 } });
});

test("a definition and its use are told by their name", () => {
  assert.deepEqual(readSpan("[def:$sn|sig|req|signer1|Sign here]"), {
    kind: "definition",
    name: "sn",
    tag: { ...plain, label: "Sign here" },
  });
  for (const text of ["[$sn]", "[$sn    ]", "[$sn____]", "[ $ sn ]"])
    assert.deepEqual(readSpan(text), { kind: "use", name: "sn" }, text);
});

test("what does not start with a known type stays text", () => {
  const texts = ["[signature|req|signer1]", "[initials|req|signer1]", "[checkbox|req|signer1]", "[SIG|req|signer1]"];
  const more = ["[1]", "[sig]", "[see page 2]", "[$5,000]", "[$5.00]", "[define: it]"];
  for (const text of [...texts, ...more]) assert.equal(readSpan(text), null, text);
});

test("a malformed tag says what is wrong with it and what would be right", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["[sig|req]", /at least three parts/],
    ["[text|req|signer1|a|b||||c]", /at most eight parts; this one has 9/],
    ["[sig|req|buyer]", /says "buyer"/],
    ["[sig|req|]", /names the signer/],
    ["[sig|req|signer]", /says "signer"/],
    ["[sig|req|sender]", /cannot be given to the sender/],
    ["[initial|req|sender]", /cannot be given to the sender/],
    ["[date|req|sender]", /cannot be given to the sender/],
    ["[check|req|sender]", /checkbox-merge for a value of the sender/],
    ["[text|req|sender]", /text-merge for a value of the sender/],
    ["[text|req|signer1|a|b|digits]", /no validation "digits": use one of numbers_only, /],
    ["[text|req|signer1|a|b|custom_regex]", /no validation "custom_regex"/],
    ["[text|req|signer1||||nickname]", /no auto-fill "nickname": use one of firstName, /],
    ["[check|req3-2|signer1]", /At least 3 and at most 2/],
    ["[def:$a b!|sig|req|signer1]", /letters, digits and underscores/],
    ["[def:$|sig|req|signer1]", /letters, digits and underscores/],
    ["[def:$sn|stamp|req|signer1]", /goes on with a type/],
    ["[def:$sn]", /goes on with a type/],
    ["[def:$sn|sig|req|buyer]", /says "buyer"/],
  ];
  for (const [text, reason] of wrong) {
    const read = readSpan(text);
    assert.ok(read?.kind === "malformed", text);
    assert.match(read.reason, reason);
  }
});
