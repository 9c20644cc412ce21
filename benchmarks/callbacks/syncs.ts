import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Field } from "./field.ts";
import { startRedis } from "./grounds.ts";
import { startRacer } from "./process.ts";

/** Syncs per event that no database counts: of SQLite, and of Redis below BullMQ; null without strace. */
export type Syncs = { readonly sqlite: number; readonly redis: number } | null;

/** Counts with strace, in a run of its own in which nothing else is measured: enqueue, drain, and both at once. */
export async function countSyncs(field: Field, count: number): Promise<Syncs> {
  if (!hasStrace()) return null;
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-trace-"));
  const [ofSqlite, ofRedis] = [join(folder, "sqlite"), join(folder, "redis")];
  await field.withGround("ours-sqlite", async (ground) => {
    const racer = await startRacer("ours-sqlite", { ground, traceTo: ofSqlite });
    await run(field, { racer, count });
  });
  const redis = await startRedis(ofRedis);
  await field.withGround("bullmq", async (ground) => {
    const racer = await startRacer("bullmq", { ground: { ...ground, redisPort: redis.port } });
    await run(field, { racer, count });
  });
  await redis.stop();
  const answer = { sqlite: callsIn(ofSqlite) / (2 * count), redis: callsIn(ofRedis) / (2 * count) };
  rmSync(folder, { recursive: true, force: true });
  return answer;
}

type Running = { readonly racer: Awaited<ReturnType<typeof startRacer>>; readonly count: number };

async function run({ receiver }: Field, { racer, count }: Running): Promise<void> {
  receiver.reset();
  await racer.enqueue(count);
  await racer.start();
  await receiver.reach(count);
  receiver.reset();
  await racer.enqueue(count);
  await receiver.reach(count);
  await racer.stop();
  await racer.close();
}

/** The table of `strace -c`: share, seconds, µs a call, calls, errors if any, name. */
function callsIn(file: string): number {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => /\b(fsync|fdatasync)$/.test(line.trim()))
    .map((line) => Number(line.trim().split(/\s+/)[3]))
    .reduce((sum, calls) => sum + calls, 0);
}

function hasStrace(): boolean {
  try {
    execFileSync("strace", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
