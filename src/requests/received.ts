// The requests that an account has received, for its list: the newest of them are looked through.

import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import { sentStates } from "./party.ts";
import type { Query } from "./query.ts";
import { fitsQuery, mustsOf } from "./query-sql.ts";
import { newestFirst, placeOf, type Reader, type Row, type Walked } from "./walk.ts";

/** What was sent to a proven address and fits a query for signers; of the newest `most`, `limits.receivedRequests` unless said. */
export type Received = { readonly address: string; readonly query: Query; readonly most?: number };

/** Finds what was received from others than these accounts, whose lists have what they sent. Answers as a walk: down to `to` all that fits. */
export async function findReceived(
  { read, kind }: Reader,
  { address, query, accountIds, most = limits.receivedRequests }: Received & { readonly accountIds: readonly string[] },
): Promise<Walked> {
  const { since, until } = mustsOf(query);
  const by = kind === "sqlite" ? sql`indexed by signatures_received` : sql``;
  const { rows } = await sql<Row & { readonly is_last: number }>`
    with seen as materialized (
      select s.received_at, s.request_id from signatures s ${by}
      where lower(s.email) = lower(${address}) and s.received_at is not null
        ${since === null ? sql`` : sql`and s.received_at >= ${since}`}
        ${until === null ? sql`` : sql`and s.received_at < ${until}`}
      order by s.received_at desc, s.request_id desc limit cast(${most + 1} as integer))
    select r.created_at, r.request_id, 0 as is_last from signature_requests r
    where r.request_id in (select request_id from seen) and r.state in (${sql.join(sentStates)})
      and r.account_id not in (${sql.join(accountIds)}) and ${fitsQuery(query)}
    union all select received_at, request_id, 1 from (
      select received_at, request_id from seen order by received_at, request_id limit 1) as oldest
    where (select count(*) from seen) > ${most}`.execute(read);
  const last = rows.find(({ is_last: isLast }) => isLast === 1);
  return {
    rows: rows
      .filter(({ is_last: isLast }) => isLast === 0)
      .map(placeOf)
      .toSorted(newestFirst),
    to: last === undefined ? null : placeOf(last),
  };
}
