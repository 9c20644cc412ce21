// Rows that hang on a signature request: the conventions are those of tables.ts.

/** One file of a request, as it came. */
export type RequestFileRow = {
  request_id: string;
  position: number;
  name: string;
  /** SHA-256 of the bytes, the name of the blob; null until a file_url is fetched. */
  blob: string | null;
  bytes: number;
  file_url: string | null;
};

/** The words by which a request is found, folded (base/words.ts); request-words.ts writes them. Gone once it is destroyed. */
export type RequestWordsRow = {
  request_id: string;
  account_id: string;
  words: string;
  /** Where in the words each section ends, counted in characters; what stands behind the last is found by no field. */
  title_end: number;
  subject_end: number;
  message_end: number;
  to_end: number;
  files_end: number;
  metadata_end: number;
};

/** A template that a request is made of; the account is the request's. Gone once it is destroyed. */
export type RequestTemplateRow = { request_id: string; template_id: string; account_id: string };

/** How many requests the account's list has, of those whose ids begin with `part`. The database keeps it as requests come and go. */
export type RequestCountRow = { account_id: string; part: string; requests: number };

/** How many of them were made in a span of 1 or 32 days: its number, in UTC, counted from 1970. */
export type RequestDayRow = RequestCountRow & { days: number; number: number };
