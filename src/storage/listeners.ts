// What closed listeners (accounts/listeners.ts) are still owed is skipped: by whoever closes them, and by a walk, for an event whose
// commit crossed the closing may owe one more.

import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Db, Store } from "./store.ts";
import type { Walk } from "./walk.ts";

/** Skips for good what closed listeners are owed; with an id, what this one is. */
export async function skipForClosed(tx: Db, listenerId?: string): Promise<void> {
  const which = listenerId === undefined ? sql`` : sql`and endpoint_id = ${listenerId}`;
  await sql`
    update deliveries set state = 'skipped', leased = 0
    where state = 'pending' and endpoint_id in (
      select endpoint_id from endpoints where listener is not null and state = 'disabled' ${which})`.execute(tx);
}

/** Closes listeners that were not heard of for a day, and skips what closed ones are owed: so that it goes with its age as everything does. */
export function listenersWalk(store: Store): Walk {
  return {
    name: "listeners",
    restMs: limits.retentionRestMs,
    step: async ({ at }) =>
      store.transact(async (tx) => {
        const silent = sql`state = 'active' and listener_seen_at < ${at - limits.keptListenerMs}`;
        // Said twice: one that comes back at this moment is judged by what its row says then.
        const { rows } = await sql`
          update endpoints set state = 'disabled' where ${silent} and endpoint_id in (
            select endpoint_id from endpoints where listener is not null and ${silent}
            order by listener_seen_at limit ${limits.listenersClosed})
          returning endpoint_id`.execute(tx);
        await skipForClosed(tx);
        return { removed: rows.length, after: rows.length === limits.listenersClosed ? "more" : null };
      }),
  };
}
