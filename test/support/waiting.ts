import { sql } from "kysely";
import type { Store } from "../../src/storage/store.ts";
import { until } from "./stage.ts";

/** Waits until so many transactions on this PostgreSQL database wait for a lock. */
export async function untilWaiting({ read }: Pick<Store, "read">, count = 1): Promise<void> {
  const waiting = sql<{ count: number }>`
    select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await until(`${count} wait for a lock`, async () => Number((await waiting.execute(read)).rows[0]?.count) >= count);
}
