import type { Statement } from "../statement.ts";

/**
 * Requests that somebody was sent: when the request of a signature was made, where somebody else than its sender signs. Null where the sender
 * does, where nobody was ever asked, and where the signer has given up the request. What was held back until it ended was never sent.
 */
export const statements: readonly Statement[] = [
  "alter table signatures add column received_at bigint",
  `update signatures set received_at = (
    select r.created_at from signature_requests r join accounts a on a.account_id = r.account_id
    where r.request_id = signatures.request_id and lower(a.email) <> lower(signatures.email)
      and (r.state not in ('canceled', 'expired') or exists (
        select 1 from trail t where t.request_id = r.request_id and t.kind = 'sent')))
  where email <> ''`,
  "create index signatures_received on signatures (lower(email), received_at, request_id) where received_at is not null",
];
