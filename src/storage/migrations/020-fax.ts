import type { Statement } from "../statement.ts";

/** Faxes with their files, transmissions and who has them; lines with their users; events that are about a fax. */
export const statements: readonly Statement[] = [
  `create table faxes (
    fax_id text primary key, account_id text not null references accounts, direction text not null, state text not null,
    test_mode bigint not null, title text not null, sender text, cover_json text, document_blob text, pages bigint,
    error_message text, provider_id text, last_seq bigint not null, payloads_left bigint not null default 0,
    created_at bigint not null, deleted_at bigint)`,
  `create index faxes_account on faxes (account_id, created_at, fax_id)`,
  `create index faxes_document on faxes (document_blob) where document_blob is not null`,
  // A fax that its provider tells twice is one.
  `create unique index faxes_provider on faxes (account_id, provider_id) where provider_id is not null`,
  `create index faxes_payloads on faxes (fax_id) where payloads_left = 1`,

  `create table fax_files (
    fax_id text not null references faxes, position bigint not null, name text not null,
    blob text, bytes bigint not null, file_url text, primary key (fax_id, position))`,
  `create index fax_files_blob on fax_files (blob) where blob is not null`,

  // Who sent it, or whose line it came in on: a list is read off one index.
  `create table fax_accounts (
    fax_id text not null references faxes, account_id text not null references accounts,
    made_at bigint not null, primary key (fax_id, account_id))`,
  `create index fax_accounts_newest on fax_accounts (account_id, made_at, fax_id)`,

  `create table fax_transmissions (
    transmission_id text primary key, fax_id text not null references faxes, position bigint not null,
    recipient text not null, status text not null, carrier text, on_hold bigint not null, message text,
    sent_at bigint, ended_at bigint)`,
  `create unique index fax_transmissions_fax on fax_transmissions (fax_id, position)`,
  `create index fax_transmissions_pending on fax_transmissions (fax_id) where status = 'transmitting'`,

  `create table fax_lines (
    line_id text primary key, account_id text not null references accounts, number text unique, country text not null,
    area_code bigint not null, city text, created_at bigint not null, updated_at bigint not null)`,
  `create index fax_lines_account on fax_lines (account_id, created_at)`,
  `create table fax_line_accounts (
    line_id text not null references fax_lines, account_id text not null references accounts,
    added_at bigint not null, primary key (line_id, account_id))`,
  `create index fax_line_accounts_account on fax_line_accounts (account_id, line_id)`,

  `alter table events add column fax_id text`,
  `create index events_fax on events (fax_id, seq) where fax_id is not null`,
];
