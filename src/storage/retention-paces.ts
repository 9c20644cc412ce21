import { limits } from "../base/limits.ts";
import type { Store } from "./store.ts";
import type { Keeping, Walk } from "./walk.ts";

/** What charts are drawn from, once the attempts that it counts are past their age. */
export function pacesWalk(store: Store, { attemptsMs }: Pick<Keeping, "attemptsMs">): Walk {
  return {
    name: "paces",
    restMs: limits.retentionRestMs,
    step: ({ at }) =>
      store.transact(
        async (tx) => {
          const due = await tx
            .selectFrom("paces")
            .select("at")
            .where("at", "<", at - attemptsMs)
            .orderBy("at")
            .limit(limits.retentionBatch)
            .execute();
          const last = due.at(-1);
          if (last === undefined) return { removed: 0, after: null };
          const { numDeletedRows } = await tx.deleteFrom("paces").where("at", "<=", last.at).executeTakeFirst();
          return { removed: Number(numDeletedRows), after: due.length < limits.retentionBatch ? null : "more" };
        },
        { durability: "lazy" },
      ),
  };
}
