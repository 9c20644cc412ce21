import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { findNextChange, isChange } from "../accounts/calls.ts";
import { firstUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { ApiCallRow } from "../storage/account-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";
import { type LoggedEvent, listedColumns, withDeliveries } from "./log.ts";

/**
 * What came after a call. `request`: what happened to its request from then until `next`, the next call that may have changed it (null: none
 * has come), `more` when that is more than is shown. `test`: the tests of callback URLs that it asked for. `nothing`: it only
 * read, was refused, or is about no request.
 */
export type CallEvents = { readonly events: readonly LoggedEvent[] } & (
  | { readonly kind: "nothing" | "test" }
  | { readonly kind: "request"; readonly next: string | null; readonly more: boolean }
);

/** The events that a call led to, oldest first, at most `limits.callEventsShown`. */
export async function findCallEvents({ read }: Pick<Store, "read">, call: ApiCallRow): Promise<CallEvents> {
  if (!isChange(call)) return { kind: "nothing", events: [] };
  if (call.request_id === null) return findTests(read, call);
  const next = await findNextChange({ read }, call);
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where("request_id", "=", call.request_id)
    .where("account_id", "=", call.account_id)
    .where((eb) => eb.or([eb("call_id", "=", call.call_id), isBetween(eb, { call, next })]))
    .orderBy("seq")
    .limit(limits.callEventsShown + 1)
    .execute();
  return {
    kind: "request",
    events: await withDeliveries(read, { accountId: call.account_id, rows: rows.slice(0, limits.callEventsShown) }),
    next: next?.call_id ?? null,
    more: rows.length > limits.callEventsShown,
  };
}

type Between = { readonly call: ApiCallRow; readonly next: Pick<ApiCallRow, "called_at"> | null };

/** What no call of the account did stands under the last one before it: also what another account's call did. */
function isBetween(eb: ExpressionBuilder<Tables, "events">, { call, next }: Between): Expression<SqlBool> {
  const own = eb
    .selectFrom("api_calls as own")
    .select("own.call_id")
    .whereRef("own.call_id", "=", "events.call_id")
    .where("own.account_id", "=", call.account_id);
  const conditions = [eb.not(eb.exists(own)), eb("occurred_at", ">=", call.called_at)];
  if (next !== null) conditions.push(eb("occurred_at", "<", next.called_at));
  return eb.and(conditions);
}

/** A test of a callback URL is written in the transaction of the call that asks for it. */
async function findTests(read: Db, call: ApiCallRow): Promise<CallEvents> {
  const { account_id: accountId, call_id: callId, called_at: at, duration_ms: duration } = call;
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where("account_id", "=", accountId)
    .where("type", "=", "callback_test")
    // Where an index leads to; the clock may have been set meanwhile.
    .where("event_id", ">=", firstUuid(at - limits.clockLeewayMs))
    .where("event_id", "<", firstUuid(at + duration + limits.clockLeewayMs))
    .where("call_id", "=", callId)
    .orderBy("event_id")
    .limit(limits.callEventsShown)
    .execute();
  if (rows.length === 0) return { kind: "nothing", events: [] };
  return { kind: "test", events: await withDeliveries(read, { accountId, rows }) };
}
