import { type CallToWrite, writeCalls } from "../accounts/write-calls.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Store } from "../storage/store.ts";

/** Where API calls are written down. */
export type CallBook = {
  /** Takes a call; it is in the database about a second later. Costs the call nothing but a place in memory. */
  readonly note: (call: CallToWrite) => void;
  /** Writes what is still in hand. Nothing is taken afterwards. */
  readonly stop: () => Promise<void>;
};

/**
 * Opens the book. At most `limits.callsInHand` calls wait in memory; one more pushes out the oldest. What cannot be written is tried again
 * with what came since, `limits.callWriteTries` times, and then let go. The log tells how many were lost.
 */
export function openCallBook({ store, log }: { readonly store: Store; readonly log: Log }): CallBook {
  let held: CallToWrite[] = [];
  let lost = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    timer = null;
    while (held.length > 0) {
      const some = held.slice(0, limits.callsPerWrite);
      held = held.slice(some.length);
      try {
        await writeCalls(store, some);
        failures = 0;
      } catch (error) {
        failures += 1;
        log.error({ err: error }, "could not write down API calls");
        if (failures < limits.callWriteTries) keep([...some, ...held]);
        else lost += some.length;
        if (held.length > 0) begin();
        break;
      }
    }
    if (lost > 0) log.warn({ lost }, "API calls were not written down");
    lost = 0;
  };
  const keep = (calls: CallToWrite[]): void => {
    const over = Math.max(0, calls.length - limits.callsInHand);
    held = calls.slice(over);
    lost += over;
  };
  const begin = (): void => {
    timer ??= setTimeout(() => {
      writing = writing.then(write);
    }, limits.callWriteMs);
  };

  return {
    note: (call) => {
      held.push(call);
      if (held.length > limits.callsInHand) {
        held.shift();
        lost += 1;
      }
      begin();
    },
    async stop() {
      if (timer !== null) clearTimeout(timer);
      writing = writing.then(write);
      await writing;
      if (timer !== null) clearTimeout(timer);
      if (held.length > 0) log.warn({ lost: held.length }, "API calls were not written down");
    },
  };
}
