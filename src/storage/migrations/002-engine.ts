import type { Statement } from "../statement.ts";

/** The delivery engine: order among all events, endpoints with health and secrets, replays, sessions, attempts by age. */
export const statements: readonly Statement[] = [
  // Held is what an endpoint that takes nothing makes of its deliveries; it is no state of theirs any more.
  `update deliveries set state = 'pending' where state = 'held'`,

  // What positions are reckoned from: raised when the database moves to another server, or its newest events are removed.
  `create table event_clock (base bigint not null)`,
  `insert into event_clock (base) values (0)`,
  `alter table events add column position bigint not null default 0`,
  { sqlite: `update events set position = rowid` },
  `drop index events_account`,
  `create index events_position on events (account_id, position, event_id)`,
  `create index events_age on events (occurred_at) where object_json is not null`,

  `alter table endpoints add column ordering text not null default 'best_effort'`,
  `alter table endpoints add column failures bigint not null default 0`,
  `alter table endpoints add column failing_since bigint`,
  `alter table endpoints add column breaker_until bigint`,
  `alter table endpoints add column breaker_waits bigint not null default 0`,
  `alter table endpoints add column alerted_at bigint`,
  `alter table endpoints add column secret_cipher text`,
  `alter table endpoints add column old_secret_cipher text`,
  `alter table endpoints add column old_secret_until bigint`,

  `create index deliveries_exhausted on deliveries (endpoint_id, delivery_id) where state = 'exhausted'`,

  `create table replays (
    replay_id text primary key, account_id text not null references accounts,
    endpoint_id text not null references endpoints, filter_json text not null, per_minute bigint not null,
    total bigint not null, made bigint not null, state text not null, cursor_event_id text, cursor_position bigint,
    created_at bigint not null, ended_at bigint)`,
  `create index replays_account on replays (account_id, replay_id)`,

  `create table sessions (
    token_hash text primary key, account_id text not null references accounts, form_key text not null,
    created_at bigint not null, seen_at bigint not null, expires_at bigint not null, ip text, user_agent text)`,
  `create index sessions_age on sessions (expires_at)`,

  // Which rows name a blob: asked when files that nobody names are looked for.
  `create index request_files_blob on request_files (blob) where blob is not null`,
  `create index signature_requests_document on signature_requests (document_blob) where document_blob is not null`,
  `create index signature_requests_sealed on signature_requests (sealed_blob) where sealed_blob is not null`,

  ...inPostgres([
    // Every check of a reference locks the row it leads to: all events of an account would queue at its one row.
    `alter table events drop constraint events_account_id_fkey`,
    `alter table deliveries drop constraint deliveries_endpoint_id_fkey`,
    // Of an object that is a few KB of JSON, PostgreSQL's own compression takes longer than all the rest of its insert.
    `do $$ begin execute 'alter table events alter column object_json set compression lz4';
      exception when feature_not_supported or invalid_parameter_value or syntax_error then null; end $$`,
    `alter table attempts rename to attempts_before`,
    `create table attempts (
      delivery_id text not null, n bigint not null, lease_no bigint not null,
      started_at bigint not null, duration_ms bigint not null, url text not null, status bigint, outcome text not null,
      response_headers_json text, response_body text, constraint attempts_key primary key (delivery_id, n, started_at))
      partition by range (started_at)`,
    `create table attempts_rest partition of attempts default`,
    `insert into attempts select * from attempts_before`,
    `drop table attempts_before`,
  ]),
  { sqlite: `create index attempts_age on attempts (started_at)` },
];

/** PostgreSQL drops a week of attempts at once, as one table; SQLite deletes them. */
function inPostgres(statements: readonly string[]): readonly Statement[] {
  return statements.map((postgres) => ({ postgres }));
}
