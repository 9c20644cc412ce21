import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { percentile } from "../figures.ts";
import { type Ask, everyAsk } from "./asks.ts";
import type { Extent } from "./fill.ts";
import type { FullHouse } from "./house.ts";
import { chanceFrom } from "./lives.ts";

/** How long lists took on a house, in milliseconds. */
export type Lists = {
  readonly house: Pick<FullHouse, "name" | "events">;
  readonly combinations: number;
  readonly all: readonly number[];
  /** Of the server and the database for each of these, in milliseconds: what other programs on the machine take is not in it. */
  readonly processor: readonly number[];
  /** The median of each combination, the slowest first. */
  readonly slowest: readonly (Ask & { readonly ms: number })[];
  /** Pages that were cut short. */
  readonly cut: number;
  readonly bare: readonly number[];
};

type Call = { readonly ms: number; readonly body: string };

type Measuring = {
  readonly extent: Extent;
  readonly rounds: number;
  /** The processes of the database, once there are connections. */
  readonly findPids: () => Promise<readonly number[]>;
};

/** Asks for every combination in so many rounds, each in an order of its own, and for the bare answer after each. */
export async function measureLists(house: FullHouse, { extent, rounds, findPids }: Measuring): Promise<Lists> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const auth = `Basic ${Buffer.from(`${house.server.apiKey}:`).toString("base64")}`;
  const call = (address: string) => timeCall(address, { agent, auth });
  const list = (ask: Ask) => call(`${house.server.url}/api/events?${ask.query}`);
  const asks = everyAsk(house, extent);
  const chance = chanceFrom(7);
  for (const ask of asks.filter(() => chance() < 0.1)) await list(ask);

  const page = await list({ words: "", query: "" });
  const bare = await startBare(page.body.length);
  const processor: number[] = [];
  const [times, bareTimes] = [new Map<Ask, number[]>(asks.map((ask) => [ask, []])), [] as number[]];
  let cut = 0;
  for (let round = 0; round < rounds; round += 1) {
    const pids = [...(await findPids()), house.server.process().pid ?? 0];
    for (const ask of asks.toSorted(() => chance() - 0.5)) {
      const before = processorMs(pids);
      const { ms, body } = await list(ask);
      processor.push(Math.max(0, processorMs(pids) - before));
      times.get(ask)?.push(ms);
      cut += isCut(body) ? 1 : 0;
      bareTimes.push((await call(bare.url)).ms);
    }
  }
  bare.stop();
  agent.destroy();
  const slowest = [...times]
    .map(([ask, own]) => ({ ...ask, ms: percentile(own, 0.5) }))
    .toSorted((a, b) => b.ms - a.ms);
  return {
    house,
    combinations: asks.length,
    all: [...times.values()].flat(),
    processor,
    slowest,
    cut,
    bare: bareTimes,
  };
}

/** Milliseconds of all threads of the processes so far, to the nanosecond. A connection that was idle may have ended: it takes nothing. */
export function processorMs(pids: readonly number[]): number {
  const tasks = pids
    .filter((pid) => existsSync(`/proc/${pid}/task`))
    .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`));
  return tasks.reduce((sum, task) => sum + Number(readFileSync(`${task}/schedstat`, "utf8").split(" ")[0]) / 1e6, 0);
}

function isCut(body: string): boolean {
  const { events, next_cursor: next } = JSON.parse(body) as {
    readonly events: readonly unknown[];
    readonly next_cursor: string | null;
  };
  return next !== null && events.length < 20;
}

/** Asks once, over a kept line: the body and how long it took. */
export function timeCall(
  address: string,
  { agent, auth }: { readonly agent: Agent; readonly auth: string },
): Promise<Call> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(address, { agent, headers: { authorization: auth } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const body = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve({ ms: performance.now() - began, body });
        else reject(new Error(`${address} answered ${answer.statusCode}: ${body}`));
      });
    });
    request.on("error", reject);
  });
}

/** A bare fastify in a process of its own that answers so many bytes. */
export async function startBare(
  bytes: number,
): Promise<{ readonly url: string; readonly pid: number; readonly stop: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "bare-child.ts"), String(bytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid ?? 0, stop: () => void child.kill() };
}
