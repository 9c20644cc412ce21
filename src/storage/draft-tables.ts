// Rows of drafts: the conventions are those of tables.ts.

/** A request or a template in the making. `state`: preparing, open, failed, finished. */
export type DraftRow = {
  draft_id: string;
  account_id: string;
  client_id: string | null;
  /** `request` or `template`. */
  kind: string;
  state: string;
  /** 1: its page is shown in an iframe of the app only. */
  is_embedded: number;
  test_mode: number;
  /** What the caller gave and nobody changes in the editor: a drafts/draft.ts DraftBase. */
  base_json: string;
  /** What the editor allows and shows: a DraftLook. */
  look_json: string;
  /** What the editor changes: a DraftSaid. */
  said_json: string;
  /** The widgets of the document's own form, by the ids of their fields: these may not be moved. */
  fixed_json: string;
  /** The files that are being prepared to take the place of the present ones: a PendingFile each. */
  pending_json: string | null;
  /** The id of the request that it becomes. */
  request_id: string | null;
  /** The id of the template that it becomes, or changes. */
  template_id: string | null;
  /** Of one that changes a template: when that was changed last, as it was read. */
  edits_at: number | null;
  document_blob: string | null;
  pages_json: string | null;
  /** Why it failed, or why the files that came last were not taken. */
  notice: string | null;
  /** How many times it was saved. */
  revision: number;
  /** The id that its page gave the last save; null where it gave none, or something else than a save came last. */
  saved_as: string | null;
  token_hash: string;
  /** Binds the tab that claimed it. */
  tab_hash: string | null;
  /** Until then it can be claimed. */
  expires_at: number;
  claimed_at: number | null;
  /** The last call of its session. */
  touched_at: number;
  created_at: number;
  /** What it became: a Finished. */
  finished_json: string | null;
};

/** One file of a draft, as in request_files. */
export type DraftFileRow = {
  draft_id: string;
  position: number;
  name: string;
  blob: string | null;
  bytes: number;
  file_url: string | null;
};
