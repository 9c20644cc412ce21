import type { Statement } from "../statement.ts";

/** What stays of a signature request once its data is destroyed. */
export const statements: readonly Statement[] = [
  `alter table signature_requests add column destroyed_at bigint`,
  // Whoever still holds a sealed file can have it recognised.
  `alter table signature_requests add column destroyed_sealed text`,
  `alter table signature_requests add column destroyed_first_sealed text`,
  `alter table signature_requests add column destroyed_trail_file text`,
  `alter table signature_requests add column destroyed_trail_head text`,
  `alter table signature_requests add column destroyed_trail_count bigint`,
  // 1 while objects of its events wait for their deliveries.
  `alter table signature_requests add column payloads_left bigint not null default 0`,
  `create index signature_requests_payloads on signature_requests (request_id) where payloads_left = 1`,
  `create index signature_requests_was_sealed on signature_requests (destroyed_sealed) where destroyed_sealed is not null`,
  `create index signature_requests_was_first on signature_requests (destroyed_first_sealed) where destroyed_first_sealed is not null`,
  `create index signature_requests_was_trail on signature_requests (destroyed_trail_file) where destroyed_trail_file is not null`,

  // Which requests may be due, oldest first: those that are destroyed never come up again.
  `create index signature_requests_age on signature_requests (created_at, request_id) where state <> 'destroyed'`,
  `create index jobs_destroy on jobs (request_id) where kind = 'destroy' and state = 'pending'`,
  // What belongs to a request is found without a look at everybody's.
  `create index jobs_request on jobs (request_id) where request_id is not null`,
  `create index letters_request on letters (request_id) where request_id is not null`,
];
