import assert from "node:assert/strict";
import { test } from "node:test";
import { readSpan } from "../../src/documents/tags.ts";

const widened = ["", " ", "__", "____", "  __ ", "__ __", " ___ ____  "];

for (const filling of widened) {
  test(`a tag is the same tag when it is widened by ${JSON.stringify(filling)}`, () => {
    const read = readSpan(`[sig|req|signer1${filling}]`);
    assert.ok(read?.kind === "tag", JSON.stringify(read));
    assert.deepEqual([read.tag.type, read.tag.signer], ["sig", 1]);
  });
}

test("one underscore is a part of the word before it", () => {
  const read = readSpan("[text|req|signer1|label|id_]");
  assert.ok(read?.kind === "tag");
  assert.equal(read.tag.id, "id_");
});

test("a long line to write on is no tag, and is read to its end", () => {
  for (const after of ["x", "_x", " (date)", " _"]) {
    assert.equal(readSpan(`[${"_".repeat(590)}${after}]`), null);
    assert.equal(readSpan(`[${"_ ".repeat(295)}${after}]`), null);
  }
});

test("an id that every object has already is refused in words", () => {
  for (const id of ["constructor", "__proto__", "toString", "a\0b"]) {
    const read = readSpan(`[text|req|signer1|label|${id}|]`);
    assert.ok(read?.kind === "malformed");
    assert.match(read.reason, /cannot be used/);
  }
});
