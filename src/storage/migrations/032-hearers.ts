import type { Statement } from "../statement.ts";

/** An event of a request stands once for the account whose request it is, and once for the account of each signer that is told of it. */
export const statements: readonly Statement[] = [
  "alter table events add column as_signer bigint not null default 0",
  "drop index events_request",
  "create unique index events_request on events (request_id, account_id, seq) where request_id is not null",
];
