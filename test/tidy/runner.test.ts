import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { root } from "./tree.ts";

const start = 'import { test, describe } from "node:test";\n';

test("a passing, a failing and a skipped test are counted, told, and end in the closing line", async () => {
  const { code, lines, printed } = await runNpmTest({
    "mixed.test.ts": `${start}
      describe("a group", () => {
        test("holds", () => {});
        test("breaks", () => { throw new Error("because of this"); });
      });
      test("waits", { skip: "no such tool" }, () => {});
      test("also waits", (t) => t.skip("nor this one"));`,
  });

  assert.equal(lines.at(-1), "1 passed, 1 failed, 2 skipped");
  assert.equal(code, 1);
  assert.match(printed, /a group > breaks\n(.*\n)*.*because of this/);
  assert.match(printed, /^skipped: .*: waits: no such tool$/m);
  assert.match(printed, /^skipped: .*: also waits: nor this one$/m);
});

test("tests that all pass end with exit code 0", async () => {
  const { code, lines } = await runNpmTest({ "good.test.ts": `${start}test("a", () => {});\ntest("b", () => {});` });
  assert.equal(lines.at(-1), "2 passed, 0 failed, 0 skipped");
  assert.equal(code, 0);
});

test("a test with tests inside it counts once for each of those, and once more when it breaks by itself", async () => {
  const { lines } = await runNpmTest({
    "nested.test.ts": `${start}
      test("outer", async (t) => { await t.test("a", () => {}); await t.test("b", () => {}); });
      test("broken outer", async (t) => { await t.test("c", () => {}); throw new Error("itself"); });`,
  });
  assert.equal(lines.at(-1), "3 passed, 1 failed, 0 skipped");
});

test("a file that crashes, exits or runs nothing is a failure, and the others still run", async () => {
  const { code, lines, printed } = await runNpmTest({
    "crash.test.ts": 'throw new Error("before any test");',
    "empty.test.ts": "export const nothing = 1;",
    "exit.test.ts": `${start}test("never ends", () => process.exit(0));`,
    "killed.test.ts": `${start}test("fine", () => {});\nsetTimeout(() => process.kill(process.pid, "SIGKILL"), 200);`,
    "sound.test.ts": `${start}test("sound", () => {});`,
  });

  assert.equal(code, 1);
  assert.equal(lines.at(-1), "2 passed, 4 failed, 0 skipped");
  assert.match(printed, /before any test/);
  assert.match(printed, /ran no test/);
  assert.match(printed, /SIGKILL/);
});

test("a file that hangs is killed with what it started, and is a failure", async () => {
  const { code, lines, printed } = await runNpmTest(
    {
      "hung.test.ts": `${start}
        import { spawn } from "node:child_process";
        test("ends, but leaves a child and a timer", () => {
          console.log("child", spawn("sleep", ["600"], { stdio: "inherit" }).pid);
          setInterval(() => {}, 1000);
        });`,
    },
    ["--deadline=3"],
  );

  assert.equal(lines.at(-1), "1 passed, 1 failed, 0 skipped");
  assert.equal(code, 1);
  assert.match(printed, /hung: killed after 3 s/);
  const child = Number(/child (\d+)/.exec(printed)?.[1]);
  assert.ok(child > 0);
  assert.equal(await hasEnded(child), true);
});

test("where nothing runs, the answer is a failure", async () => {
  const { code, lines } = await runNpmTest({});
  assert.equal(lines.at(-1), "0 passed, 0 failed, 0 skipped");
  assert.equal(code, 1);
});

/** Whether the process is gone, or a corpse that init has yet to bury, within five seconds. */
async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    if (!isRunning(pid)) return true;
    await setTimeout(100);
  }
  return false;
}

function isRunning(pid: number): boolean {
  const facts = `/proc/${pid}/stat`;
  if (existsSync("/proc/self")) return existsSync(facts) && !/\) [ZX] /.test(readFileSync(facts, "utf8"));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs `scripts/test.ts` over a folder with these files. */
async function runNpmTest(files: Readonly<Record<string, string>>, options: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-runner-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const child = spawn(process.execPath, ["scripts/test.ts", ...options, folder], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    const code = await new Promise((done) => child.once("close", done));
    return { code, printed, lines: printed.trimEnd().split("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
