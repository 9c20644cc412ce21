import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { resolveTags, type Span } from "../../src/documents/resolve-tags.ts";

/** Spans one below the other, the first on page 1. */
function spansOf(texts: readonly string[], page = 1): readonly Span[] {
  return texts.map((text, index) => ({
    text,
    box: { page, x: 50, y: 50 + index * 20, width: 100, height: 12 },
    origins: [],
  }));
}

function resolved(...texts: readonly string[]) {
  const found = resolveTags(spansOf(texts));
  assert.ok(found.ok, found.ok ? "" : found.reason);
  return found;
}

function refused(...texts: readonly string[]) {
  const found = resolveTags(spansOf(texts));
  assert.ok(!found.ok);
  return found;
}

test("a definition places nothing; each use is a field with the use's own box", () => {
  const { tags, definitions } = resolved("[def:$sn|sig|req|signer2|Sign here]", "text [1]", "[$sn]");
  assert.deepEqual(
    tags.map(({ type, signer, label, box, text }) => [type, signer, label, box.y, text]),
    [["sig", 2, "Sign here", 90, "[$sn]"]],
  );
  assert.deepEqual(
    definitions.map(({ box }) => box.y),
    [50],
  );
});

test("a use may stand before its definition, and on another page", () => {
  const spans = [...spansOf(["[$sn]"]), ...spansOf(["[def:$sn|sig|req|signer1]"], 7)];
  const found = resolveTags(spans);
  assert.ok(found.ok);
  assert.deepEqual(
    found.tags.map(({ box }) => box.page),
    [1],
  );
});

test("the uses of a counted checkbox definition are one group", () => {
  const { tags } = resolved("[def:$chk|check|req1-2|signer1]", "[$chk]", "[$chk]", "[$chk]", "[check|req|signer1]");
  const group = { name: "chk", least: 1, most: 2 };
  assert.deepEqual(
    tags.map((tag) => tag.group),
    [group, group, group, null],
  );
});

test("a definition that stands again is a place of its own, with its own label", () => {
  const { tags } = resolved("[def:$yn|check|req1|signer1|Yes]", "[def:$yn|check|req1|signer1|No]", "[$yn]");
  assert.deepEqual(
    tags.map(({ label, group }) => [label, group?.name]),
    [
      ["No", "yn"],
      ["Yes", "yn"],
    ],
  );
});

test("the id of a definition that is used again gets a number", () => {
  const { tags } = resolved("[def:$c|text|req|signer1|City|city]", "[$c]", "[$c]", "[$c]");
  assert.deepEqual(
    tags.map(({ id }) => id),
    ["city", "city_2", "city_3"],
  );
});

test("an id that appears twice is told at its second place", () => {
  const found = refused("[text|req|signer1|A|same]", "[text|req|signer1|B|same]");
  assert.equal(found.tag, "[text|req|signer1|B|same]");
  assert.match(found.reason, /The id "same" appears twice/);
});

test("more boxes to be ticked than the group has are told at its first box", () => {
  const found = refused("[def:$chk|check|req3|signer1]", "[$chk]", "[$chk]");
  assert.equal(found.tag, "[$chk]");
  assert.match(found.reason, /3 boxes .* only 2/);
  assert.match(refused("[check|req2|signer1]").reason, /2 boxes .* only 1/);
});

test("a name that nothing defines is told; an amount of money is text", () => {
  assert.match(refused("[$buyer]").reason, /add \[def:\$buyer\|…\]/);
  assert.deepEqual(resolved("[$500]").tags, []);
});

test("a page full of tags has an end", () => {
  const texts = Array.from({ length: limits.fieldsPerRequest + 1 }, () => "[check|noreq|signer1]");
  assert.match(refused(...texts).reason, /at most 2000 fields/);
});
