import type { Generated } from "kysely";
import type {
  AccountRow,
  ApiAppRow,
  ApiCallRow,
  ApiKeyRow,
  EndpointRow,
  PasskeyRow,
  QuotaUseRow,
  SessionRow,
  SpentChallengeRow,
} from "./account-tables.ts";
import type { BulkSendFileRow, BulkSendJobRow, BulkSendRowsRow } from "./bulk-tables.ts";
import type { DraftFileRow, DraftRow } from "./draft-tables.ts";
import type { FaxTables } from "./fax-tables.ts";
import type { OauthGrantRow, OauthTokenRow } from "./oauth-tables.ts";
import type { AttemptRow, DeliveryRow, EventRow, JobRow, LetterRow, PaceRow, ReplayRow } from "./promise-tables.ts";
import type {
  RequestCountRow,
  RequestDayRow,
  RequestFileRow,
  RequestTemplateRow,
  RequestWordsRow,
} from "./request-tables.ts";
import type { GroupColumns, SigningTables } from "./signing-tables.ts";
import type {
  AccountLinkRow,
  InvitationLetterRow,
  TeamInvitationRow,
  TeamMemberRow,
  TeamRow,
  TransferRow,
} from "./team-tables.ts";
import type { RequestPartRow, TemplateAccountRow, TemplateFileRow, TemplateRow } from "./template-tables.ts";

/**
 * The rows of the house. Times are UTC milliseconds, truth values 0 or 1, `…_json` columns JSON text,
 * `…_cipher` columns are encrypted with the house's secret, `…_hash` columns SHA-256 in hex.
 * The same columns stand in SQLite and in PostgreSQL; migrations/ makes them.
 */
export type Tables = FaxTables &
  SigningTables & {
    settings: SettingRow;
    accounts: AccountRow;
    quota_uses: QuotaUseRow;
    api_keys: WithDefaults<ApiKeyRow, "to_show">;
    api_apps: WithDefaults<ApiAppRow, "refresh_open">;
    endpoints: WithDefaults<EndpointRow, "ordering" | "failures" | "breaker_waits">;
    signature_requests: WithDefaults<
      SignatureRequestRow,
      "payloads_left" | "attachments" | "removed_at" | "bulk_send_job_id" | "bulk_send_row" | "requester_email"
    >;
    request_files: RequestFileRow;
    request_words: RequestWordsRow;
    request_templates: RequestTemplateRow;
    request_counts: RequestCountRow;
    request_days: RequestDayRow;
    request_parts: RequestPartRow;
    signatures: WithDefaults<SignatureRow, "codes_sent" | "code_failures" | "code_locks" | "received_at">;
    fields: FieldRow;
    trail: TrailRow;
    events: WithDefaults<EventRow, "position" | "as_signer" | "call_id">;
    deliveries: DeliveryRow;
    attempts: AttemptRow;
    paces: PaceRow;
    jobs: JobRow;
    letters: LetterRow;
    replays: ReplayRow;
    sessions: SessionRow;
    passkeys: PasskeyRow;
    spent_challenges: SpentChallengeRow;
    api_calls: ApiCallRow;
    templates: TemplateRow;
    template_files: TemplateFileRow;
    template_accounts: TemplateAccountRow;
    account_links: AccountLinkRow;
    teams: TeamRow;
    team_members: TeamMemberRow;
    team_invitations: TeamInvitationRow;
    invitation_letters: InvitationLetterRow;
    transfers: TransferRow;
    bulk_send_jobs: BulkSendJobRow;
    bulk_send_rows: BulkSendRowsRow;
    bulk_send_files: BulkSendFileRow;
    oauth_grants: OauthGrantRow;
    oauth_tokens: OauthTokenRow;
    drafts: DraftRow;
    draft_files: DraftFileRow;
  };

/** A row some of whose columns the database fills when nothing is said. */
type WithDefaults<Row, Columns extends keyof Row> = Omit<Row, Columns> & {
  [Column in Columns]: Generated<Row[Column]>;
};

/** A fact of the whole house: the secret's fingerprint, the sealing certificate, the first start. */
export type SettingRow = { name: string; value: string };

