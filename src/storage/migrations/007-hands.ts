import type { Statement } from "../statement.ts";

/** Signatures and initials as their signers made them: drawn, uploaded, or typed in a face of their choice. */
export const statements: readonly Statement[] = [
  `create table hands (
    signature_id text not null,
    kind text not null,
    request_id text not null,
    ink_json text not null,
    by_phone integer not null,
    made_at bigint not null,
    primary key (signature_id, kind)
  )`,
  `create table hand_links (
    token_hash text primary key,
    signature_id text not null,
    request_id text not null,
    expires_at bigint not null,
    used_at bigint
  )`,
  `create index hand_links_by_signature on hand_links (signature_id)`,
  `create index hand_links_by_expiry on hand_links (expires_at)`,
  `create index hands_by_request on hands (request_id)`,
];
