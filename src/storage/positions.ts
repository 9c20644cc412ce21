import { sql } from "kysely";
import type { Store } from "./store.ts";

/**
 * Sees to it that events written from now on stand after all there are. In PostgreSQL positions are reckoned from transaction
 * numbers, which begin anew when a database is restored on another server. To be called at each start, before anything is written;
 * any number of processes may.
 */
export async function raisePositions(store: Store): Promise<void> {
  // SQLite reckons from the highest position itself.
  if (store.kind === "sqlite") return;
  await store.transact(async (tx) => {
    // One account after another: the index of positions begins with the account.
    await sql`
      update event_clock set base = highest.position + 1 - pg_current_xact_id()::text::bigint
      from (
        select max(newest.position) as position from accounts a cross join lateral (
          select e.position from events e where e.account_id = a.account_id order by e.position desc limit 1) newest) highest
      where highest.position >= base + pg_current_xact_id()::text::bigint`.execute(tx);
  });
}
