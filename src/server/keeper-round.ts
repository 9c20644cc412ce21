import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { limits } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";

/** Where a walk stands: after what it goes on, and until when it rests (the database's milliseconds). */
export type Standing = { readonly after: string | null; readonly restsUntil: number };

/** A round in one process's hands. */
export type Round = {
  readonly walks: Record<string, Standing>;
  /** The text that stands in the database: whoever finds another one there has lost the round. */
  text: string;
  /** When it was last saved, by this process's own clock. */
  savedAt: number;
  lost: boolean;
};

type Saved = { readonly dueAt: number; readonly walks: Readonly<Record<string, Standing>> };

const name = "keeper";

/**
 * Takes the next round when it is due, for `limits.keeperLeaseMs` unless saved again; null when it is not, or another process has it.
 * The walks stand where the last round left them.
 */
export async function beginRound(store: Store, at: number): Promise<Round | null> {
  return store.transact(async (tx) => {
    const untouched: Saved = { dueAt: 0, walks: {} };
    await tx
      .insertInto("settings")
      .values({ name, value: JSON.stringify(untouched) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await tx
      .selectFrom("settings")
      .select("value")
      .where("name", "=", name)
      .$if(store.kind === "postgres", (query) => query.forUpdate().skipLocked())
      .executeTakeFirst();
    if (!row) return null;

    const { dueAt, walks } = JSON.parse(row.value) as Saved;
    // A clock that was ahead must not keep the keeper away for long.
    if (dueAt > at && dueAt <= at + limits.keeperEveryMs + limits.keeperLeaseMs) return null;
    const text = textOf({ dueAt: at + limits.keeperLeaseMs, walks });
    await tx.updateTable("settings").set({ value: text }).where("name", "=", name).execute();
    return { walks: { ...walks }, text, savedAt: performance.now(), lost: false };
  });
}

/** Writes down where the walks stand and when the round may be taken again. Marks the round as lost when another process has it. */
export async function saveRound(
  store: Store,
  { round, dueAt }: { readonly round: Round; readonly dueAt: number },
): Promise<void> {
  const text = textOf({ dueAt, walks: round.walks });
  const saved = await store.transact((tx) =>
    tx
      .updateTable("settings")
      .set({ value: text })
      .where("name", "=", name)
      .where("value", "=", round.text)
      .executeTakeFirst(),
  );
  round.lost = saved.numUpdatedRows !== 1n;
  round.text = text;
  round.savedAt = performance.now();
}

/** With a mark of its own: two processes in one place would else take each other's text for theirs. */
function textOf(saved: Saved): string {
  return JSON.stringify({ ...saved, mark: randomUUID() });
}
