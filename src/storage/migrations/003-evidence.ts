import type { Statement } from "../statement.ts";

/** Evidence: the chained audit trail, how far a document is sealed, the audit trail as a document of its own. */
export const statements: readonly Statement[] = [
  `alter table trail add column hash text`,

  // B-B, B-T or B-LTA; null until sealed.
  `alter table signature_requests add column seal_level text`,
  // The file as it was sealed first, of which the present one is a continuation; null while it is the present one.
  `alter table signature_requests add column first_sealed_blob text`,
  // Where the audit trail is kept separate.
  `alter table signature_requests add column trail_blob text`,
  `update signature_requests set seal_level = 'B-B' where sealed_blob is not null`,
  `create index signature_requests_first_sealed on signature_requests (first_sealed_blob) where first_sealed_blob is not null`,
  `create index signature_requests_trail on signature_requests (trail_blob) where trail_blob is not null`,
];
