import assert from "node:assert/strict";
import { test } from "node:test";
import { generatedPages, isFresh } from "../../scripts/docs.ts";

for (const page of generatedPages) {
  test(`${page.path} says what the code says (npm run docs)`, () => assert.ok(isFresh(page)));
}
