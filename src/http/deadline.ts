/** The end of one attempt: of its time, or by its caller. */
export type Deadline = {
  readonly signal: AbortSignal;
  /** Whether the caller ended it, rather than the clock. */
  readonly cancelled: () => boolean;
  /** Stops the clock: the attempt is over. */
  readonly clear: () => void;
};

/** Starts the clock of an attempt: `signal` fires after `ms` milliseconds, or with the caller's own signal. */
export function startDeadline(ms: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("the deadline has passed")), ms);
  const cancel = () => controller.abort(new Error("the caller gave up"));
  if (caller?.aborted) cancel();
  caller?.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    cancelled: () => caller?.aborted === true,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener("abort", cancel);
    },
  };
}

/** The value, or null when the signal fires first; a rejection of the value comes out. */
export async function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  let stop = () => {};
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
