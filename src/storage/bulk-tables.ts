// Rows of bulk sends: the conventions are those of tables.ts.

/** Many requests sent in one call. */
export type BulkSendJobRow = {
  bulk_send_job_id: string;
  account_id: string;
  client_id: string | null;
  is_embedded: number;
  test_mode: number;
  title: string;
  /** How many requests it is to make, and how many it has made. */
  total: number;
  made: number;
  created_at: number;
  /** When the last request was made; null before. */
  ended_at: number | null;
  /** A requests/bulk.ts Order as encrypted JSON: what the requests have in common; null once it has ended. */
  order_cipher: string | null;
};

/** A batch of rows that are no requests yet: requests/bulk.ts BulkRows as encrypted JSON. `first`: the place of its first row, from 0. */
export type BulkSendRowsRow = { bulk_send_job_id: string; first: number; rows_cipher: string };

/** A blob that requests of the job will name. */
export type BulkSendFileRow = { bulk_send_job_id: string; blob: string };
