import { findNextChange, isChange } from "../accounts/calls.ts";
import { limits } from "../base/limits.ts";
import type { ApiCallRow } from "../storage/account-tables.ts";
import type { Store } from "../storage/store.ts";
import { type LoggedEvent, listedColumns, withDeliveries } from "./log.ts";
import { findEvents } from "./log-newest.ts";

/**
 * What came after a call. `request`: what happened to its request from then until `next`, the next call that may have changed it (null: none
 * has come), `more` when that is more than is shown. `test`: the tests of callback URLs that happened during it. `nothing`: it only
 * read, was refused, or is about no request.
 */
export type CallEvents = { readonly events: readonly LoggedEvent[] } & (
  | { readonly kind: "nothing" | "test" }
  | { readonly kind: "request"; readonly next: string | null; readonly more: boolean }
);

/** The events that a call led to, oldest first, at most `limits.callEventsShown`. */
export async function findCallEvents(store: Pick<Store, "read" | "kind">, call: ApiCallRow): Promise<CallEvents> {
  if (!isChange(call)) return { kind: "nothing", events: [] };
  if (call.request_id === null) return findTests(store, call);
  const { read } = store;
  const next = await findNextChange({ read }, call);
  const rows = await read
    .selectFrom("events")
    .select(listedColumns)
    .where("request_id", "=", call.request_id)
    .where("account_id", "=", call.account_id)
    .where("occurred_at", ">=", call.called_at)
    .$if(next !== null, (query) => query.where("occurred_at", "<", next?.called_at ?? 0))
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

/** A test of a callback URL is written in the transaction of the call that asks for it. */
async function findTests(store: Pick<Store, "read" | "kind">, call: ApiCallRow): Promise<CallEvents> {
  const { events } = await findEvents(store, {
    accountId: call.account_id,
    filter: { type: "callback_test", since: call.called_at, until: call.called_at + call.duration_ms + 1 },
    page: { limit: limits.callEventsShown },
  });
  return events.length === 0 ? { kind: "nothing", events } : { kind: "test", events: events.toReversed() };
}
