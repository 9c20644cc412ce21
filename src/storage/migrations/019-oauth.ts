import type { Statement } from "../statement.ts";

/**
 * What accounts have let apps do (OAuth 2). Of codes and tokens only hashes are kept. A grant holds the code that it began with and its one
 * refresh token; whatever ends it ends its access tokens with it.
 */
export const statements: readonly Statement[] = [
  `create table oauth_grants (
    grant_id text primary key,
    account_id text not null references accounts (account_id),
    client_id text not null references api_apps (client_id),
    scopes text not null,
    created_at bigint not null,
    ends_at bigint not null,
    last_used_at bigint,
    redirect_uri text,
    code_hash text unique,
    code_used_at bigint,
    state_hash text,
    challenge text,
    refresh_hash text
  )`,
  "create index oauth_grants_account on oauth_grants (account_id, client_id)",
  "create index oauth_grants_app on oauth_grants (client_id)",
  `create table oauth_tokens (
    token_hash text primary key,
    grant_id text not null references oauth_grants (grant_id) on delete cascade,
    scopes text not null,
    created_at bigint not null,
    expires_at bigint not null
  )`,
  "create index oauth_tokens_grant on oauth_tokens (grant_id, created_at)",
  "alter table api_apps add column refresh_open bigint not null default 0",
  "alter table api_calls add column client_id text",
  "create index endpoints_client on endpoints (client_id) where client_id is not null",
];
