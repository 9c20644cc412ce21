import assert from "node:assert/strict";
import { test } from "node:test";
import { isInstalled, runTool, tools } from "../../scripts/tools.ts";

for (const tool of tools) {
  test(`${tool.name} finds nothing to mend`, async (t) => {
    if (!isInstalled(tool)) return t.skip(`${tool.name} is not installed`);

    const { ok, printed } = await runTool(tool);
    assert.ok(ok, printed);
  });
}
