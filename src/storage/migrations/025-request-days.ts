import type { Statement } from "../statement.ts";

const isListed = (row: string) =>
  `${row}.state <> 'canceled' and ${row}.state <> 'destroyed' and ${row}.removed_at is null`;

const dayMs = 86_400_000;

const sizes = "(select 1 as days union all select 32)";

const add = (row: string, change: 1 | -1) => `insert into request_days (account_id, days, number, part, requests)
  select ${row}.account_id, s.days, ${row}.created_at / ${dayMs} / s.days, substr(${row}.request_id, 1, 1), ${change}
  from ${sizes} s where ${isListed(row)}
  on conflict (account_id, days, number, part) do update set requests = request_days.requests + excluded.requests`;

const sweep = (row: string) => `delete from request_days where account_id = ${row}.account_id
  and ((days = 1 and number = ${row}.created_at / ${dayMs}) or (days = 32 and number = ${row}.created_at / ${dayMs} / 32))
  and part = substr(${row}.request_id, 1, 1) and requests = 0`;

/**
 * How many requests an account's list has of each day and of each 32 days (UTC, counted from 1970), in as many parts as the whole is
 * counted in.
 */
export const statements: readonly Statement[] = [
  `create table request_days (
    account_id text not null, days bigint not null, number bigint not null, part text not null, requests bigint not null,
    primary key (account_id, days, number, part))`,
  `insert into request_days (account_id, days, number, part, requests)
    select account_id, s.days, created_at / ${dayMs} / s.days, substr(request_id, 1, 1), count(*)
    from signature_requests r cross join ${sizes} s
    where ${isListed("r")} group by 1, 2, 3, 4`,

  {
    sqlite: `create trigger request_dated after insert on signature_requests begin ${add("new", 1)}; end`,
    postgres: `create function date_request() returns trigger language plpgsql as $$ begin
      ${add("new", 1)}; return null; end $$`,
  },
  {
    postgres: `create trigger request_dated after insert on signature_requests for each row execute function date_request()`,
  },
  // A day without any is not kept. PostgreSQL takes triggers in the order of their names: these come behind those of request_counts, whatever
  // changes, so that two who change one part of an account's requests take its rows in one order.
  {
    sqlite: `create trigger request_undated after update of state, removed_at, account_id, created_at on signature_requests
      when old.account_id <> new.account_id or old.created_at <> new.created_at or (${isListed("old")}) <> (${isListed("new")}) begin
      ${add("old", -1)}; ${add("new", 1)}; ${sweep("old")}; end`,
    postgres: `create function undate_request() returns trigger language plpgsql as $$ begin
      ${add("old", -1)}; ${add("new", 1)}; ${sweep("old")}; return null; end $$`,
  },
  {
    postgres: `create trigger request_undated after update of state, removed_at, account_id, created_at on signature_requests for each row
      when (old.account_id <> new.account_id or old.created_at <> new.created_at or (${isListed("old")}) <> (${isListed("new")}))
      execute function undate_request()`,
  },
];
