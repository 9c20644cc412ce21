import assert from "node:assert/strict";
import { test } from "node:test";
import { readableAgent } from "../../src/evidence/agent.ts";

const known: readonly (readonly [agent: string, reads: string])[] = [
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    "Chrome 156, Linux",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Edge 140, Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
    "Safari 19, macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari 19, iOS",
  ],
  ["Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox 140, Android"],
  ["OpenAPI-Generator/1.11.0/node", "OpenAPI-Generator/1.11.0/node"],
];

for (const [agent, reads] of known)
  test(`the audit trail says ${reads}`, () => assert.equal(readableAgent(agent), reads));

test("what is no browser's is cut to a line", () => {
  assert.equal(readableAgent("x".repeat(300)).length, 40);
});
