// Rows of templates: the conventions are those of tables.ts.

/** `state`: processing, ready, error. */
export type TemplateRow = {
  template_id: string;
  /** Who made it. */
  account_id: string;
  client_id: string | null;
  state: string;
  /** 1: it was made for an app. */
  is_embedded: number;
  test_mode: number;
  title: string;
  subject: string | null;
  message: string | null;
  metadata_json: string;
  /** A templates/template.ts Role each, in order. */
  roles_json: string;
  /** Names. */
  cc_roles_json: string;
  /** A templates/template.ts MergeField each. */
  merge_fields_json: string;
  attachments_json: string;
  /** What the caller asked of the document, as in signature_requests. */
  options_json: string;
  document_blob: string | null;
  pages_json: string | null;
  /** The documents/document.ts Fields; their signers count the roles. */
  fields_json: string | null;
  error_message: string | null;
  /** What it says, folded: it is found by these. */
  title_words: string;
  message_words: string;
  metadata_words: string;
  filename_words: string;
  created_at: number;
  updated_at: number;
};

/** One file of a template, as it came; as in request_files. */
export type TemplateFileRow = {
  template_id: string;
  position: number;
  name: string;
  blob: string | null;
  bytes: number;
  file_url: string | null;
};

/** Who may use a template: the account that made it, and those it is shared with. */
export type TemplateAccountRow = {
  template_id: string;
  account_id: string;
  /** When the template was made: lists go by it. */
  made_at: number;
};

/** What a request that is being processed takes from a template. */
export type RequestPartRow = {
  request_id: string;
  position: number;
  name: string;
  document_blob: string;
  pages_json: string;
  fields_json: string;
  /** How many of the request's files are the template's. */
  files: number;
};
