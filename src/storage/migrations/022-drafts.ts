import type { Statement } from "../statement.ts";

/** Requests and templates in the making, with their files; the sender that a request names where it is not the account. */
export const statements: readonly Statement[] = [
  `create table drafts (
    draft_id text primary key, account_id text not null references accounts, client_id text, kind text not null,
    state text not null, is_embedded bigint not null, test_mode bigint not null, base_json text not null,
    look_json text not null, said_json text not null, fixed_json text not null, pending_json text,
    request_id text, template_id text, edits_at bigint, document_blob text, pages_json text, notice text,
    revision bigint not null, token_hash text not null unique, tab_hash text, expires_at bigint not null,
    claimed_at bigint, touched_at bigint not null, created_at bigint not null, finished_json text)`,
  "create index drafts_document on drafts (document_blob) where document_blob is not null",
  "create index drafts_template on drafts (template_id) where template_id is not null",

  `create table draft_files (
    draft_id text not null references drafts on delete cascade, position bigint not null, name text not null,
    blob text, bytes bigint not null, file_url text, primary key (draft_id, position))`,
  "create index draft_files_blob on draft_files (blob) where blob is not null",

  "alter table signature_requests add column requester_email text",
];
