import type { Statement } from "../statement.ts";

/**
 * Lists of events newest first by their ids, which are in the order of time, and the words by which requests are found. A later step
 * writes those of the requests there are, for it adds to their table.
 */
export const statements: readonly Statement[] = [
  "create index events_newest on events (account_id, event_id)",
  "create index events_type on events (account_id, type, event_id)",
  "create index events_app on events (account_id, client_id, event_id) where client_id is not null",
  // Which endpoint it is tells what is held from what is not, without a look at the row. The condition is one that nothing else says: from
  // a plain `state <> 'delivered'` PostgreSQL concludes that whoever claims what is pending may read all of this index, and does.
  "create index deliveries_open on deliveries (account_id, state, event_id, endpoint_id) where (state || '') <> 'delivered'",

  {
    // The index goes by a key that stays: VACUUM may number rows anew where a table names no key that is an integer.
    sqlite: `create table request_words (
      word_key integer primary key, request_id text not null unique references signature_requests,
      account_id text not null, words text not null)`,
    postgres: `create table request_words (
      request_id text primary key references signature_requests, account_id text not null, words text not null,
      trigrams integer[] not null)`,
  },
  {
    // Trigrams of rows as they are, upper and lower: what is kept is folded already. Positions and lengths are not asked for.
    sqlite: `create virtual table request_words_index using fts5(
      words, content = 'request_words', content_rowid = 'word_key', tokenize = 'trigram case_sensitive 1',
      detail = none, columnsize = 0)`,
    // A short list of what is not filed yet: whoever searches reads all of it.
    postgres: `create index request_words_index on request_words using gin (trigrams)
      with (gin_pending_list_limit = 256)`,
  },
  // What is deleted is overwritten in the index at once, not when its parts happen to be merged.
  { sqlite: "insert into request_words_index (request_words_index, rank) values ('secure-delete', 1)" },
  ...[
    `create trigger request_words_added after insert on request_words begin
      insert into request_words_index (rowid, words) values (new.word_key, new.words); end`,
    `create trigger request_words_removed after delete on request_words begin
      insert into request_words_index (request_words_index, rowid, words) values ('delete', old.word_key, old.words); end`,
    `create trigger request_words_changed after update of words on request_words begin
      insert into request_words_index (request_words_index, rowid, words) values ('delete', old.word_key, old.words);
      insert into request_words_index (rowid, words) values (new.word_key, new.words); end`,
  ].map((sqlite) => ({ sqlite })),
];