/** `state`: processing, held, awaiting, sealing, complete, declined, canceled, expired, error, destroyed. */
export type SignatureRequestRow = {
  request_id: string;
  account_id: string;
  client_id: string | null;
  state: string;
  /** 1: signers sign only through embedded/sign_url, no mail is sent. */
  is_embedded: number;
  test_mode: number;
  title: string;
  original_title: string;
  subject: string | null;
  message: string | null;
  metadata_json: string;
  cc_json: string;
  custom_fields_json: string;
  /** What the caller asked of the document: text tags, fields as sent, options. */
  options_json: string;
  redirect_url: string | null;
  created_at: number;
  expires_at: number | null;
  completed_at: number | null;
  error_message: string | null;
  /** Number of the last event: every change that has an event raises it, holding this row. */
  last_seq: number;
  /** The document that is signed, once prepared. */
  document_blob: string | null;
  pages_json: string | null;
  /** The document as it is handed out, sealed. */
  sealed_blob: string | null;
  /** `B-B`, `B-T` or `B-LTA` (ETSI EN 319 142-1); null until sealed. */
  seal_level: string | null;
  /** The file as it was sealed first, an exact prefix of the present one; null while it is the present one. */
  first_sealed_blob: string | null;
  /** The audit trail as a document of its own, where it is kept separate. */
  trail_blob: string | null;
  /** The tombstone: when the data was destroyed, and the hashes of what is gone. */
  destroyed_at: number | null;
  destroyed_sealed: string | null;
  destroyed_first_sealed: string | null;
  destroyed_trail_file: string | null;
  destroyed_trail_head: string | null;
  destroyed_trail_count: number | null;
  /** 1 while objects of its events wait for their deliveries. */
  payloads_left: number;
  /** How many files it asks its signers for. */
  attachments: number;
  /** When the account gave up its access to it, after it had ended; null: it has not. */
  removed_at: number | null;
  /** The templates that it was made of, in order; null: of none. */
  template_ids_json: string | null;
  /** The bulk send that made it, and its place there, from 0; null: none did. */
  bulk_send_job_id: string | null;
  bulk_send_row: number | null;
  /** Who asks, where it is not the account itself that the request belongs to. */
  requester_email: string | null;
};

/** `state` is the wire's status_code. */
export type SignatureRow = GroupColumns & {
  signature_id: string;
  request_id: string;
  position: number;
  name: string;
  email: string;
  sign_order: number | null;
  state: string;
  pin_hash: string | null;
  signed_at: number | null;
  viewed_at: number | null;
  reminded_at: number | null;
  decline_reason: string | null;
  error: string | null;
  time_zone: string | null;
  /** E.164. */
  sms_phone: string | null;
  /** `authentication` or `delivery`. */
  sms_use: string | null;
  /** Of the code that was sent last, while it may be used. */
  code_hash: string | null;
  code_expires_at: number | null;
  code_sent_at: number | null;
  /** Since when `codes_sent` counts. */
  codes_since: number | null;
  codes_sent: number;
  /** Wrong codes in a row, since the last right one or the last lock. */
  code_failures: number;
  code_locks: number;
  code_locked_until: number | null;
  /** Of a signer who stands in for another: the id of before, who handed over, and why. */
  reassigned_from: string | null;
  reassigned_by: string | null;
  reassignment_reason: string | null;
  /** The language in which the signer has read the signing page. */
  locale: string | null;
  /** The role in the templates that the request was made of. */
  role: string | null;
  /** When the request was made, where its signer may have received it: null where the sender signs, nobody was asked, or the signer has given it up. */
  received_at: number | null;
};

/** One place on the document. */
export type FieldRow = {
  request_id: string;
  api_id: string;
  /** Index of the signer; null for what the sender filled. */
  signer: number | null;
  position: number;
  /** A documents/document.ts Field. */
  field_json: string;
};

/** The audit trail: who did what, when, from where. Append only. */
export type TrailRow = {
  request_id: string;
  seq: number;
  at: number;
  kind: string;
  signature_id: string | null;
  who: string;
  ip: string | null;
  user_agent: string | null;
  facts_json: string;
  /** SHA-256 over the entry and the hash of the one before (evidence/chain.ts); null where it was written before there were hashes. */
  hash: string | null;
};
