import type { Statement } from "../statement.ts";

/** Groups of signers of whom one signs for all, and what each of them has typed before one has signed; the apps of a logo. */
export const statements: readonly Statement[] = [
  "alter table signatures add column signer_place bigint",
  "alter table signatures add column group_guid text",
  "alter table signatures add column group_name text",

  `create table group_answers (
    signature_id text not null, api_id text not null, request_id text not null references signature_requests,
    value_json text not null, answered_at bigint not null, primary key (signature_id, api_id))`,
  "create index group_answers_request on group_answers (request_id)",

  "create index api_apps_logo on api_apps (logo_blob) where logo_blob is not null",
];
