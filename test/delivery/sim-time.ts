import { setImmediate as turn } from "node:timers/promises";

/** Time under control: it stands still while anything runs, and leaps to the next timer when all is quiet. */
export type SimTime = {
  readonly now: () => number;
  /** Resolves after so many milliseconds of this time, or at once when the signal fires. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** The same; of those that end at once the first by name is first, in whatever order they began. */
  readonly take: (milliseconds: number, name: string) => Promise<void>;
  /** Counts a piece of work that runs outside of this time, such as a transaction: time waits for it. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Leaps to the next timer and lets everything run that it starts; false when there is none. */
  readonly leap: () => Promise<boolean>;
};

type Timer = { readonly at: number; readonly name: string; readonly order: number; readonly ring: () => void };

/** Opens a time that begins at 0. */
export function openSimTime(): SimTime {
  const timers = new Set<Timer>();
  let now = 0;
  let order = 0;
  let open = 0;

  async function settle(): Promise<void> {
    // A group commit is counted; the settler takes one turn of the event loop before it is: two quiet ones mean that nothing goes on.
    for (let quiet = 0; quiet < 2; quiet = open === 0 ? quiet + 1 : 0) await turn();
  }

  function wait(milliseconds: number, { name, signal }: { readonly name: string; readonly signal?: AbortSignal }) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const timer: Timer = { at: now + milliseconds, name, order: order++, ring: done };
      timers.add(timer);
      signal?.addEventListener("abort", done, { once: true });
      function done() {
        timers.delete(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
    });
  }

  return {
    now: () => now,
    pause: (milliseconds, signal) => wait(milliseconds, signal ? { name: "", signal } : { name: "" }),
    take: (milliseconds, name) => wait(milliseconds, { name }),
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
      for (const timer of timers) if (!next || isBefore(timer, next)) next = timer;
      if (!next) return false;
      now = Math.max(now, next.at);
      next.ring();
      return true;
    },
  };
}

function isBefore(one: Timer, other: Timer): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.name !== other.name) return one.name < other.name;
  return one.order < other.order;
}
