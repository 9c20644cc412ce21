import { sql } from "kysely";
import { limits } from "../../base/limits.ts";
import type { Db } from "../../storage/store.ts";
import type { Visit } from "./visit.ts";

/** How far an account has come to its first callback. */
export type Progress = {
  /** Something has answered a callback, whatever it said; or somebody listens at a command line. */
  readonly isAnswered: boolean;
  /** A callback was acknowledged, or somebody listens. */
  readonly isAcknowledged: boolean;
  /** A `signature_request_sent` was acknowledged. */
  readonly isSentHeard: boolean;
  /** How the last attempt of the account's endpoint ended, where it was not acknowledged. */
  readonly trouble: string | null;
};

/** How many of the three steps are made. */
export function stepsDone({ isAnswered, isAcknowledged, isSentHeard }: Progress): number {
  return [isAnswered, isAcknowledged, isSentHeard].filter(Boolean).length;
}

/** Looks at the newest deliveries of the account, a bounded number of them. */
export async function readProgress({ house, account }: Visit): Promise<Progress> {
  const { read } = house.store;
  const { account_id: accountId } = account;
  const isSentHeard = await hasDelivered(read, { accountId, type: "signature_request_sent" });
  if (isSentHeard) return { isAnswered: true, isAcknowledged: true, isSentHeard, trouble: null };
  const isTested = await hasDelivered(read, { accountId, type: "callback_test" });
  const isListening = await listens(read, { accountId, at: house.clock() });
  const last = await lastAttempt(read, accountId);
  const isAcknowledged = isTested || isListening;
  return {
    isAnswered: isAcknowledged || (last?.status ?? null) !== null,
    isAcknowledged,
    isSentHeard,
    trouble: last === undefined || last.outcome === "acked" ? null : last.outcome,
  };
}

type Asked = { readonly accountId: string; readonly type: string };

async function hasDelivered(db: Db, { accountId, type }: Asked): Promise<boolean> {
  const { rows } = await sql`
    select 1 from (
      select event_id from events where account_id = ${accountId} and type = ${type}
      order by event_id desc limit ${limits.dashboardRows}) e
    join deliveries d on d.event_id = e.event_id and d.state = 'delivered' limit 1`.execute(db);
  return rows.length > 0;
}

async function listens(
  db: Db,
  { accountId, at }: { readonly accountId: string; readonly at: number },
): Promise<boolean> {
  const row = await db
    .selectFrom("endpoints")
    .select("endpoint_id")
    .where("account_id", "=", accountId)
    .where("listener", "is not", null)
    .where("state", "=", "active")
    .where("listener_seen_at", ">", at - limits.listenerHereMs)
    .executeTakeFirst();
  return row !== undefined;
}

type Last = { readonly status: number | null; readonly outcome: string };

async function lastAttempt(db: Db, accountId: string): Promise<Last | undefined> {
  const { rows } = await sql<Last>`
    select a.status, a.outcome from (
      select event_id, position from events where account_id = ${accountId}
      order by position desc, event_id desc limit ${limits.dashboardRows}) e
    join deliveries d on d.event_id = e.event_id
    join attempts a on a.delivery_id = d.delivery_id and a.n = d.tries
    order by e.position desc, e.event_id desc limit 1`.execute(db);
  return rows[0];
}
