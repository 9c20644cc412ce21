import type { Statement } from "../statement.ts";

/** What accounts have used of their quotas, one row a kind; the pages of a fax that are counted; the templates that an account made. */
export const statements: readonly Statement[] = [
  `create table quota_uses (
    account_id text not null references accounts, kind text not null, month bigint not null, used bigint not null,
    primary key (account_id, kind))`,
  "alter table faxes add column counted_pages bigint not null default 0",
  "create index templates_account on templates (account_id)",
];
