/** The first house: every statement runs on SQLite and on PostgreSQL. */
export const statements: readonly string[] = [
  `create table settings (name text primary key, value text not null)`,

  `create table accounts (
    account_id text primary key, email text not null unique, password_hash text not null,
    locale text not null, created_at bigint not null)`,

  `create table api_keys (
    key_hash text primary key, account_id text not null references accounts, name text not null,
    key_cipher text not null, is_primary bigint not null, created_at bigint not null)`,
  `create unique index api_keys_primary on api_keys (account_id) where is_primary = 1`,

  `create table api_apps (
    client_id text primary key, account_id text not null references accounts, name text not null,
    domains_json text not null, secret_cipher text not null, oauth_json text, options_json text,
    white_labeling_json text, logo_blob text, created_at bigint not null, deleted_at bigint)`,
  `create index api_apps_account on api_apps (account_id, created_at)`,

  `create table endpoints (
    endpoint_id text primary key, account_id text not null references accounts, client_id text,
    url text, credentials_cipher text, state text not null, created_at bigint not null, updated_at bigint not null)`,
  `create unique index endpoints_account on endpoints (account_id) where client_id is null`,
  `create unique index endpoints_app on endpoints (client_id) where client_id is not null`,

  `create table signature_requests (
    request_id text primary key, account_id text not null references accounts, client_id text, state text not null,
    is_embedded bigint not null, test_mode bigint not null, title text not null, original_title text not null,
    subject text, message text, metadata_json text not null, cc_json text not null, custom_fields_json text not null,
    options_json text not null, redirect_url text, created_at bigint not null, expires_at bigint, completed_at bigint,
    error_message text, last_seq bigint not null, document_blob text, pages_json text, sealed_blob text)`,
  `create index signature_requests_account on signature_requests (account_id, created_at, request_id)`,
  `create index signature_requests_expiry on signature_requests (expires_at) where state = 'awaiting' and expires_at is not null`,

  `create table request_files (
    request_id text not null references signature_requests, position bigint not null, name text not null,
    blob text, bytes bigint not null, file_url text, primary key (request_id, position))`,

  `create table signatures (
    signature_id text primary key, request_id text not null references signature_requests, position bigint not null,
    name text not null, email text not null, sign_order bigint, state text not null, pin_hash text, signed_at bigint,
    viewed_at bigint, reminded_at bigint, decline_reason text, error text, time_zone text)`,
  `create unique index signatures_request on signatures (request_id, position)`,

  `create table fields (
    request_id text not null references signature_requests, api_id text not null, signer bigint,
    position bigint not null, field_json text not null, primary key (request_id, api_id))`,

  `create table answers (
    request_id text not null references signature_requests, api_id text not null,
    signature_id text not null references signatures, value_json text not null, answered_at bigint not null,
    primary key (request_id, api_id))`,

  `create table sign_links (
    token_hash text primary key, signature_id text not null references signatures,
    request_id text not null references signature_requests, kind text not null, created_at bigint not null,
    expires_at bigint, claimed_at bigint, tab_hash text, reported bigint not null)`,
  `create index sign_links_signature on sign_links (signature_id)`,

  `create table trail (
    request_id text not null references signature_requests, seq bigint not null, at bigint not null, kind text not null,
    signature_id text, who text not null, ip text, user_agent text, facts_json text not null,
    primary key (request_id, seq))`,

  `create table events (
    event_id text primary key, account_id text not null references accounts, client_id text, type text not null,
    request_id text, seq bigint not null, occurred_at bigint not null, related_signature_id text, message text,
    object_json text)`,
  `create unique index events_request on events (request_id, seq) where request_id is not null`,
  `create index events_account on events (account_id, event_id)`,

  `create table deliveries (
    delivery_id text primary key, event_id text not null references events, endpoint_id text not null references endpoints,
    account_id text not null, request_id text, seq bigint not null, replay_no bigint not null, state text not null,
    single_attempt bigint not null, tries bigint not null, lease_no bigint not null, leased bigint not null,
    worker_id text, next_at bigint not null, created_at bigint not null)`,
  `create unique index deliveries_event on deliveries (event_id, endpoint_id, replay_no)`,
  `create index deliveries_due on deliveries (endpoint_id, next_at, delivery_id) where state = 'pending'`,
  `create index deliveries_subject on deliveries (endpoint_id, request_id, seq) where state = 'pending'`,

  `create table attempts (
    delivery_id text not null references deliveries, n bigint not null, lease_no bigint not null,
    started_at bigint not null, duration_ms bigint not null, url text not null, status bigint, outcome text not null,
    response_headers_json text, response_body text, primary key (delivery_id, n))`,

  `create table jobs (
    job_id text primary key, kind text not null, request_id text, payload_json text not null, state text not null,
    tries bigint not null, lease_no bigint not null, leased bigint not null, worker_id text, next_at bigint not null,
    created_at bigint not null, last_error text)`,
  `create index jobs_due on jobs (next_at, job_id) where state = 'pending'`,

  `create table letters (
    letter_id text primary key, account_id text not null references accounts, request_id text, kind text not null,
    to_name text not null, to_email text not null, subject text not null, text_body text not null,
    html_body text not null, created_at bigint not null)`,
  `create index letters_account on letters (account_id, created_at)`,
];
