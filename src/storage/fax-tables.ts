// Rows of faxes and fax lines: the conventions are those of tables.ts.

import type { Generated } from "kysely";

/** The tables of faxes. */
export type FaxTables = {
  faxes: Omit<FaxRow, "payloads_left" | "counted_pages"> & {
    payloads_left: Generated<number>;
    counted_pages: Generated<number>;
  };
  fax_files: FaxFileRow;
  fax_accounts: FaxAccountRow;
  fax_transmissions: FaxTransmissionRow;
  fax_lines: FaxLineRow;
  fax_line_accounts: FaxLineAccountRow;
};

/** `direction`: sent, received. `state`: processing, ready, failed, deleted. */
export type FaxRow = {
  fax_id: string;
  /** Who sent it; of a received one, whose line it came in on. */
  account_id: string;
  direction: string;
  state: string;
  test_mode: number;
  title: string;
  /** The number that it came from, E.164; null: the provider's own, or none. */
  sender: string | null;
  /** What the cover page says: `{"to", "from", "message"}`, each a text or null; null: there is no cover page. */
  cover_json: string | null;
  /** The document as it is transmitted, once prepared. */
  document_blob: string | null;
  pages: number | null;
  error_message: string | null;
  /** The provider's name of a received fax. */
  provider_id: string | null;
  /** Number of the last event. */
  last_seq: number;
  /** 1 while objects of the events of a deleted fax wait for their deliveries. */
  payloads_left: number;
  /** How many pages of it, one recipient and another, the account's quota has counted; 0 without one. */
  counted_pages: number;
  created_at: number;
  deleted_at: number | null;
};

/** One file of a fax, as it came; as in request_files. */
export type FaxFileRow = {
  fax_id: string;
  position: number;
  name: string;
  blob: string | null;
  bytes: number;
  file_url: string | null;
};

/** Who has a fax. */
export type FaxAccountRow = {
  fax_id: string;
  account_id: string;
  /** When the fax was made: lists go by it. */
  made_at: number;
};

/** The way of a fax to one recipient. `status` is the wire's status_code. */
export type FaxTransmissionRow = {
  /** The name under which the provider has it: however often it is handed over, it is transmitted once. */
  transmission_id: string;
  fax_id: string;
  position: number;
  /** A number, E.164, or an e-mail address. */
  recipient: string;
  status: string;
  /** `remote`, `development` or `mail`: who has taken it, or may have; null: nobody yet. */
  carrier: string | null;
  /** 1 once the provider has put it off. */
  on_hold: number;
  /** Why it failed or waits, in words. */
  message: string | null;
  sent_at: number | null;
  ended_at: number | null;
};

/** A number on which faxes come in, and the account that pays for it; `number` null: it is being bought. */
export type FaxLineRow = {
  line_id: string;
  account_id: string;
  number: string | null;
  country: string;
  area_code: number;
  city: string | null;
  created_at: number;
  updated_at: number;
};

/** An account with access to a line. */
export type FaxLineAccountRow = { line_id: string; account_id: string; added_at: number };
