// Rows of what signers do: the conventions are those of tables.ts.

/** What a signer has put into a field so far. */
export type AnswerRow = {
  request_id: string;
  api_id: string;
  signature_id: string;
  value_json: string;
  answered_at: number;
};

/** What of a signature says whose place it takes. */
export type GroupColumns = {
  /** The index by which fields name the signer; null: `position`. */
  signer_place: number | null;
  /** Of a group of whom one signs for all; null: the signer is in none. */
  group_guid: string | null;
  group_name: string | null;
};

/** How a signer's name or initials look where they are not simply typed. */
export type HandRow = {
  signature_id: string;
  kind: "name" | "initials";
  request_id: string;
  /** An `Ink`. */
  ink_json: string;
  by_phone: number;
  made_at: number;
};

/** A link that leads a phone to a pad, for one signature. */
export type HandLinkRow = {
  token_hash: string;
  signature_id: string;
  request_id: string;
  expires_at: number;
  used_at: number | null;
};

/** A link to the signing page; `tab_hash` binds the first tab that claimed it (embedded links). */
export type SignLinkRow = {
  token_hash: string;
  signature_id: string;
  request_id: string;
  /** `embedded` or `mail`. */
  kind: string;
  created_at: number;
  expires_at: number | null;
  claimed_at: number | null;
  tab_hash: string | null;
  /** 1 once a `sign_url_invalid` event was raised for it. */
  reported: number;
  /** When its tab passed the gates (signing/gate.ts). */
  pin_passed_at: number | null;
  sms_passed_at: number | null;
  eid_passed_at: number | null;
};

/** A file that a signer is asked to bring, and what has come: all of it or nothing. */
export type AttachmentRow = {
  attachment_id: string;
  request_id: string;
  position: number;
  /** Index of the signer. */
  signer: number;
  name: string;
  instructions: string | null;
  required: number;
  /** SHA-256 of the bytes, the name of the blob. */
  blob: string | null;
  file_name: string | null;
  media_type: string | null;
  bytes: number | null;
  uploaded_at: number | null;
};

/** The tables of what signers do. */
export type SigningTables = {
  attachments: AttachmentRow;
  answers: AnswerRow;
  group_answers: AnswerRow;
  hands: HandRow;
  hand_links: HandLinkRow;
  sign_links: SignLinkRow;
  identifications: IdentificationRow;
};

/** A signer who goes to be identified. `state`: pending, identified, failed. */
export type IdentificationRow = {
  /** Of the secret in the address to which the browser returns. */
  token_hash: string;
  /** How the provider calls it. */
  identification_id: string;
  /** The link whose gate it is, and the tab that went. */
  link_hash: string;
  tab_hash: string;
  signature_id: string;
  request_id: string;
  provider: string;
  /** The path of the signing page. */
  return_cipher: string;
  state: string;
  person: string | null;
  reference: string | null;
  words: string | null;
  /** What the page of the development provider was told: confirmed, failed. */
  developed: string | null;
  created_at: number;
  expires_at: number;
};
