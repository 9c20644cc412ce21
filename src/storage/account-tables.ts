/** Where callbacks of one account, or of one app of it, go. `url` null: cleared, deliveries are held. */
export type EndpointRow = {
  endpoint_id: string;
  account_id: string;
  client_id: string | null;
  url: string | null;
  /** Basic credentials that stood in the URL, `user:password`. */
  credentials_cipher: string | null;
  /** `active`, `paused` or `disabled`. */
  state: string;
  created_at: number;
  updated_at: number;
  /** `best_effort`: a failed head does not block; `strict`: per request it does. */
  ordering: string;
  /** Attempts in a row that reached nobody: no address, no connection, no answer. */
  failures: number;
  /** Since when no attempt was acknowledged; null while all is well. */
  failing_since: number | null;
  /** While the breaker is open: no attempt before then, and then one at a time. */
  breaker_until: number | null;
  /** How often in a row the breaker has waited. */
  breaker_waits: number;
  /** When its owner was last told of exhausted deliveries. */
  alerted_at: number | null;
  /** The secret of Standard Webhooks signatures, `whsec_…`; null until one is made. */
  secret_cipher: string | null;
  /** The one before, which signs too until `old_secret_until`. */
  old_secret_cipher: string | null;
  old_secret_until: number | null;
  /** The name of a command line that fetches its callbacks (accounts/listeners.ts); null: they are posted to the URL. */
  listener: string | null;
  listener_seen_at: number | null;
};

/** Somebody signed in to the dashboard; the cookie holds the token. */
export type SessionRow = {
  token_hash: string;
  account_id: string;
  /** What the session's forms must bring along. */
  form_key: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
  ip: string | null;
  user_agent: string | null;
  /** When the password was given again; null: not since the sign-in. */
  confirmed_at: number | null;
};

/** A passkey of an account: what stays on the server of it opens nothing. */
export type PasskeyRow = {
  passkey_id: string;
  account_id: string;
  /** As the authenticator gave it, in base64url. */
  credential_id: string;
  /** COSE_Key (RFC 9052) in base64url. */
  public_key: string;
  /** How often it has signed, as it says itself; 0 where it does not count. */
  counter: number;
  transports_json: string;
  /** 1 where it is kept by a password manager on more than one device. */
  backed_up: number;
  /** The host that it was made for. */
  rp_id: string;
  name: string;
  created_at: number;
  last_used_at: number | null;
};

/** A challenge that was answered, so that it is not answered twice. */
export type SpentChallengeRow = { challenge_hash: string; expires_at: number };

/** One call of the API by a known account: never its body, its query string or its headers. */
export type ApiCallRow = {
  /** A UUIDv7 of the time at which it came. */
  call_id: string;
  account_id: string;
  called_at: number;
  method: string;
  /** As it was called, without the query string. */
  path: string;
  /** The operation's id; null for an address that has none. */
  operation: string | null;
  /** 499 when the caller hung up before the whole answer was sent. */
  status: number;
  error_name: string | null;
  /** Cut; removed when the data of its request is destroyed, as `error_path` is. */
  error_message: string | null;
  error_path: string | null;
  duration_ms: number;
  /** accounts/keys.ts keyIdOf; the key may be revoked by now. Of a call by an app the same of its access token. */
  key_id: string;
  /** The app that called with an access token; null for a call with a key. */
  client_id: string | null;
  ip: string | null;
  user_agent: string | null;
  /** Of the bodies, as their headers say; null where they do not. */
  bytes_in: number | null;
  bytes_out: number | null;
  /** The request that it names or has made; it may be another account's, or none at all. */
  request_id: string | null;
  /** The fax, template or bulk send that it has made. */
  made_id: string | null;
};

/** What an account has used of a quota. `kind`: requests, codes, faxPages; templates, whose row is held while one is made. */
export type QuotaUseRow = {
  account_id: string;
  kind: string;
  /** When the calendar month that is counted began, UTC. */
  month: number;
  used: number;
};

/** Who asks for signatures. */
export type AccountRow = {
  account_id: string;
  email: string;
  password_hash: string;
  locale: string;
  created_at: number;
  /** Who the account is to authenticators: 32 random bytes in base64url; null until its first passkey. */
  webauthn_id: string | null;
  /** The account that had it made, by the API or by an invitation; null for the first. */
  made_by: string | null;
  /** The app for which the API made it; null: for none. */
  made_for: string | null;
};

/** A key of an account: found by its hash, readable only with the secret. */
export type ApiKeyRow = {
  key_hash: string;
  account_id: string;
  name: string;
  key_cipher: string;
  /** 1 for the one key that signs callbacks. */
  is_primary: number;
  created_at: number;
  /** To ten minutes; null: never. */
  last_used_at: number | null;
  /** 1 while the dashboard has still to show it, once. */
  to_show: number;
};

/** An app that embeds; deleted ones stay, for their requests live on. */
export type ApiAppRow = {
  client_id: string;
  account_id: string;
  name: string;
  domains_json: string;
  secret_cipher: string;
  oauth_json: string | null;
  options_json: string | null;
  white_labeling_json: string | null;
  logo_blob: string | null;
  created_at: number;
  deleted_at: number | null;
  /** 1: a refresh token is taken without the app's secret; 0: its owner demands it. */
  refresh_open: number;
};
