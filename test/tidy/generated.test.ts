import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { generatedPages, isFresh } from "../../scripts/docs.ts";
import { eventsPagePath, makeEventsPage } from "../../scripts/guide.ts";
import { root } from "./tree.ts";

for (const page of generatedPages) {
  test(`${page.path} says what the code says (npm run docs)`, () => assert.ok(isFresh(page)));
}

test(`${eventsPagePath} shows what a house sends (node scripts/guide.ts)`, async () => {
  assert.equal(readFileSync(join(root, eventsPagePath), "utf8"), await makeEventsPage());
});
