import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { callerOf, freePort, startTestServer } from "../support/server.ts";

const main = resolve(import.meta.dirname, "../../src/cli/main.ts");

test("a first start that finds its port taken still tells the account that it has made, and a later one goes by it", async (t) => {
  const dataFolder = mkdtempSync(join(tmpdir(), "countersign-first-"));
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }));
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;

  const { code, said } = await serve({ COUNTERSIGN_DATA: dataFolder, PORT: String(port) });

  assert.equal(code, 1);
  assert.match(said, /is in use/);
  assert.match(said, /Password {4}\S{16}\n/);
  const apiKey = /API key {5}([0-9a-f]{64})/.exec(said)?.[1] ?? "";
  const freed = String(await freePort());
  const later = spawn(process.execPath, [main, "serve"], {
    env: { COUNTERSIGN_DATA: dataFolder, PORT: freed, PATH: process.env.PATH ?? "" },
    stdio: "ignore",
  });
  t.after(() => later.kill("SIGKILL"));
  const url = `http://127.0.0.1:${freed}`;
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) await new Promise((done) => setTimeout(done, 40));
  assert.equal((await callerOf({ url, apiKey })("GET", "/account")).status, 200);
});

test("everything that a server writes is its user's alone", async (t) => {
  const server = await startTestServer();
  t.after(server.stop);
  for (const name of [".", "countersign.db", "countersign.db-wal", "secret.key", "owner.lock", "blobs"])
    assert.equal(statSync(join(server.dataFolder, name)).mode & 0o077, 0, name);
});

function serve(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [main, "serve"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((done) => child.on("close", (code) => done({ code, said })));
}
