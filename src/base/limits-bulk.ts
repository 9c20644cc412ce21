/** Bounds of bulk sends; part of `limits`. */
export const bulkLimits = {
  /** Rows of one call: unless the setting says otherwise, and what the setting may say. */
  bulkRows: 250,
  bulkRowsMost: 10_000,
  /** So many rows are read before others have their turn. */
  bulkRowsRead: 200,
  /** Of rows that are wrong so many are told at once. */
  bulkFaultsTold: 5,
  /** So many rows become requests in one commit. */
  bulkBatch: 5,
  /** While so many letters wait to be sent, no more are written; then it is looked again so much later. */
  bulkLettersWaiting: 50,
  bulkPauseMs: 250,
} as const;
