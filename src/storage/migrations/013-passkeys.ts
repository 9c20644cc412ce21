import type { Statement } from "../statement.ts";

/** Passkeys of accounts, the challenges that were answered, and when somebody signed in has given the password again. */
export const statements: readonly Statement[] = [
  `create table passkeys (
    passkey_id text primary key,
    account_id text not null references accounts (account_id),
    credential_id text not null unique,
    public_key text not null,
    counter bigint not null,
    transports_json text not null,
    backed_up bigint not null,
    rp_id text not null,
    name text not null,
    created_at bigint not null,
    last_used_at bigint
  )`,
  "create index passkeys_account on passkeys (account_id)",
  "create table spent_challenges (challenge_hash text primary key, expires_at bigint not null)",
  "create index spent_challenges_expired on spent_challenges (expires_at)",
  "alter table accounts add column webauthn_id text",
  "alter table sessions add column confirmed_at bigint",
];
