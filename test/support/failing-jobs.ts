import { setTimeout as sleep } from "node:timers/promises";
import type { House } from "./house.ts";

type Holding = Pick<House, "store">;

/** Makes the job of a kind due, as one that has failed often, and resolves once it was tried in vain once more; answers what became of it. */
export async function failOnceMore({ store }: Holding, kind: string): Promise<string> {
  const tries = 50;
  let failing: string | undefined;
  while (failing === undefined) {
    await sleep(20);
    const made = await store.transact((tx) =>
      tx
        .updateTable("jobs")
        .set({ next_at: 0, tries })
        .where("kind", "=", kind)
        .where("state", "=", "pending")
        .where("leased", "=", 0)
        .returning("job_id")
        .executeTakeFirst(),
    );
    failing = made?.job_id;
  }
  for (;;) {
    const { state, tries: tried } = await store.read
      .selectFrom("jobs")
      .select(["state", "tries"])
      .where("job_id", "=", failing)
      .executeTakeFirstOrThrow();
    if (tried > tries) return state;
    await sleep(50);
  }
}

/** Makes all jobs of a kind due, as ones that have not failed yet. */
export async function makeDue({ store }: Holding, kind: string): Promise<void> {
  await store.transact(async (tx) => {
    await tx.updateTable("jobs").set({ next_at: 0, tries: 0 }).where("kind", "=", kind).execute();
  });
}
