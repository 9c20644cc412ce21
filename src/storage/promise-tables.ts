// Rows of what happened and of what the house owes for it. The ways of writing are those of tables.ts.

/** Something that happened; never changed afterwards. */
export type EventRow = {
  event_id: string;
  account_id: string;
  client_id: string | null;
  type: string;
  request_id: string | null;
  /** The template that it is about; then there is no request. */
  template_id: string | null;
  /** The fax that it is about; then there is no request. */
  fax_id: string | null;
  /** Gapless from 1 per request and per fax, but for signers' accounts, which are not told of all; 0 where there is neither. */
  seq: number;
  occurred_at: number;
  related_signature_id: string | null;
  message: string | null;
  /** The rendered object, the callback's `"signature_request"`, `"template"` or `"transmission"`, frozen in the commit of the change; null for callback_test, and once it was removed for its age. */
  object_json: string | null;
  /** Where it stands among all events: see Store.position. */
  position: number;
  /** 1: the account is told as that of a signer, of somebody else's request; the request's own account has the same event under the same `seq`. */
  as_signer: number;
  /** The call of the API in whose transaction it happened; null: somebody on a page did it, or the house. */
  call_id: string | null;
};

/** `state`: pending, delivered, exhausted, skipped. What is pending for an endpoint that takes nothing is held. */
export type DeliveryRow = {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  account_id: string;
  request_id: string | null;
  seq: number;
  replay_no: number;
  state: string;
  /** 0: the ladder of retries; 1: one attempt only. */
  single_attempt: number;
  /** Finished attempts. */
  tries: number;
  /** The fence: rises with every claim, never falls. */
  lease_no: number;
  /** 1 while a worker holds the lease. */
  leased: number;
  worker_id: string | null;
  /** Due time; while leased, the end of the lease. */
  next_at: number;
  created_at: number;
};

/** One attempt of a delivery, numbered from 1. */
export type AttemptRow = {
  delivery_id: string;
  n: number;
  lease_no: number;
  started_at: number;
  duration_ms: number;
  url: string;
  status: number | null;
  /** `acked`, or why it failed: ack_body_missing, redirect, timeout, tls, dns, address_refused, … */
  outcome: string;
  response_headers_json: string | null;
  response_body: string | null;
};

/**
 * How the attempts of one worker at one endpoint went in the `limits.paceMs` from `at` on: how many were acknowledged, how many not, how
 * many deliveries were given up, and of all attempts how many took at most so many milliseconds (and more than the column before).
 */
export type PaceRow = {
  endpoint_id: string;
  at: number;
  worker_id: string;
  delivered: number;
  failed: number;
  exhausted: number;
  within_50: number;
  within_100: number;
  within_250: number;
  within_500: number;
  within_1000: number;
  within_2500: number;
  within_5000: number;
  within_10000: number;
  within_30000: number;
  beyond: number;
};

/** A range of events that is sent once more, little by little. `state`: running, done, canceled. */
export type ReplayRow = {
  replay_id: string;
  account_id: string;
  endpoint_id: string;
  filter_json: string;
  /** Deliveries that are made a minute, at most. */
  per_minute: number;
  /** Events that fitted when it was asked for. */
  total: number;
  made: number;
  state: string;
  /** The last event that a delivery was made for. */
  cursor_event_id: string | null;
  cursor_position: number | null;
  created_at: number;
  ended_at: number | null;
};

/** The house's own work behind an answer: `kind` prepare, complete, mail, … `state`: pending, done, buried. */
export type JobRow = {
  job_id: string;
  kind: string;
  request_id: string | null;
  payload_json: string;
  state: string;
  tries: number;
  lease_no: number;
  leased: number;
  worker_id: string | null;
  next_at: number;
  created_at: number;
  last_error: string | null;
};

/** A mail that waits in the inbox. */
export type LetterRow = {
  letter_id: string;
  account_id: string;
  request_id: string | null;
  kind: string;
  to_name: string;
  to_email: string;
  subject: string;
  text_body: string;
  html_body: string;
  created_at: number;
};
