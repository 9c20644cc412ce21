import assert from "node:assert/strict";
import { sql } from "kysely";
import { type Replay, startReplay, stepReplay } from "../../src/callbacks/replay.ts";
import type { Transact } from "../../src/events/work.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import type { House } from "../support/house.ts";

const hourMs = 3_600_000;

/** Replays stepped by the hand of a test, in an hour's time: what falls due then, the house leaves alone. */
export type Hand = {
  readonly transact: Transact;
  /** Starts a replay of all that went to an endpoint. */
  readonly start: (to: Omit<Parameters<typeof startReplay>[1], "filter">) => Promise<Replay>;
  /** Takes the next step of a replay as its job does, and answers how many milliseconds the one after it waits; null after the last. */
  readonly step: (replayId: string) => Promise<number | null>;
};

/** Takes the jobs of the house's replays into one's own hands. */
export function handOf({ store, dataFolder }: Pick<House, "store" | "dataFolder">): Hand {
  let at = Date.now() + hourMs;
  const transact = makeTransact({
    store: {
      ...store,
      get now() {
        return sql<number>`cast(${at} as bigint)`;
      },
    },
    clock: () => at,
    secret: readSecret({ given: null, dataFolder }),
    reactions: [],
    wake: () => {},
  });

  async function step(replayId: string): Promise<number | null> {
    at += 1;
    await transact(async (work) => {
      const { numDeletedRows } = await work.tx
        .deleteFrom("jobs")
        .where("kind", "=", "replay")
        .where("payload_json", "like", `%${replayId}%`)
        .executeTakeFirst();
      assert.equal(numDeletedRows, 1n);
      await stepReplay(work, { replayId });
    });
    const next = await store.read
      .selectFrom("jobs")
      .select("next_at")
      .where("kind", "=", "replay")
      .where("payload_json", "like", `%${replayId}%`)
      .executeTakeFirst();
    return next === undefined ? null : next.next_at - at;
  }
  return {
    transact,
    start: (to) => transact((work) => startReplay(work, { ...to, filter: { types: [], states: [] } })),
    step,
  };
}

/** Forgets all events, what they owed, and replays; a step that a canceled replay still has before it is taken at once. */
export async function forgetEvents({ store, quiet }: Pick<House, "store" | "quiet">): Promise<void> {
  await store.transact((tx) => tx.updateTable("jobs").set({ next_at: 0 }).where("kind", "=", "replay").execute());
  await quiet();
  await store.transact(async (tx) => {
    for (const table of ["attempts", "deliveries", "events", "replays"] as const) await tx.deleteFrom(table).execute();
    await tx.deleteFrom("jobs").where("kind", "=", "replay").execute();
  });
}

/** The ids of the events that were sent again to an endpoint, in the order in which their deliveries were made. */
export async function replayedTo({ store }: Pick<House, "store">, endpointId: string): Promise<readonly string[]> {
  const rows = await store.read
    .selectFrom("deliveries")
    .select("event_id")
    .where("endpoint_id", "=", endpointId)
    .where("replay_no", ">", 0)
    .orderBy("delivery_id")
    .execute();
  return rows.map((row) => row.event_id);
}
