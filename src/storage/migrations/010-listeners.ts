import type { Statement } from "../statement.ts";

/** Endpoints that a command line listens at: named, without a URL, and beside the one that has it. */
export const statements: readonly Statement[] = [
  "alter table endpoints add column listener text",
  "alter table endpoints add column listener_seen_at bigint",
  "drop index endpoints_account",
  "drop index endpoints_app",
  "create unique index endpoints_account on endpoints (account_id) where client_id is null and listener is null",
  "create unique index endpoints_app on endpoints (client_id) where client_id is not null and listener is null",
  "create unique index endpoints_listener on endpoints (account_id, coalesce(client_id, ''), listener) where listener is not null",
  "create index endpoints_listening on endpoints (listener_seen_at) where listener is not null and state = 'active'",
];
