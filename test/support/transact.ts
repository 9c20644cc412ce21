import { systemClock } from "../../src/base/clock.ts";
import type { Transact } from "../../src/events/work.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import type { House } from "./house.ts";

/** Transactions on a house's own database with its secret, beside those that it makes itself: nothing of what happens in them is told to anybody. */
export function transactOf({ store, dataFolder }: Pick<House, "store" | "dataFolder">): Transact {
  const secret = readSecret({ given: null, dataFolder });
  return makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
}
