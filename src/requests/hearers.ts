// Signers who have an account here: its callback URL is told of the request too. Contract: events.md section 1.

import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/**
 * The rest of a statement, from `from` on: the accounts `a` of the signers `s` of some requests `r`, other than the requests' own, that
 * take callbacks. An account without a password (`hasPassword`) has not shown that the address is its holder's. Endpoints are asked for as values, and so
 * account by account: as an `exists` SQLite and PostgreSQL may read all there are.
 */
export function fromHearers({ at }: Pick<Work, "at">, ids: readonly string[]): RawBuilder<unknown> {
  return sql`
    from signatures s
    join signature_requests r on r.request_id = s.request_id
    join accounts a on lower(a.email) = lower(s.email)
    where s.request_id in (${sql.join(ids)}) and a.account_id <> r.account_id and a.password_hash not like '%$'
      and ((
        select u.url from endpoints u
        where u.account_id = a.account_id and u.client_id is null and u.listener is null) is not null
      or (
        select count(*) from endpoints l
        where l.account_id = a.account_id and coalesce(l.client_id, '') = '' and l.listener is not null
          and l.state = 'active' and l.listener_seen_at >= ${at - limits.keptListenerMs}) > 0)`;
}

/** Those of a request's hearers that have heard of it before: an end that comes behind all others is news to nobody else. */
export async function findHearersBefore(work: Pick<Work, "tx" | "at">, requestId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ account_id: string }>`
    select distinct a.account_id ${fromHearers(work, [requestId])} and exists (
      select 1 from events h where h.request_id = s.request_id and h.account_id = a.account_id)`.execute(work.tx);
  return rows.map((row) => row.account_id);
}

/**
 * Leaves untold the end of a request that its sender held back: nobody was asked, so nobody has received it, and its event, which gets
 * what this answers, has no hearers.
 */
export async function leaveUntold(
  { tx }: Pick<Work, "tx">,
  { state, request_id: requestId }: Pick<SignatureRequestRow, "state" | "request_id">,
): Promise<{ readonly hearers?: readonly [] }> {
  if (state !== "held") return {};
  await tx.updateTable("signatures").set({ received_at: null }).where("request_id", "=", requestId).execute();
  return { hearers: [] };
}
