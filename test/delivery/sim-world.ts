import { setTimeout as sleep } from "node:timers/promises";
import { forwardClock } from "../../src/base/clock.ts";
import { openLog } from "../../src/base/log.ts";
import { startDelivering } from "../../src/callbacks/deliver.ts";
import { planCallbacks } from "../../src/callbacks/plan.ts";
import type { Happening, Transact, Work } from "../../src/events/work.ts";
import type { Outbound, OutboundRequest } from "../../src/http/outbound.ts";
import { releaseAllLeases, reviveStranded } from "../../src/outbox/jobs.ts";
import type { Loop } from "../../src/outbox/loop.ts";
import { makeTransact } from "../../src/server/transact.ts";
import type { Store } from "../../src/storage/store.ts";
import { receivePost, type SimReceiver } from "./sim-receiver.ts";
import { openSimTime, type SimTime } from "./sim-time.ts";

/** Milliseconds of the ladder. */
export const schedule: readonly number[] = [300, 600];
/** Milliseconds for one attempt. */
const timeoutMs = 250;
/** The house's secret. */
export const secret = Buffer.alloc(32, 3);

/** What happened that a seed must not leave out for ever. */
export type Counters = Record<
  "crashesBefore" | "crashesAfter" | "freezes" | "jumpsForward" | "jumpsBack" | "stops" | "refusedByFence",
  number
>;

/** A world of one seed: time, a clock that may jump, a receiver, and workers over one store. */
export type World = {
  readonly store: Store;
  readonly time: SimTime;
  readonly seed: number;
  readonly chance: () => number;
  readonly receiver: SimReceiver;
  /** What the machine's clock is ahead of the steady one. */
  wall: number;
  /** Whether it was set forward: then waits are over sooner. */
  wasAhead: boolean;
  readonly counters: Counters;
  /** Whether two workers share the database, with short leases and beats, or one owns it. */
  readonly shared: boolean;
  /** Makes the way out another one: for mutants. */
  /** All workers go by one name: for mutants. */
  readonly sameName?: boolean | undefined;
  readonly mutateOutbound?: ((outbound: Pick<Outbound, "request">) => Pick<Outbound, "request">) | undefined;
};

/** A process: its calls pass a gate that death closes for ever and frost for a while. */
export type Process = {
  readonly name: string;
  readonly transact: Transact;
  readonly loop: Loop;
  readonly kill: () => void;
  readonly freeze: (milliseconds: number) => void;
  isAlive: boolean;
  wasFrozen: boolean;
  /** When its frost ends. */
  thawsAt: number;
  /** It stops gently, and does nothing new. */
  isLeaving: boolean;
  /** Calls of transact until it dies there, before or after the commit; null: not by itself. */
  fuse: { left: number; readonly after: boolean } | null;
};

/** Begins time and sets the clock of a world. */
export function openWorld(
  parts: Omit<World, "time" | "wall" | "wasAhead" | "counters" | "receiver"> & { readonly counters: Counters },
): World {
  return {
    ...parts,
    time: openSimTime(),
    wall: 1_790_000_000_000,
    wasAhead: false,
    receiver: { posts: [], kind: false, drawn: new Map() },
  };
}

/** The database's clock in a world, as production makes it. */
export function databaseClock(world: Pick<World, "time" | "wall">): () => number {
  return forwardClock({ clock: () => world.wall + world.time.now(), steady: world.time.now });
}

/** Starts a process as a server does. */
export async function startProcess(world: World, name: string): Promise<Process> {
  const { store, time, seed, receiver, shared } = world;
  if (!shared) await releaseAllLeases(store);
  await reviveStranded(store, { longestMs: Math.max(timeoutMs, ...schedule) });

  let thaw = Promise.resolve();
  const process: Omit<Process, "transact" | "loop"> = {
    name,
    isAlive: true,
    wasFrozen: false,
    thawsAt: 0,
    isLeaving: false,
    fuse: null,
    kill() {
      process.isAlive = false;
    },
    freeze(milliseconds) {
      process.wasFrozen = true;
      process.thawsAt = time.now() + milliseconds;
      world.counters.freezes += 1;
      thaw = time.pause(milliseconds);
    },
  };
  const gate = async () => {
    await thaw;
    if (!process.isAlive) await forever();
  };
  const gated: Store = Object.create(store, {
    transact: {
      value: async (change: Parameters<Store["transact"]>[0], options: Parameters<Store["transact"]>[1]) => {
        await gate();
        const blows = burn(process);
        if (blows === "before") await die(world, { process, counter: "crashesBefore" });
        const result = await time.during(store.transact(change, options));
        if (blows === "after") await die(world, { process, counter: "crashesAfter" });
        await gate();
        return result;
      },
    },
  }) as Store;
  const outbound = {
    request: async (asked: OutboundRequest) => {
      await gate();
      const result = await receivePost({ receiver, time, seed, worker: name, asked });
      await gate();
      return result;
    },
  };
  const { request } = world.mutateOutbound?.(outbound) ?? outbound;
  const pause = async (milliseconds: number, signal?: AbortSignal) => {
    await time.pause(milliseconds, signal);
    await gate();
  };
  const clock = () => world.wall + Math.round(time.now());
  const loop = startDelivering({
    store: gated,
    outbound: { request, download: forever, close: () => {} },
    clock,
    steadyClock: time.now,
    pause,
    random: () => (seed % 11) / 11,
    secret,
    log: counting(world),
    workerId: world.sameName ? "all" : name,
    schedule,
    timeoutMs,
    leaseMs: shared ? 2500 : timeoutMs + 30_000,
  });
  const renderObject = async (_: Work, { requestId }: Happening) => JSON.stringify({ signature_request_id: requestId });
  const transact = makeTransact({
    store: gated,
    clock,
    secret,
    reactions: [(work) => planCallbacks(work, { renderObject, appOverridesAccount: false })],
    wake: (names) => {
      if (names.has("deliveries")) loop.wake();
    },
  });
  return Object.assign(process, { loop, transact });
}

/** Each its own: what waits for it can be forgotten with it. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

function burn(process: Pick<Process, "fuse">): "before" | "after" | null {
  const { fuse } = process;
  if (!fuse) return null;
  fuse.left -= 1;
  if (fuse.left > 0) return null;
  process.fuse = null;
  return fuse.after ? "after" : "before";
}

type Dying = { readonly process: Pick<Process, "kill">; readonly counter: "crashesBefore" | "crashesAfter" };

function die({ counters }: World, { process, counter }: Dying): Promise<never> {
  process.kill();
  counters[counter] += 1;
  return forever();
}

/** The house's log, silent, but for what the counters want to know. */
function counting({ counters }: World) {
  const log = openLog("silent");
  const warn = (_: unknown, words?: string) => {
    if (words?.includes("outlived its lease")) counters.refusedByFence += 1;
  };
  return Object.assign(Object.create(log), { warn }) as typeof log;
}

/** Lets a promise of the world come true by leaping; rejects when time runs out of timers before. */
export async function reach<T>({ time }: World, wanted: Promise<T>): Promise<T> {
  let done = false;
  const watched = wanted.finally(() => {
    done = true;
  });
  watched.catch(() => {});
  for (let n = 0; !done && n < 20_000; n += 1) if (!(await time.leap())) await sleep(0);
  if (!done) throw new Error("The simulated world stands still.");
  return watched;
}
