import { Fault } from "./faults.ts";

/** Runs work when there is room for it, first come, first served. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets `atOnce` pieces of work run side by side and `most` wait, each for `waitMs` milliseconds. Throws `unavailable` to
 * who finds the queue full or has waited too long.
 */
export function openGate(bounds: { readonly atOnce: number; readonly most: number; readonly waitMs: number }): Gate {
  const queue: (() => void)[] = [];
  let inside = 0;

  function enter(): Promise<void> {
    if (inside < bounds.atOnce) {
      inside += 1;
      return Promise.resolve();
    }
    if (queue.length >= bounds.most) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(turn), 1);
        reject(busy());
      }, bounds.waitMs);
      queue.push(turn);
    });
  }

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else inside -= 1;
  }

  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}

function busy(): Fault {
  return new Fault("unavailable", "The server is busy. Try again later.");
}
