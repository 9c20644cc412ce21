import { sql } from "kysely";
import { storableText } from "../base/words.ts";
import type { ApiCallRow } from "../storage/account-tables.ts";
import { rowsAs } from "../storage/rows.ts";
import type { Db, Store } from "../storage/store.ts";

/**
 * A call to be written down. One that names no request but a signature is about the request of that, when it is the account's. The fax that it
 * names stands in its path and nowhere else.
 */
export type CallToWrite = ApiCallRow & { readonly signature_id: string | null; readonly fax_id: string | null };

const columns = {
  call_id: "text",
  account_id: "text",
  called_at: "bigint",
  method: "text",
  path: "text",
  operation: "text",
  status: "bigint",
  error_name: "text",
  error_message: "text",
  error_path: "text",
  duration_ms: "bigint",
  key_id: "text",
  client_id: "text",
  ip: "text",
  user_agent: "text",
  bytes_in: "bigint",
  bytes_out: "bigint",
  made_id: "text",
} as const satisfies Readonly<Record<Exclude<keyof ApiCallRow, "request_id">, "text" | "bigint">>;

/**
 * Writes calls down, in one lazy transaction. One that is written already stays as it is, so that whoever does not know may write again. Of
 * calls about a request whose data is destroyed by now, or is just being destroyed, the words of errors are left out; so they are of calls
 * about a deleted fax.
 */
export async function writeCalls(store: Store, calls: readonly CallToWrite[]): Promise<void> {
  const rows = calls.map((call) => ({
    ...call,
    path: storableText(call.path),
    error_message: call.error_message && storableText(call.error_message),
    error_path: call.error_path && storableText(call.error_path),
    user_agent: call.user_agent && storableText(call.user_agent),
    signature_id: call.signature_id && storableText(call.signature_id),
  }));
  const given = rowsAs(store, { columns: { ...columns, request_id: "text", signature_id: "text" }, rows });
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  const values = sql.join(Object.keys(columns).map((name) => sql`v.${sql.ref(name)}`));
  await store.transact(
    async (tx) => {
      await sql`
        insert into api_calls (${names}, request_id)
        select ${values}, coalesce(v.request_id, (
          select s.request_id from signatures s join signature_requests r on r.request_id = s.request_id
          where s.signature_id = v.signature_id and r.account_id = v.account_id))
        from ${given} where true on conflict do nothing`.execute(tx);
      const worded = rows.filter((row) => row.error_message !== null);
      const ofRequests = worded.filter((row) => (row.request_id ?? row.signature_id) !== null);
      if (ofRequests.length > 0)
        await forgetDestroyed(tx, { kind: store.kind, ids: ofRequests.map((row) => row.call_id) });
      const ofFaxes = worded.filter((row) => row.fax_id !== null);
      if (ofFaxes.length > 0) await forgetDeleted(tx, { kind: store.kind, calls: ofFaxes });
    },
    { durability: "lazy" },
  );
}

async function forgetDestroyed(
  tx: Db,
  { kind, ids }: { readonly kind: Store["kind"]; readonly ids: readonly string[] },
): Promise<void> {
  const theirs = sql`select request_id from api_calls where call_id in (${sql.join(ids)})`;
  // Who destroys holds the request: one of the two comes first and is seen by the other.
  if (kind === "postgres")
    await sql`
      select 1 from signature_requests where request_id in (${theirs}) order by request_id for share`.execute(tx);
  await sql`
    update api_calls set error_message = null, error_path = null
    where call_id in (${sql.join(ids)}) and request_id in (
      select request_id from signature_requests where request_id in (${theirs}) and state = 'destroyed')`.execute(tx);
}

async function forgetDeleted(
  tx: Db,
  { kind, calls }: { readonly kind: Store["kind"]; readonly calls: readonly CallToWrite[] },
): Promise<void> {
  const faxes = sql.join([...new Set(calls.map((call) => call.fax_id))]);
  // Who deletes holds the fax: one of the two comes first and is seen by the other.
  if (kind === "postgres")
    await sql`select 1 from faxes where fax_id in (${faxes}) order by fax_id for share`.execute(tx);
  const { rows: deleted } = await sql<{ fax_id: string }>`
    select fax_id from faxes where fax_id in (${faxes}) and state = 'deleted'`.execute(tx);
  const gone = new Set<string | null>(deleted.map((row) => row.fax_id));
  const ids = calls.filter((call) => gone.has(call.fax_id)).map((call) => call.call_id);
  if (ids.length === 0) return;
  await tx
    .updateTable("api_calls")
    .set({ error_message: null, error_path: null })
    .where("call_id", "in", ids)
    .execute();
}
