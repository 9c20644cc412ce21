import type { Statement } from "../statement.ts";

/** Teams, who is in them and who is asked to join; links by which accounts get their passwords; one account to an address, however it is written. */
export const statements: readonly Statement[] = [
  "create unique index accounts_address on accounts (lower(email))",
  "alter table accounts add column made_by text",
  "alter table accounts add column made_for text",

  `create table account_links (
    token_hash text primary key, account_id text not null references accounts (account_id),
    created_at bigint not null, expires_at bigint not null)`,
  "create index account_links_account on account_links (account_id, created_at)",

  `create table teams (
    team_id text primary key, root_id text not null, parent_id text references teams (team_id), depth bigint not null,
    name text not null, created_at bigint not null)`,
  "create index teams_root on teams (root_id)",
  "create index teams_parent on teams (parent_id, created_at)",

  `create table team_members (
    account_id text primary key references accounts (account_id), team_id text not null references teams (team_id),
    role text not null, joined_at bigint not null)`,
  "create index team_members_team on team_members (team_id, joined_at)",

  `create table team_invitations (
    invitation_id text primary key, team_id text not null references teams (team_id),
    account_id text not null references accounts (account_id), role text not null, invited_by text not null,
    token_hash text not null unique, sent_at bigint not null, expires_at bigint not null, redeemed_at bigint)`,
  "create index team_invitations_team on team_invitations (team_id, sent_at)",
  "create index team_invitations_account on team_invitations (account_id, sent_at)",
];
