import { openLog } from "../../src/base/log.ts";
import { startDelivering } from "../../src/callbacks/deliver.ts";
import { planCallbacks } from "../../src/callbacks/plan.ts";
import type { Happening, Transact, Work } from "../../src/events/work.ts";
import type { OutboundRequest } from "../../src/http/outbound.ts";
import { releaseAllLeases } from "../../src/outbox/jobs.ts";
import type { Loop } from "../../src/outbox/loop.ts";
import { reviveStranded } from "../../src/outbox/stranded.ts";
import { makeTransact } from "../../src/server/transact.ts";
import type { Store } from "../../src/storage/store.ts";
import { receivePost } from "./sim-receiver.ts";
import { count, processClock, schedule, secret, type World } from "./sim-world.ts";

/** Where a process may die: at the commit of one of these, or at an attempt. */
export const points = ["claim", "settlement", "change", "attempt", "give-back", "beat"] as const;
type Point = (typeof points)[number];

/**
 * Dies at the `left`-th time that a point is reached, before its commit or after it without knowing. Attempts are those at
 * `endpoint`: which of two endpoints is asked first is nobody's promise.
 */
export type Fuse = { readonly point: Point; readonly endpoint: string; left: number; readonly after: boolean };

/** A process: its calls pass a gate that death closes for ever and frost for a while. */
export type Process = {
  readonly name: string;
  readonly transact: Transact;
  readonly loop: Loop;
  readonly kill: () => void;
  readonly freeze: (milliseconds: number) => void;
  /** When it died, or ended; null while it lives. */
  diedAt: number | null;
  /** Whether it was killed. */
  wasKilled: boolean;
  /** Since when it is, or was, frozen, and until when. */
  frozenAt: number | null;
  thawsAt: number;
  /** It stops gently, and does nothing new. */
  isLeaving: boolean;
  fuse: Fuse | null;
};

type Body = Omit<Process, "transact" | "loop">;
type Gate = () => Promise<void>;

/** Starts a process as a server does. */
export async function startProcess(world: World, name: string): Promise<Process> {
  const { store, time, shared, timeoutMs } = world;
  const clock = processClock(world);
  if (!shared) {
    world.databaseClock = clock;
    await releaseAllLeases(store);
  }
  await reviveStranded(store, { longestMs: Math.max(timeoutMs, ...schedule) });

  let thaw: Promise<void> | null = null;
  const body: Body = {
    name,
    diedAt: null,
    wasKilled: false,
    frozenAt: null,
    thawsAt: 0,
    isLeaving: false,
    fuse: null,
    kill() {
      body.diedAt ??= time.now();
    },
    freeze(milliseconds) {
      body.frozenAt ??= time.now();
      body.thawsAt = Math.max(body.thawsAt, time.now() + milliseconds);
      thaw = time.pause(body.thawsAt - time.now());
    },
  };
  const gate = async () => {
    if (thaw) await thaw;
    if (body.diedAt !== null) await forever();
  };
  const loop = startDelivering({
    ...wayOut(world, { body, gate }),
    store: gated(world, { body, gate, pointOf: pointOfEngine }),
    clock,
    steadyClock: time.now,
    pause: async (milliseconds: number, signal?: AbortSignal) => {
      await time.pause(milliseconds, signal);
      await gate();
    },
    random: () => (world.seed % 11) / 11,
    secret,
    log: counting(world),
    workerId: world.sameName ? "all" : name,
    schedule,
    timeoutMs,
    leaseMs: shared ? 2500 : timeoutMs + 30_000,
  });
  const transact = makeTransact({
    store: gated(world, { body, gate, pointOf: () => "change" }),
    clock,
    secret,
    reactions: [
      (work) => planCallbacks(work, { renderObject, findHearing: async () => null, appOverridesAccount: false }),
    ],
    wake: (names) => {
      if (names.has("deliveries")) loop.wake();
    },
  });
  return Object.assign(body, { loop, transact });
}

async function renderObject(_: Work, { requestId }: Happening): Promise<string | null> {
  return requestId === null ? null : JSON.stringify({ signature_request_id: requestId });
}

type Gating = { readonly body: Body; readonly gate: Gate; readonly pointOf: (answer: unknown) => Point | null };

const crashed = new Error("The process is dead: this is not committed.");

/** A store whose calls never return once their process is dead. A crash before a commit leaves nothing of it. */
function gated(world: World, { body, gate, pointOf }: Gating): Store {
  const { store, time } = world;
  const transact = async (
    change: Parameters<Store["transact"]>[0],
    options: Parameters<Store["transact"]>[1],
  ): Promise<unknown> => {
    await gate();
    let blown: Fuse | null = null;
    const work = store.transact(async (tx) => {
      const answer = await change(tx);
      blown = burn(body, { point: pointOf(answer) });
      if (blown?.after === false) throw crashed;
      return answer;
    }, options);
    const result = await time.during(work).catch(async (error: unknown) => {
      if (error === crashed) await die(world, { body, blown });
      throw error;
    });
    if (blown) await die(world, { body, blown });
    await gate();
    return result;
  };
  return Object.create(store, { transact: { value: transact } }) as Store;
}

/** What the engine was at, by what its transaction answers; null for a claim that found nothing. */
function pointOfEngine(answer: unknown): Point | null {
  if (answer === undefined) return "give-back";
  if (Array.isArray(answer)) return answer.length > 0 ? "claim" : null;
  return answer instanceof Set ? "beat" : "settlement";
}

function wayOut(world: World, { body, gate }: Omit<Gating, "pointOf">) {
  const { receiver, time, seed } = world;
  const request = async (asked: OutboundRequest) => {
    await gate();
    const blown = burn(body, { point: "attempt", endpoint: new URL(asked.url).pathname.slice(1) });
    if (blown?.after === false) await die(world, { body, blown });
    const answer = receivePost({ receiver, time, seed, worker: body.name, asked });
    if (blown) await die(world, { body, blown });
    const result = await answer;
    await gate();
    return result;
  };
  const { request: mutated } = world.mutateOutbound?.({ request }) ?? { request };
  return { outbound: { request: mutated, download: forever, close: () => {} } };
}

/** Each its own: what waits for it can be forgotten with it. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

function burn(
  body: Body,
  { point, endpoint }: { readonly point: Point | null; readonly endpoint?: string },
): Fuse | null {
  const { fuse } = body;
  if (fuse?.point !== point || (endpoint !== undefined && fuse.endpoint !== endpoint)) return null;
  fuse.left -= 1;
  if (fuse.left > 0) return null;
  body.fuse = null;
  return fuse;
}

type Dying = { readonly body: Body; readonly blown: Fuse | null };

function die({ met }: World, { body, blown }: Dying): Promise<never> {
  body.kill();
  body.wasKilled = true;
  if (blown) count(met, `crash ${blown.after ? "after" : "before"} ${blown.point}`);
  return forever();
}

const silent = openLog("silent");

/** The house's log, silent, but for what is counted. */
function counting({ met }: World): typeof silent {
  const warn = (_: unknown, words?: string) => {
    if (words?.includes("outlived its lease")) count(met, "settlements refused by the fence");
  };
  return Object.assign(Object.create(silent), { warn }) as typeof silent;
}
