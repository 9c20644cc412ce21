import type { Statement } from "../statement.ts";

/** Transfers of accounts that are under way. */
export const statements: readonly Statement[] = [
  `create table transfers (
    transfer_id text primary key, from_account text not null references accounts (account_id),
    to_account text not null references accounts (account_id), until bigint not null)`,
];
