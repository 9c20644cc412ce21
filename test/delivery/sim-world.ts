import { setTimeout as sleep } from "node:timers/promises";
import { forwardClock } from "../../src/base/clock.ts";
import type { Outbound } from "../../src/http/outbound.ts";
import type { Store } from "../../src/storage/store.ts";
import type { SimReceiver } from "./sim-receiver.ts";
import { openSimTime, type SimTime } from "./sim-time.ts";

/** Milliseconds of the ladder. */
export const schedule: readonly number[] = [300, 600];
/** The house's secret. */
export const secret = Buffer.alloc(32, 3);

/** How often what was met: what never happened in a run was not tested by it. */
export type Met = Record<string, number>;

/** Counts what was met. */
export function count(met: Met, name: string, by = 1): void {
  met[name] = (met[name] ?? 0) + by;
}

/** What a world is made of. */
export type WorldParts = {
  readonly store: Store;
  readonly seed: number;
  readonly chance: () => number;
  readonly met: Met;
  /** Whether two workers share the database, with short leases and beats, or one owns it. */
  readonly shared: boolean;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  /** All workers go by one name: for mutants. */
  readonly sameName?: boolean | undefined;
  /** Makes the way out another one: for mutants. */
  readonly mutateOutbound?: ((outbound: Pick<Outbound, "request">) => Pick<Outbound, "request">) | undefined;
};

/** A world of one seed: time, a clock that may jump, a receiver, and workers over one store. */
export type World = WorldParts & {
  readonly time: SimTime;
  readonly receiver: SimReceiver;
  /** What the machine's clock is ahead of the steady one. */
  wall: number;
  /** Whether the machine's clock was ever set forward, and back. */
  wasAhead: boolean;
  wasBack: boolean;
  /** The database's clock: where one owns the database, the owner's, and a new one begins with the machine's. */
  databaseClock: () => number;
};

/** Begins time and sets the clock of a world. */
export function openWorld(parts: WorldParts): World {
  const time = openSimTime();
  const world = {
    ...parts,
    time,
    wall: 1_790_000_000_000,
    wasAhead: false,
    wasBack: false,
    receiver: { posts: [], kind: false, dark: new Map(), steps: 0 },
  };
  return Object.assign(world, { databaseClock: processClock(world) });
}

/** The clock of a process that starts now, as production makes it. */
export function processClock(world: Pick<World, "time" | "wall">): () => number {
  return forwardClock({ clock: () => world.wall + world.time.now(), steady: world.time.now });
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
