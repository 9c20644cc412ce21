/** Tells the time: milliseconds since 1970, UTC. A test brings one that stands still. */
export type Clock = () => number;

/** The machine's own clock. */
export const systemClock: Clock = () => Date.now();

/** Unix seconds, as the v3 wire carries time. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/**
 * Whether something was less than `ms` before `at`; null: never. What lies as far ahead was written by a clock that has been set back,
 * and counts as little as what is long past.
 */
export function isRecent(since: number | null, { at, ms }: { readonly at: number; readonly ms: number }): boolean {
  return since !== null && Math.abs(at - since) < ms;
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

/**
 * A clock that never goes back: when the machine's clock is set back, it goes on at the steady clock's pace from where it was; when
 * that is ahead (it was set forward, or the machine slept), it follows. What is due later by it is never kept waiting longer than
 * was meant.
 */
export function forwardClock({ clock, steady }: { readonly clock: Clock; readonly steady: Clock }): Clock {
  let lead = clock() - steady();
  return () => {
    const at = steady();
    lead = Math.max(lead, clock() - at);
    return Math.round(lead + at);
  };
}
