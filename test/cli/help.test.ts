import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import type { Command } from "../../src/cli/command.ts";
import { runCommand } from "./terminal.ts";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "bin/help.txt"), "utf8");

test("the help names every command with its own sentence, and no other", async () => {
  const files = readdirSync(join(root, "src/cli")).filter((name) =>
    readFileSync(join(root, "src/cli", name), "utf8").includes(": Command = {"),
  );
  const commands: Command[] = [];
  for (const file of files) {
    const part = (await import(join(root, "src/cli", file))) as Record<string, unknown>;
    commands.push(
      ...(Object.values(part).filter((one) => typeof one === "object" && one !== null && "says" in one) as Command[]),
    );
  }
  const told = [...text.matchAll(/^ {2}(\w+) +(.+)$/gm)].map(([, name, says]) => [name, says]);
  assert.deepEqual(
    told.filter(([name]) => name !== "help").toSorted(),
    commands.map(({ name, says }) => [name, says]).toSorted(),
  );
});

test("the launcher answers it without Node, however it is asked for, and so does whoever comes past the launcher", async () => {
  for (const words of [["--help"], ["-h"], ["help"], []])
    assert.equal(
      execFileSync("/bin/sh", [join(root, "bin/countersign"), ...words], {
        env: { PATH: "/bin:/usr/bin", COUNTERSIGN_NODE: "/bin/false" },
      }).toString(),
      text,
    );
  assert.deepEqual(await runCommand(["--help"]), { code: 0, out: text, err: "" });
});
