import { setImmediate as turn } from "node:timers/promises";

/** Time under control: it stands still while anything runs, and leaps to the next timer when all is quiet. */
export type SimTime = {
  readonly now: () => number;
  /** Resolves after so many milliseconds of this time, or at once when the signal fires. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Counts a piece of work that runs outside of this time, such as a transaction: time waits for it. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Leaps to the next timer and lets everything run that it starts; false when there is none. */
  readonly leap: () => Promise<boolean>;
};

type Timer = { readonly at: number; readonly order: number; readonly ring: () => void };

/** Opens a time that begins at 0. */
export function openSimTime(): SimTime {
  const timers = new Set<Timer>();
  let now = 0;
  let order = 0;
  let open = 0;

  async function settle(): Promise<void> {
    // Group commits and the settler take a turn of the event loop each: two quiet ones in a row mean that nothing goes on.
    for (let quiet = 0; quiet < 3; quiet = open === 0 ? quiet + 1 : 0) await turn();
  }

  return {
    now: () => now,
    pause(milliseconds, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const timer: Timer = { at: now + milliseconds, order: order++, ring: done };
        timers.add(timer);
        signal?.addEventListener("abort", done, { once: true });
        function done() {
          timers.delete(timer);
          signal?.removeEventListener("abort", done);
          resolve();
        }
      });
    },
    async during(work) {
      open += 1;
      try {
        return await work;
      } finally {
        open -= 1;
      }
    },
    async leap() {
      await settle();
      let next: Timer | null = null;
      for (const timer of timers)
        if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
      if (!next) return false;
      now = Math.max(now, next.at);
      next.ring();
      return true;
    },
  };
}
