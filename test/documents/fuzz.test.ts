import assert from "node:assert/strict";
import { test } from "node:test";
import { needing } from "../evidence/tools.ts";
import { fuzz } from "./fuzzing.ts";

const isTorture = process.env.COUNTERSIGN_TORTURE === "1";
const files = isTorture ? 50_000 : 2000;

// libpdf reads some damaged dictionaries for ever (see docs/decisions/008): such a file ends by the clock, in words.
test(
  `${files} damaged files each end in a document or in words, and no child stays behind`,
  needing("pdftotext"),
  async (context) => {
    const tally = await fuzz({ from: 1, count: files, jobMs: 5000 });
    context.diagnostic(JSON.stringify(tally));
    assert.equal(tally.good + tally.refused + tally.crash + tally.time, files);
    assert.ok(tally.good > files / 10, "many damaged files can still be read");
    assert.ok(tally.refused > files / 10, "many cannot");
    assert.ok(tally.time < files / 50, `${tally.time} were ended by the clock`);
    assert.ok(tally.crash < files / 200, `${tally.crash} children stumbled`);
  },
);
