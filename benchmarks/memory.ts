import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../test/support/server.ts";
import { formOf } from "./answers.ts";
import type { Figure } from "./figures.ts";
import { makePaper } from "./papers.ts";

const requests = 20;
const quietMs = 70_000;

/** Resident memory of the main process after its start, and 70 s after twenty requests; and whether its children have left then. */
export async function measureMemory(): Promise<readonly Figure[]> {
  const dataFolder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const port = await freePort();
  const key = "k".repeat(32);
  const env = {
    ...process.env,
    PORT: String(port),
    COUNTERSIGN_DATA: dataFolder,
    COUNTERSIGN_API_KEY: key,
    COUNTERSIGN_CLIENT_ID: "bench-client",
    COUNTERSIGN_LOG: "silent",
  };
  const child = spawn("sh", ["bin/countersign", "serve"], {
    cwd: resolve(import.meta.dirname, ".."),
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const pid = child.pid ?? 0;
  await pause(2000);
  const atStart = residentMegabytes(pid);

  const file = new Blob([makePaper(100_000)]);
  for (let count = 0; count < requests; count++) {
    const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` };
    await (
      await fetch(`http://127.0.0.1:${port}/v3/signature_request/create_embedded`, {
        method: "POST",
        headers,
        body: formOf(file, "bench-client"),
      })
    ).text();
  }
  await pause(quietMs);
  const afterWork = residentMegabytes(pid);
  const children = childrenOf(pid);
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  rmSync(dataFolder, { recursive: true, force: true });
  return [
    {
      what: "main process, idle after its start",
      measured: `${atStart} MB`,
      wanted: "≤ 130 MB",
      meets: atStart <= 130,
    },
    {
      what: `main process, idle 70 s after ${requests} requests`,
      measured: `${afterWork} MB`,
      wanted: "≤ 130 MB",
      meets: afterWork <= 130,
    },
    { what: "document children alive then", measured: String(children), wanted: "0", meets: children === 0 },
  ];
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** VmRSS in MB (10^6 bytes), Linux only. */
function residentMegabytes(pid: number): number {
  const kibibytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN);
  return Math.round((kibibytes * 1024) / 1e6);
}

function childrenOf(pid: number): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1]) === pid;
    } catch {
      return false;
    }
  }).length;
}
