import { performance } from "node:perf_hooks";
import { sql } from "kysely";
import { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { faxPayloadsWalk } from "../fax/delete.ts";
import type { Loop } from "../outbox/loop.ts";
import { reviveStranded } from "../outbox/stranded.ts";
import { payloadsLeftWalk, requestsWalk } from "../requests/destroy-walks.ts";
import { makeWeeks, weeksWalk } from "../storage/partitions.ts";
import { raisePositions } from "../storage/positions.ts";
import { retentionWalks } from "../storage/retention.ts";
import type { Store } from "../storage/store.ts";
import type { Keeping, Walk } from "../storage/walk.ts";
import { beginRound, type Round, saveRound } from "./keeper-round.ts";

/** What the keeper needs. */
export type Keeper = {
  readonly store: Store;
  /** What removes documents that no row names, from wherever they are. */
  readonly orphans: readonly Walk[];
  readonly keeping: Keeping;
  /** The longest wait of the callbacks' ladder, in milliseconds. */
  readonly longestMs: number;
  readonly log: Log;
};

/**
 * What every start sees to before anything is written: events come after all that there are, and this week's attempts have their table.
 * A table that cannot be made just now is made by the keeper; nothing depends on it.
 */
export async function prepareGround({ store, log }: Pick<Keeper, "store" | "log">): Promise<void> {
  await raisePositions(store);
  try {
    await makeWeeks(store, await timeOf(store));
  } catch (error) {
    log.warn({ err: error }, "could not make the tables of the next weeks' attempts; the keeper tries again");
  }
}

/**
 * Removes what is past its age, an hour after the last time, one process of all; wakes for it every ten minutes, and then each process
 * sees to what a wrong clock has stranded.
 */
export function startKeeping(keeper: Keeper): Loop {
  const over = new AbortController();

  async function keep(): Promise<void> {
    await pause(limits.keeperFirstMs, over.signal);
    while (!over.signal.aborted) {
      await keepOnce(keeper, over.signal).catch((error: unknown) =>
        keeper.log.error({ loop: "keeper", err: error }, "could not remove what is old; trying again"),
      );
      await pause(limits.keeperPollMs, over.signal);
    }
  }

  const keeping = keep();
  return {
    wake: () => {
      // Nothing is urgent here.
    },
    async stop() {
      over.abort();
      await keeping;
    },
  };
}

/**
 * Sees to what is stranded. Then makes one round of all walks, each `limits.keeperSteps` steps at most, and answers how much
 * each has removed; null when it is not time yet or another process is at it. A walk that fails is told in the log and goes on at
 * the next round where it stood.
 */
export async function keepOnce(keeper: Keeper, signal: AbortSignal): Promise<ReadonlyMap<string, number> | null> {
  const { store, log } = keeper;
  await revive(keeper);
  const at = await timeOf(store);
  const round = await beginRound(store, at);
  if (!round) return null;

  const removed = new Map<string, number>();
  for (const walk of walksOf(keeper)) {
    if ((round.walks[walk.name]?.restsUntil ?? 0) > at) continue;
    try {
      removed.set(walk.name, await takeWalk({ store, walk, round, at, signal }));
    } catch (error) {
      log.error({ walk: walk.name, err: error }, "could not remove what is old; trying again in the next round");
    }
    if (signal.aborted || round.lost) break;
  }
  const isUnfinished = signal.aborted || Object.values(round.walks).some(({ after }) => after !== null);
  await saveRound(store, { round, dueAt: isUnfinished ? at : at + limits.keeperEveryMs });

  const told = [...removed].filter(([, count]) => count > 0);
  if (told.length > 0) log.info({ removed: Object.fromEntries(told) }, "removed what is past its age");
  return removed;
}

/** A database server's clock may be set back while we run; the embedded database's never goes back. */
async function revive({ store, longestMs, log }: Keeper): Promise<void> {
  if (store.kind === "sqlite") return;
  await reviveStranded(store, { longestMs }).catch((error: unknown) =>
    log.error({ err: error }, "could not see to what a wrong clock may have stranded; trying again"),
  );
}

function walksOf({ store, keeping, orphans }: Keeper): readonly Walk[] {
  return [
    weeksWalk(store, keeping),
    ...retentionWalks(store, keeping),
    ...requestsWalk(store, keeping),
    payloadsLeftWalk(store),
    faxPayloadsWalk(store),
    ...orphans,
  ];
}

type Walking = {
  readonly store: Store;
  readonly walk: Walk;
  readonly round: Round;
  readonly at: number;
  readonly signal: AbortSignal;
};

/** Answers how much was removed. Pauses after each step: what others write comes first. */
async function takeWalk({ store, walk, round, at, signal }: Walking): Promise<number> {
  let after = round.walks[walk.name]?.after ?? null;
  let removed = 0;
  for (let steps = 0; steps < limits.keeperSteps && !signal.aborted && !round.lost; steps += 1) {
    const step = await walk.step({ at, after });
    removed += step.removed;
    after = step.after;
    round.walks[walk.name] = { after, restsUntil: after === null ? at + walk.restMs : 0 };
    if (after === null) break;
    if (performance.now() - round.savedAt > limits.keeperSaveMs)
      await saveRound(store, { round, dueAt: (await timeOf(store)) + limits.keeperLeaseMs });
    await pause(limits.keeperPauseMs, signal);
  }
  return removed;
}

async function timeOf(store: Store): Promise<number> {
  const { rows } = await sql<{ at: number }>`select ${store.now} as at`.execute(store.read);
  const [row] = rows;
  if (!row) throw new Error("The database did not say what time it is");
  return row.at;
}
