import type { Statement } from "../statement.ts";

/** Identifications of signers, and when the tab of a link passed that gate. */
export const statements: readonly Statement[] = [
  `alter table sign_links add column eid_passed_at bigint`,
  `create table identifications (
    token_hash text primary key, identification_id text not null unique, link_hash text not null, tab_hash text not null,
    signature_id text not null, request_id text not null, provider text not null, return_cipher text not null,
    state text not null, person text, reference text, words text, developed text, created_at bigint not null,
    expires_at bigint not null)`,
  `create index identifications_link on identifications (link_hash, created_at)`,
  `create index identifications_request on identifications (request_id)`,
];
