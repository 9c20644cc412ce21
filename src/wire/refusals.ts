import type { Saying } from "../language/saying.ts";

/** Why the page cannot go on. `code` is what the iframe's `hellosign:error` carries. */
export type RefusalCode =
  | "sign_url_invalid"
  | "sign_url_expired"
  | "domain_not_allowed"
  | "client_id_mismatch"
  | "not_embedded"
  | "request_canceled"
  | "request_expired"
  | "request_declined"
  | "request_destroyed"
  | "already_signed"
  | "group_signed"
  | "not_your_turn"
  | "invalid_answer"
  | "code_needed"
  | "code_locked"
  | "wrong_code"
  | "draft_behind"
  | "draft_preparing"
  | "draft_closed"
  | "draft_failed"
  | "unavailable";

/** Why a call was not done. */
export type RefusalView = {
  readonly ok: false;
  readonly code: RefusalCode;
  /** The page says it, in the language of its signer. */
  readonly says: Saying;
  /** With `invalid_answer`: which fields, and what would be right. */
  readonly fields?: Readonly<Record<string, Saying>>;
};
