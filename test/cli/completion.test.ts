import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCommand } from "./terminal.ts";

const helpText = readFileSync(join(import.meta.dirname, "../../bin/help.txt"), "utf8");
const commands = [...helpText.matchAll(/^ {2}(\w+) +\S/gm)].map(([, name = ""]) => name);

test("bash completes commands, actions, options and types of event", async () => {
  const { out } = await runCommand(["completion", "bash"]);
  const complete = (...words: string[]) =>
    execFileSync("bash", [
      "-c",
      `${out}\nCOMP_WORDS=(countersign ${words.map((word) => `"${word}"`).join(" ")})\nCOMP_CWORD=${words.length}\n_countersign\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
    ])
      .toString()
      .trim()
      .split("\n");
  assert.deepEqual(complete("").toSorted(), commands.toSorted());
  assert.deepEqual(complete("ev"), ["events"]);
  assert.deepEqual(complete("events", "re"), ["resend", "replay"]);
  assert.deepEqual(complete("listen", "--for"), ["--forward-to"]);
  assert.deepEqual(complete("trigger", "signature_request_all"), ["signature_request_all_signed"]);
});

test("every option that the help of a command tells of is completed", async () => {
  const { out } = await runCommand(["completion", "bash"]);
  for (const name of commands.filter((one) => one !== "help")) {
    const { out: help } = await runCommand([name, "--help"]);
    const line = new RegExp(`^ +${name}\\) words="(.*)"`, "m").exec(out)?.[1]?.split(" ") ?? [];
    for (const [option] of help.matchAll(/(?<=^ {2})--[a-z-]+/gm))
      assert.ok(line.includes(option), `${name} ${option}`);
  }
});

test("zsh and fish get the same words; another shell is refused", async () => {
  const [zsh, fish] = await Promise.all(["zsh", "fish"].map((shell) => runCommand(["completion", shell])));
  for (const name of commands) {
    assert.ok(zsh?.out.includes(` ${name} `) || zsh?.out.includes(`${name})`), name);
    assert.ok(fish?.out.includes(name), name);
  }
  assert.equal((await runCommand(["completion", "cmd"])).code, 2);
});
