import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { grounds, type House } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage } from "../support/page.ts";
import { freePort } from "../support/server.ts";

const root = resolve(import.meta.dirname, "../..");
const contract = join(root, "examples/contract.pdf");
const [sqlite] = grounds();
let house: House;

before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open();
});

after(() => house.close());

type Running = { readonly child: ChildProcess; readonly said: () => string };

/** Runs an example as a reader of the README would, against the house. */
function run(
  example: string,
  {
    args,
    cwd = root,
    env = {},
  }: { readonly args: readonly string[]; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Running {
  const child = spawn(process.execPath, [join(root, "examples", example), ...args], {
    cwd,
    env: {
      PATH: process.env.PATH ?? "",
      COUNTERSIGN_URL: house.url,
      COUNTERSIGN_API_KEY: house.apiKey,
      COUNTERSIGN_CLIENT_ID: house.clientId,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return { child, said: () => said };
}

/** What an example says once it says it. */
async function heard({ child, said }: Running, pattern: RegExp): Promise<string> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const match = pattern.exec(said());
    if (match) return match[1] ?? match[0];
    assert.equal(child.exitCode, null, said());
    await pause(50);
  }
  return assert.fail(`It never said ${String(pattern)}, but: ${said()}`);
}

test("examples/send.ts sends, waits for the signature and saves the sealed PDF", async (context) => {
  const cwd = mkdtempSync(join(tmpdir(), "countersign-example-"));
  context.after(() => rmSync(cwd, { recursive: true, force: true }));
  const running = run("send.ts", { args: [contract, "Ada Lovelace", "ada@example.com"], cwd });
  const ended = once(running.child, "exit");
  const requestId = await heard(running, /sent: request ([0-9a-f]{40})/);
  const page = openPage(house, { link: await mailedLinkOf(house, { requestId, to: "ada@example.com" }) });
  assert.deepEqual(await page.finish(answersTo(await open(page))), { ok: true, state: "signed" });

  const [code] = (await ended) as [number | null];
  assert.equal(code, 0, running.said());
  const saved = join(cwd, "signed-contract.pdf");
  assert.ok(existsSync(saved), running.said());
  assert.match(readFileSync(saved).toString("latin1"), /ETSI\.CAdES\.detached/);
});

test("examples/embed.ts serves its page and gives it a sign_url that opens", async () => {
  const port = await freePort();
  const running = run("embed.ts", { args: [contract], env: { PORT: String(port) } });
  await heard(running, /open http/);
  const at = `http://127.0.0.1:${port}`;
  assert.match(await (await fetch(at)).text(), /Sign the contract/);
  assert.equal((await fetch(`${at}/hellosign-embedded.js`)).status, 200);
  const started = await fetch(`${at}/start`, { method: "POST" });
  const { signUrl, clientId } = (await started.json()) as { readonly signUrl: string; readonly clientId: string };
  assert.equal(clientId, house.clientId);
  await open(openPage(house, { link: signUrl }));

  const ended = once(running.child, "exit");
  running.child.kill("SIGTERM");
  await ended;
});
