import type { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";

/** Gathers what has ended and writes it down, many at a time. */
export type Settler<T> = {
  readonly add: (piece: T) => void;
  /** Resolves once all that was added is written down, or given up. */
  readonly idle: () => Promise<void>;
};

/** `write` writes pieces in one transaction; `giveUp` is told what could not be written after all tries. */
export type SettlerParts<T> = {
  readonly write: (pieces: readonly T[]) => Promise<void>;
  readonly giveUp: (pieces: readonly T[]) => void;
  readonly pause: typeof pause;
  readonly log: Log;
};

/**
 * Opens a settler: the first piece is written at once, those that end meanwhile together with the next turn. A database that does not answer is
 * tried again for some seconds, in halves, so that one piece that cannot be written does not take the others with it.
 */
export function openSettler<T>(parts: SettlerParts<T>): Settler<T> {
  let waiting: T[] = [];
  let turning: Promise<void> | null = null;

  async function turn(): Promise<void> {
    // What ends in the same turn of the event loop goes together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limits.settleBatch);
      waiting = waiting.slice(limits.settleBatch);
      await writeDown(parts, { batch, tries: 0 });
    }
    turning = null;
  }

  return {
    add(piece) {
      waiting.push(piece);
      turning ??= turn();
    },
    idle: async () => {
      while (turning) await turning;
    },
  };
}

type Writing<T> = { readonly batch: readonly T[]; readonly tries: number };

async function writeDown<T>(parts: SettlerParts<T>, { batch, tries }: Writing<T>): Promise<void> {
  try {
    await parts.write(batch);
  } catch (error) {
    const waitMs = limits.settleRetryMs[tries];
    parts.log.error({ attempts: batch.length, tries: tries + 1, err: error }, "attempts could not be written down");
    if (waitMs === undefined) {
      parts.giveUp(batch);
      return;
    }
    await parts.pause(waitMs);
    const half = tries === 0 ? batch.length : Math.ceil(batch.length / 2);
    for (const piece of [batch.slice(0, half), batch.slice(half)])
      if (piece.length > 0) await writeDown(parts, { batch: piece, tries: tries + 1 });
  }
}
