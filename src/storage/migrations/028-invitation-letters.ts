import type { Statement } from "../statement.ts";

/** Letters of invitations, counted apart from the invitations: those go with their team, and one that is made again keeps its row. */
export const statements: readonly Statement[] = [
  `create table invitation_letters (
    letter_id text primary key, account_id text not null references accounts (account_id), sent_at bigint not null)`,
  "create index invitation_letters_account on invitation_letters (account_id, sent_at)",
];
