import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../test/support/server.ts";
import { type Figure, percentile, shown } from "./figures.ts";

const rounds = 8;

/** From `npm start` to a ready server, on a warm install and an existing data folder; npm alone, running `true`, is the peer. */
export async function measureStart(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), COUNTERSIGN_DATA: folder, COUNTERSIGN_LOG: "silent" };
  const starts: number[] = [];
  const npmAlone: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    starts.push(await startOnce(env, port));
    npmAlone.push(await runNpmAlone());
  }
  rmSync(folder, { recursive: true, force: true });
  const [ours, npm] = [starts.slice(1), npmAlone.slice(1)];
  return [
    {
      what: "ready after `npm start`, p50",
      measured: `${shown(percentile(ours, 0.5))} (worst ${shown(Math.max(...ours))}; npm exec true alone: ${shown(percentile(npm, 0.5))})`,
      wanted: "≤ 1,000 ms",
      meets: percentile(ours, 0.5) <= 1000,
    },
  ];
}

async function startOnce(env: NodeJS.ProcessEnv, port: number): Promise<number> {
  const began = performance.now();
  const npm = spawn("npm", ["start"], {
    cwd: resolve(import.meta.dirname, ".."),
    env,
    stdio: "ignore",
    detached: true,
  });
  while (!(await isReady(port))) await new Promise((done) => setTimeout(done, 10));
  const took = performance.now() - began;
  const ended = once(npm, "exit");
  if (npm.pid !== undefined) process.kill(-npm.pid, "SIGTERM");
  await ended;
  return took;
}

async function runNpmAlone(): Promise<number> {
  const began = performance.now();
  await once(
    spawn("npm", ["exec", "--", "true"], { cwd: resolve(import.meta.dirname, ".."), stdio: "ignore" }),
    "exit",
  );
  return performance.now() - began;
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}
