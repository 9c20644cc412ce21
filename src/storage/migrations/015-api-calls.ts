import type { Statement } from "../statement.ts";

/**
 * The log of API calls, and whether a new key still waits to be shown once. No references: nothing that is called waits for another row, and
 * a call may be about a request that never was.
 */
export const statements: readonly Statement[] = [
  `create table api_calls (
    call_id text primary key, account_id text not null, called_at bigint not null, method text not null, path text not null,
    operation text, status bigint not null, error_name text, error_message text, error_path text,
    duration_ms bigint not null, key_id text not null, ip text, user_agent text,
    bytes_in bigint, bytes_out bigint, request_id text)`,
  `create index api_calls_account on api_calls (account_id, call_id)`,
  `create index api_calls_request on api_calls (request_id, call_id) where request_id is not null`,
  `create index api_calls_errors on api_calls (account_id, call_id) where status >= 400`,
  `alter table api_keys add column to_show bigint not null default 0`,
];
