import type { Statement } from "../statement.ts";

/** Templates with their files and who has them; what a request takes from them; events that are about them. */
export const statements: readonly Statement[] = [
  `create table templates (
    template_id text primary key, account_id text not null references accounts, client_id text, state text not null,
    is_embedded bigint not null, test_mode bigint not null, title text not null, subject text, message text,
    metadata_json text not null, roles_json text not null, cc_roles_json text not null, merge_fields_json text not null,
    attachments_json text not null, options_json text not null, document_blob text, pages_json text, fields_json text,
    error_message text, title_words text not null, message_words text not null, metadata_words text not null,
    filename_words text not null, created_at bigint not null, updated_at bigint not null)`,
  `create index templates_document on templates (document_blob) where document_blob is not null`,

  `create table template_files (
    template_id text not null references templates, position bigint not null, name text not null,
    blob text, bytes bigint not null, file_url text, primary key (template_id, position))`,
  `create index template_files_blob on template_files (blob) where blob is not null`,

  // The owner's row among them: a list is read off one index.
  `create table template_accounts (
    template_id text not null references templates, account_id text not null references accounts,
    made_at bigint not null, primary key (template_id, account_id))`,
  `create index template_accounts_newest on template_accounts (account_id, made_at, template_id)`,

  `create table request_parts (
    request_id text not null references signature_requests, position bigint not null, name text not null,
    document_blob text not null, pages_json text not null, fields_json text not null, files bigint not null,
    primary key (request_id, position))`,
  `create index request_parts_document on request_parts (document_blob)`,

  `alter table signature_requests add column template_ids_json text`,
  `alter table signatures add column role text`,

  `alter table events add column template_id text`,
  `create index events_template on events (template_id) where template_id is not null`,
];
