import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { prepare } from "../documents/preparing.ts";

const fixtures = new URL("../../../shared/contract/test_fixtures/", import.meta.url);
const skip = existsSync(fixtures) ? false : "the contract's fixtures are not here";

test("the contract's sample documents can be prepared", { skip }, async () => {
  for (const name of ["pdf-sample.pdf", "pdf-sample-2.pdf"]) {
    const { pages, firstPages } = await prepare([readFileSync(new URL(name, fixtures))]);
    assert.ok(pages.length >= 1 && firstPages.length >= 1, name);
  }
});
