import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";

import { line, paper } from "../documents/papers.ts";

const root = resolve(import.meta.dirname, "../..");
const npmMs = 300_000;
const startMs = 60_000;
const apiKey = "p".repeat(32);
const reason = whyNot();

describe("the packed package, installed in an empty folder", { skip: reason }, () => {
  let folder = "";
  let home = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-package-"));
    home = join(folder, "home");
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), '{ "name": "somebody-elses", "private": true }');
    run("npm", ["pack", "--silent", "--pack-destination", folder], root);
    const [tarball] = globSync("*.tgz", { cwd: folder });
    assert.ok(tarball, "npm pack made a tarball");
    run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, tarball)], home);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test("holds what people need and none of the sources, tests or data", () => {
    const names = readdirSync(join(home, "node_modules/countersign"));
    for (const name of ["bin", "dist", "package.json", "README.md", "LICENSE"]) assert.ok(names.includes(name), name);
    for (const name of ["src", "test", "scripts", "data", ".ci"]) assert.ok(!names.includes(name), name);
  });

  test("answers `npx countersign --help`", () => {
    run("npx", ["--no-install", "countersign", "--help"], home);
  });

  // Not through npx: npm hands SIGTERM to a shell, which ends without passing it on.
  test("serves with an empty data folder: processes a document, shows the signing page, and ends with exit code 0 on SIGTERM", async () => {
    const port = await freePort();
    const data = join(folder, "data");
    const child = spawn(join(home, "node_modules/.bin/countersign"), ["serve"], {
      cwd: home,
      detached: true,
      env: {
        ...plainEnvironment(),
        PORT: String(port),
        COUNTERSIGN_DATA: data,
        COUNTERSIGN_NODE: process.execPath,
        COUNTERSIGN_API_KEY: apiKey,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = keep(child);
    try {
      await answers(`http://127.0.0.1:${port}/healthz`, child).catch((error: unknown) =>
        assert.fail(`${String(error)}\n${printed()}`),
      );
      assert.ok(readdirSync(data).length > 0, "the data folder is in use");

      await signable(`http://127.0.0.1:${port}`).catch((error: unknown) =>
        assert.fail(`${String(error)}\n${printed()}`),
      );

      const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
      child.kill("SIGTERM");
      assert.equal(await ended, 0, printed());
    } finally {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }
  });

  test("gives `countersign/callbacks` to the Node of the server", () => tryReceiver(process.execPath, home));

  const oldest = nodeOf(20);
  const skip = oldest === null ? "no Node 20 on this machine" : false;
  test("gives `countersign/callbacks` to Node 20", { skip }, () => tryReceiver(oldest ?? "", home));
});

/** Sends a document by mail, waits until it is processed, and opens the page of the link in the inbox with all that it loads. */
async function signable(url: string): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob([Buffer.from(paper({ content: line(72, 700, "[sig|req|signer1]") }))]), "a.pdf");
  form.set("use_text_tags", "1");
  form.set("signers[0][name]", "Ada Lovelace");
  form.set("signers[0][email_address]", "ada@example.com");
  const headers = { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}` };
  const sent = await fetch(`${url}/v3/signature_request/send`, { method: "POST", headers, body: form });
  assert.equal(sent.status, 200, await sent.text());

  const letter = await found(`${url}/inbox`, /href="(\/inbox\/[^"]+)"/);
  const link = await found(`${url}${letter}`, /href="([^"]*\/sign\/[0-9a-f]{64})"/);
  const page = await (await fetch(link)).text();
  const loads = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  assert.ok(loads.length >= 2, page);
  for (const path of loads) assert.equal((await fetch(`${url}${path}`)).status, 200, path);
}

/** What a page says once it says it. */
async function found(url: string, pattern: RegExp): Promise<string> {
  const due = Date.now() + startMs;
  while (Date.now() < due) {
    const text = await (await fetch(url)).text();
    const match = pattern.exec(text)?.[1];
    if (match) return match;
    await setTimeout(100);
  }
  throw new Error(`${url} never showed ${pattern}`);
}

function tryReceiver(node: string, home: string): void {
  const program = `import * as receiver from "countersign/callbacks";
    if (!Object.values(receiver).some((value) => typeof value === "function")) process.exit(3);`;
  run(node, ["--input-type=module", "-e", program], home);
}

/** The first Node of that major version on the PATH or where Debian puts it. */
function nodeOf(major: number): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const nodes = folders.map((folder) => join(folder, "node"));
  return (
    nodes.find((node) => spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.startsWith(`v${major}.`)) ?? null
  );
}

/** Why the package cannot be tried here, or false. */
function whyNot(): string | false {
  const asked = spawnSync("npm", ["view", "typebox", "version", "--fetch-retries=0", "--fetch-timeout=15000"], {
    cwd: root,
    timeout: 30_000,
  });
  if (asked.error) return "npm is not installed";
  return asked.status === 0 ? false : "the npm registry cannot be reached";
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: npmMs,
    env: { ...plainEnvironment(), COUNTERSIGN_NODE: process.execPath },
  });
  assert.equal(status, 0, `${command} ${args.join(" ")} ended with ${signal ?? status}\n${stdout}\n${stderr}`);
}

/** The environment without what belongs to the npm that runs these tests, and without settings of the house. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = /^(npm_(package|lifecycle|command|execpath)|INIT_CWD$|HOST$|PORT$|DATABASE_URL$|COUNTERSIGN_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? done(address.port) : fail(new Error("no port"))));
    });
  });
}

function keep(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  return () => text;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const due = Date.now() + startMs;
  while (Date.now() < due) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const status = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
      ({ status }) => status,
      () => 0,
    );
    if (status === 200) return;
    await setTimeout(200);
  }
  throw new Error(`no answer from ${url} within ${startMs / 1000} s`);
}
