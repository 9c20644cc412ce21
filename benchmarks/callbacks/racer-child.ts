/** One contestant in a process of its own: producer and worker, doing what the benchmark tells it over the channel. */
import { setTimeout as sleep } from "node:timers/promises";
import { tick } from "./clock.ts";
import { type Contestant, type ContestantName, type Contesting, producersAtOnce } from "./contestant.ts";
import { newOrder } from "./payload.ts";
import type { Reply, Task } from "./process.ts";

const modules: Readonly<Record<ContestantName, () => Promise<Contesting>>> = {
  "ours-sqlite": async () => (await import("./ours.ts")).oursOnSqlite,
  "ours-postgres": async () => (await import("./ours.ts")).oursOnPostgres,
  "graphile-worker": async () => (await import("./graphile.ts")).graphile,
  "pg-boss": async () => (await import("./boss.ts")).boss,
  bullmq: async () => (await import("./bull.ts")).bull,
  limit: async () => (await import("./limit.ts")).limit,
  bare: async () => (await import("./bare.ts")).bare,
};
let contestant: Contestant | null = null;

process.on("message", (task: Task) => {
  answer(task).then(
    (value) => reply({ value, failure: null }),
    (error: unknown) => reply({ value: null, failure: error instanceof Error ? (error.stack ?? "") : String(error) }),
  );
});
process.on("disconnect", () => process.exit());

function reply(said: Reply): void {
  process.send?.(said);
}

async function answer(task: Task): Promise<unknown> {
  if (task.kind === "open") {
    const module = await modules[task.name]();
    contestant = await module.open(task.ground);
    return module.settings;
  }
  if (task.kind === "cpu") return (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  if (!contestant) throw new Error("not open yet");
  switch (task.kind) {
    case "enqueue":
      return enqueue(contestant, task.count);
    case "pace":
      return pace(contestant, task);
    case "crowd":
      return contestant.crowd?.(task);
    case "close":
      await contestant.close();
      setImmediate(() => process.disconnect());
      return null;
    default:
      return contestant[task.kind]();
  }
}

async function enqueue(one: Contestant, count: number): Promise<{ began: number; ended: number }> {
  const began = tick();
  let next = 0;
  async function produce(): Promise<void> {
    while (next < count) await one.enqueue(newOrder(next++));
  }
  await Promise.all(Array.from({ length: Math.min(count, producersAtOnce) }, produce));
  return { began, ended: tick() };
}

async function pace(one: Contestant, { perSecond, seconds }: { perSecond: number; seconds: number }) {
  const committed: [string, number][] = [];
  const running = new Set<Promise<void>>();
  const count = perSecond * seconds;
  const began = tick();
  for (let index = 0; index < count; index++) {
    const wait = began + (index * 1000) / perSecond - tick();
    if (wait > 0) await sleep(wait);
    const order = newOrder(index);
    const run = one.enqueue(order).then(() => {
      committed.push([order.requestId, tick()]);
      running.delete(run);
    });
    running.add(run);
  }
  await Promise.all(running);
  return committed;
}
