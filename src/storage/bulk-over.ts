import { sql } from "kysely";

/** Whether nothing is left of a row of `bulk_send_jobs`: it has made all of its requests, and every one of them is destroyed. */
export const isBulkSendOver = sql<boolean>`(bulk_send_jobs.ended_at is not null and not exists (
  select 1 from signature_requests r
  where r.bulk_send_job_id = bulk_send_jobs.bulk_send_job_id and r.state <> 'destroyed'))`;
