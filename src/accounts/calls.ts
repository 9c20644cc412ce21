// The log of API calls: what an account has called, with which key, and how that went.

import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import { notFound } from "../base/faults.ts";
import { firstUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { likeItself } from "../base/words.ts";
import type { ApiCallRow } from "../storage/account-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";

/** The status under which a call stands whose caller hung up before the whole answer was sent. */
export const hungUp = 499;

/** Which calls are asked for; what is not said does not matter. `since` counts, `until` does not: UTC milliseconds. */
export type CallFilter = {
  readonly since?: number;
  readonly until?: number;
  /** `errors`: 400 and above. */
  readonly status?: number | "errors";
  readonly method?: string;
  /** A part of the path, whatever its case. */
  readonly path?: string;
  readonly requestId?: string;
  readonly keyId?: string;
};

/** Whose calls, which of them, and the page: at most `limit`, from the one before the call `before` on. */
export type AskedCalls = {
  readonly accountId: string;
  readonly filter?: CallFilter;
  readonly page: { readonly limit: number; readonly before?: string };
};

/** A page of calls; `before` asks for the next one, null after the last. A page may hold fewer than were asked for, or none, before the last. */
export type CallPage = { readonly calls: readonly ApiCallRow[]; readonly before: string | null };

/** The account's calls that fit, newest first. One page looks through `limits.callsLooked` calls at most. */
export async function findCalls(
  { read }: Pick<Store, "read">,
  { accountId, filter = {}, page: { limit, before } }: AskedCalls,
): Promise<CallPage> {
  const looked = read
    .selectFrom("api_calls")
    .selectAll()
    .where((eb) => isWithin(eb, { accountId, filter }))
    .$if(before !== undefined, (query) => query.where("call_id", "<", before ?? ""))
    .orderBy("call_id", "desc")
    .limit(limits.callsLooked);
  const rows = await read
    .selectFrom(looked.as("api_calls"))
    .selectAll()
    .where((eb) => fits(eb, filter))
    .orderBy("call_id", "desc")
    .limit(limit + 1)
    .execute();
  const calls = rows.slice(0, limit);
  if (rows.length > limit) return { calls, before: calls.at(-1)?.call_id ?? null };
  const last = await looked
    .clearSelect()
    .select("call_id")
    .offset(limits.callsLooked - 1)
    .limit(1)
    .executeTakeFirst();
  return { calls, before: last?.call_id ?? null };
}

type Conditions = ExpressionBuilder<Tables, "api_calls">;

/** What an index leads to. */
function isWithin(
  eb: Conditions,
  { accountId, filter }: { readonly accountId: string; readonly filter: CallFilter },
): Expression<SqlBool> {
  const { since, until, status, requestId } = filter;
  const conditions: Expression<SqlBool>[] = [eb("account_id", "=", accountId)];
  if (since !== undefined) conditions.push(eb("call_id", ">=", firstUuid(since)));
  if (until !== undefined) conditions.push(eb("call_id", "<", firstUuid(until)));
  if (requestId !== undefined) conditions.push(eb("request_id", "=", requestId));
  // Written out: partial indexes want it literally.
  if (status === "errors" || (status !== undefined && status >= 400)) conditions.push(sql<SqlBool>`status >= 400`);
  return eb.and(conditions);
}

/** What is looked at row by row. */
function fits(eb: Conditions, { status, method, path, keyId }: CallFilter): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [];
  if (status !== undefined && status !== "errors") conditions.push(eb("status", "=", status));
  if (method !== undefined) conditions.push(eb("method", "=", method));
  if (keyId !== undefined) conditions.push(eb("key_id", "=", keyId));
  if (path !== undefined) {
    const part = `%${likeItself(path.toLowerCase())}%`;
    conditions.push(sql<SqlBool>`lower(path) like ${part} escape '\\'`);
  }
  return eb.and(conditions);
}

type CallOf = { readonly accountId: string; readonly callId: string };

/** One call of the account while it is kept, or null: another's, none, or one of long ago. */
export async function findKeptCall(
  { read }: Pick<Store, "read">,
  { accountId, callId }: CallOf,
): Promise<ApiCallRow | null> {
  const row = await read
    .selectFrom("api_calls")
    .selectAll()
    .where("call_id", "=", callId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row ?? null;
}

/** One call of the account: another's, or none, is a 404. */
export async function findCall(store: Pick<Store, "read">, of: CallOf): Promise<ApiCallRow> {
  const row = await findKeptCall(store, of);
  if (!row) throw notFound("There is no such call.");
  return row;
}

/** Whether a call may have changed something: it was no reading one, and was not refused. */
export function isChange({ method, status }: Pick<ApiCallRow, "method" | "status">): boolean {
  return method !== "GET" && method !== "HEAD" && (status < 400 || status === hungUp);
}

/** When the next call came that may have changed the same request, and which it was; null when there was none. */
export async function findNextChange(
  { read }: Pick<Store, "read">,
  { account_id: accountId, request_id: requestId, call_id: callId }: ApiCallRow,
): Promise<Pick<ApiCallRow, "call_id" | "called_at"> | null> {
  if (requestId === null) return null;
  const next = await read
    .selectFrom("api_calls")
    .select(["call_id", "called_at"])
    .where("request_id", "=", requestId)
    .where("call_id", ">", callId)
    .where("account_id", "=", accountId)
    .where("method", "not in", ["GET", "HEAD"])
    .where((eb) => eb.or([eb("status", "<", 400), eb("status", "=", hungUp)]))
    .orderBy("call_id")
    .limit(1)
    .executeTakeFirst();
  return next ?? null;
}

/** Removes the words of errors of a request's calls: they may quote what a caller has written. */
export async function forgetCallWords(tx: Db, requestId: string): Promise<void> {
  await tx
    .updateTable("api_calls")
    .set({ error_message: null, error_path: null })
    .where("request_id", "=", requestId)
    .where("error_message", "is not", null)
    .execute();
}

/** A fax, who has it, and when it was made; UTC milliseconds. */
export type FaxCalled = { readonly faxId: string; readonly accountIds: readonly string[]; readonly since: number };

/** Removes the words of errors of the calls that name a fax in their path: they may quote what its files are called. */
export async function forgetFaxCallWords(tx: Db, { faxId, accountIds, since }: FaxCalled): Promise<void> {
  await tx
    .updateTable("api_calls")
    .set({ error_message: null, error_path: null })
    .where("account_id", "in", accountIds)
    .where("call_id", ">=", firstUuid(since))
    // Written out: the partial index wants it literally.
    .where(sql<SqlBool>`status >= 400`)
    .where("path", "like", `%/${faxId}`)
    .execute();
}
