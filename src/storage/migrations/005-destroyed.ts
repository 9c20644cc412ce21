import type { Statement } from "../statement.ts";

/** What stays of a signature request once its data is destroyed. */
export const statements: readonly Statement[] = [
  `alter table signature_requests add column destroyed_at bigint`,
  // Whoever still holds a sealed file can have it recognised.
  `alter table signature_requests add column destroyed_sealed text`,
  `alter table signature_requests add column destroyed_first_sealed text`,
  `alter table signature_requests add column destroyed_trail_head text`,
  `alter table signature_requests add column destroyed_trail_count bigint`,
  // 1 while objects of its events wait for their deliveries.
  `alter table signature_requests add column payloads_left bigint not null default 0`,
  `create index signature_requests_payloads on signature_requests (request_id) where payloads_left = 1`,
  `create index signature_requests_was_sealed on signature_requests (destroyed_sealed) where destroyed_sealed is not null`,
  `create index signature_requests_was_first on signature_requests (destroyed_first_sealed) where destroyed_first_sealed is not null`,
];
