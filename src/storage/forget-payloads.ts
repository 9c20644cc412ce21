import { type RawBuilder, sql } from "kysely";
import { isPayloadNeeded } from "./retention-events.ts";
import type { Db, Store } from "./store.ts";

/**
 * Removes what events hold of names: their objects and words, and what receivers answered. Of those that a delivery still waits for, and
 * those that a new delivery is being written for just now, it goes with a later call. Answers how many lost something.
 */
export async function forgetPayloadsOf(
  { tx, kind }: { readonly tx: Db; readonly kind: Store["kind"] },
  which: RawBuilder<unknown>,
): Promise<number> {
  // The reference of a new delivery holds its event (callbacks/resend.ts): whoever comes first of the two is waited for or passed by.
  const held = kind === "postgres" ? sql`for update skip locked` : sql``;
  const { rows } = await sql<{ event_id: string }>`select event_id from events where ${which} ${held}`.execute(tx);
  if (rows.length === 0) return 0;
  const free = sql`event_id in (${sql.join(rows.map((row) => row.event_id))}) and not ${isPayloadNeeded}`;
  await sql`
    update attempts set response_headers_json = null, response_body = null
    where (response_headers_json is not null or response_body is not null) and delivery_id in (
      select delivery_id from deliveries where event_id in (select event_id from events where ${free}))`.execute(tx);
  const { numAffectedRows } = await sql`
    update events set object_json = null, message = null
    where (object_json is not null or message is not null) and ${free}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
