import type { Statement } from "../statement.ts";

/** Files that signers are asked to bring: what is asked for, and what has come. */
export const statements: readonly Statement[] = [
  `create table attachments (
    attachment_id text primary key,
    request_id text not null,
    position integer not null,
    signer integer not null,
    name text not null,
    instructions text,
    required integer not null,
    blob text,
    file_name text,
    media_type text,
    bytes bigint,
    uploaded_at bigint
  )`,
  // So that nobody looks for the attachments of the many requests that ask for none.
  `alter table signature_requests add column attachments bigint not null default 0`,
  `create index attachments_by_request on attachments (request_id)`,
  `create index attachments_blob on attachments (blob) where blob is not null`,
];
