import { rememberEveryRequest } from "../request-words.ts";
import type { Statement } from "../statement.ts";
import type { Db, Store } from "../store.ts";

const isListed = (row: string) =>
  `${row}state <> 'canceled' and ${row}state <> 'destroyed' and ${row}removed_at is null`;

/** Lists of requests that stay quick: indexes in their order, how many there are, and which of the words of a request say what. */
export const statements: readonly Statement[] = [
  "alter table signature_requests add column removed_at bigint",
  `create index signature_requests_listed on signature_requests (account_id, created_at, request_id) where ${isListed("")}`,
  "create index signature_requests_state on signature_requests (account_id, state, created_at, request_id)",

  ...["title_end", "subject_end", "message_end", "to_end", "files_end", "metadata_end"].map(
    (column) => `alter table request_words add column ${column} integer not null default 0`,
  ),

  // One row for each of 16 parts of an account's requests, so that two who send at once seldom wait for each other.
  `create table request_counts (
    account_id text not null, part text not null, requests bigint not null, primary key (account_id, part))`,
  `insert into request_counts (account_id, part, requests)
    select account_id, substr(request_id, 1, 1), count(*) from signature_requests where ${isListed("")}
    group by account_id, substr(request_id, 1, 1)`,
  {
    sqlite: `create trigger request_counted after insert on signature_requests when ${isListed("new.")} begin
      insert into request_counts (account_id, part, requests) values (new.account_id, substr(new.request_id, 1, 1), 1)
      on conflict (account_id, part) do update set requests = requests + 1; end`,
    postgres: `create function count_request() returns trigger language plpgsql as $$ begin
      insert into request_counts as c (account_id, part, requests) values (new.account_id, substr(new.request_id, 1, 1), 1)
      on conflict (account_id, part) do update set requests = c.requests + 1; return null; end $$`,
  },
  {
    postgres: `create trigger request_counted after insert on signature_requests for each row
      when (${isListed("new.")}) execute function count_request()`,
  },
  {
    sqlite: `create trigger request_uncounted after update of state, removed_at on signature_requests
      when ${isListed("old.")} and not (${isListed("new.")}) begin
      update request_counts set requests = requests - 1
      where account_id = new.account_id and part = substr(new.request_id, 1, 1); end`,
    postgres: `create function uncount_request() returns trigger language plpgsql as $$ begin
      update request_counts set requests = requests - 1
      where account_id = new.account_id and part = substr(new.request_id, 1, 1); return null; end $$`,
  },
  {
    postgres: `create trigger request_uncounted after update of state, removed_at on signature_requests for each row
      when (${isListed("old.")} and not (${isListed("new.")})) execute function uncount_request()`,
  },
  // A request that goes to another account is counted there.
  {
    sqlite: `create trigger request_moved after update of account_id on signature_requests
      when new.account_id <> old.account_id and ${isListed("new.")} begin
      update request_counts set requests = requests - 1
      where account_id = old.account_id and part = substr(new.request_id, 1, 1);
      insert into request_counts (account_id, part, requests) values (new.account_id, substr(new.request_id, 1, 1), 1)
      on conflict (account_id, part) do update set requests = requests + 1; end`,
    postgres: `create function move_request() returns trigger language plpgsql as $$ begin
      update request_counts set requests = requests - 1
      where account_id = old.account_id and part = substr(new.request_id, 1, 1);
      insert into request_counts as c (account_id, part, requests) values (new.account_id, substr(new.request_id, 1, 1), 1)
      on conflict (account_id, part) do update set requests = c.requests + 1; return null; end $$`,
  },
  {
    postgres: `create trigger request_moved after update of account_id on signature_requests for each row
      when (new.account_id <> old.account_id and ${isListed("new.")}) execute function move_request()`,
  },
];

/** Writes the words of every request anew, in the order of what they say. */
export function fill(tx: Db, kind: Store["kind"]): Promise<void> {
  return rememberEveryRequest({ tx, kind });
}
