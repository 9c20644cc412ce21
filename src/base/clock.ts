/** Tells the time: milliseconds since 1970, UTC. A test brings one that stands still. */
export type Clock = () => number;

/** The machine's own clock. */
export const systemClock: Clock = () => Date.now();

/** Unix seconds, as the v3 wire carries time. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Resolves after so many milliseconds, or at once when the signal fires. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** Milliseconds that only ever grow, whatever is done to the machine's clock: for measuring how long something takes. */
export const steadyClock: Clock = () => performance.now();
