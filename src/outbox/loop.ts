import { pause, steadyClock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";

/** What a loop takes and does. `claim` answers at most `most` pieces of work; `run` must settle each in every case. */
export type LoopWork<T> = {
  readonly name: string;
  /** How many pieces may be under way at once, not counting those that have run for longer than `slowMs`. */
  readonly atOnce: number;
  readonly slowMs: number;
  /** How many more may be under way in all: those that take long do not hold up the quick ones. */
  readonly slowAtOnce: number;
  readonly pollMs: number;
  readonly claim: (most: number) => Promise<readonly T[]>;
  readonly run: (piece: T) => Promise<void>;
  /** Called every `limits.beatMs` with what is under way, so that its leases do not run out. */
  readonly beat: (pieces: readonly T[]) => Promise<void>;
  readonly log: Log;
};

/** A running loop: `wake` looks for work now, `stop` takes no more and waits for what is under way. */
export type Loop = {
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
};

/**
 * Claims and runs work until it is stopped: after each wake, whenever something ends, and every `pollMs`, so that
 * a lost wake costs no more than one poll.
 */
export function startLoop<T>({ name, atOnce, slowMs, slowAtOnce, ...work }: LoopWork<T>): Loop {
  const { pollMs, claim, run, beat, log } = work;
  const underWay = new Map<T, { readonly running: Promise<void>; readonly begunAt: number }>();
  let stopping = false;
  let bell = new AbortController();
  const wake = () => bell.abort();

  async function takeMore(): Promise<boolean> {
    const slowSince = steadyClock() - slowMs;
    const quick = [...underWay.values()].filter(({ begunAt }) => begunAt > slowSince).length;
    const free = Math.min(atOnce - quick, atOnce + slowAtOnce - underWay.size);
    if (free <= 0) return false;
    const pieces = await claim(free);
    for (const piece of pieces) begin(piece);
    return pieces.length === free;
  }

  function begin(piece: T): void {
    const running = run(piece)
      .catch((error: unknown) => log.error({ loop: name, err: error }, "a piece of work threw"))
      .finally(() => {
        underWay.delete(piece);
        wake();
      });
    underWay.set(piece, { running, begunAt: steadyClock() });
  }

  async function turn(): Promise<void> {
    while (!stopping) {
      bell = new AbortController();
      const signal = bell.signal;
      try {
        if (await takeMore()) continue;
      } catch (error) {
        log.error({ loop: name, err: error }, "could not claim work; trying again");
      }
      await pause(pollMs, signal);
    }
  }

  const turning = turn();
  const stopBeating = startBeating({ name, beat, log, pause, pieces: () => [...underWay.keys()] });
  return {
    wake,
    async stop() {
      stopping = true;
      wake();
      await turning;
      await Promise.all([...underWay.values()].map(({ running }) => running));
      await stopBeating();
    },
  };
}

/** What gives signs of life: `beat` is called every `limits.beatMs` with the pieces that are held then. */
export type Beating<T> = Pick<LoopWork<T>, "name" | "beat" | "log"> & {
  readonly pieces: () => readonly T[];
  readonly pause: typeof pause;
};

/** Gives signs of life for what is under way until the answered function is called. */
export function startBeating<T>({ name, beat, log, pause, pieces }: Beating<T>): () => Promise<void> {
  const over = new AbortController();

  async function beatOn(): Promise<void> {
    while (!over.signal.aborted) {
      await pause(limits.beatMs, over.signal);
      const held = pieces();
      if (held.length === 0) continue;
      try {
        await beat(held);
      } catch (error) {
        log.error({ loop: name, err: error }, "could not renew the leases of what is under way; trying again");
      }
    }
  }

  const beating = beatOn();
  return async () => {
    over.abort();
    await beating;
  };
}
