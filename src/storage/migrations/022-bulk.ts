import type { Statement } from "../statement.ts";

/**
 * Requests sent in bulk: a job with what all of its requests have in common, and its rows, in batches and encrypted, until each is a request of its
 * own. The blobs are those that the rows' requests will name: the template may be gone by then.
 */
export const statements: readonly Statement[] = [
  `create table bulk_send_jobs (
    bulk_send_job_id text primary key, account_id text not null references accounts, client_id text,
    is_embedded bigint not null, test_mode bigint not null, title text not null, total bigint not null, made bigint not null,
    created_at bigint not null, ended_at bigint, order_json text)`,
  `create index bulk_send_jobs_account on bulk_send_jobs (account_id, created_at, bulk_send_job_id)`,

  `create table bulk_send_rows (
    bulk_send_job_id text not null references bulk_send_jobs, first bigint not null, rows_cipher text not null,
    primary key (bulk_send_job_id, first))`,

  `create table bulk_send_files (
    bulk_send_job_id text not null references bulk_send_jobs, blob text not null, primary key (bulk_send_job_id, blob))`,
  `create index bulk_send_files_blob on bulk_send_files (blob)`,

  `alter table signature_requests add column bulk_send_job_id text`,
  `alter table signature_requests add column bulk_send_row bigint`,
  `create index signature_requests_bulk on signature_requests (bulk_send_job_id, bulk_send_row) where bulk_send_job_id is not null`,
];
