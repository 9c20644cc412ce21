import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { orderOf } from "./orders.ts";
import { line, paper } from "./papers.ts";

const root = resolve(import.meta.dirname, "../..");

const script = `
  import { readFileSync } from "node:fs";
  import { silentLog } from "./src/base/log.ts";
  import { openWorkshop } from "./src/documents/workshop.ts";
  const workshop = openWorkshop({ log: silentLog });
  const order = JSON.parse(readFileSync("order.json", "utf8"));
  const files = [{ name: "a.pdf", bytes: readFileSync("a.pdf") }];
  const outcome = await workshop.prepare({ ...order, files });
  console.log(outcome.ok ? outcome.fields.length : outcome.fault.reason);
  await workshop.close();
`;

test("documents are read where node_modules is a link, as some package managers make it", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-linked-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "a.pdf"), paper({ content: line(100, 700, "[sig|req|signer1]") }));
  writeFileSync(join(folder, "order.json"), JSON.stringify(orderOf([])));
  writeFileSync(join(folder, "main.ts"), script);
  const { stdout, stderr } = spawnSync(process.execPath, ["main.ts"], { cwd: folder, encoding: "utf8" });
  assert.equal(stdout.trim(), "1", stderr);
});
