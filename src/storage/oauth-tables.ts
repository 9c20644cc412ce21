/** What an account has let an app do. Scopes are words with a space between. */
export type OauthGrantRow = {
  grant_id: string;
  account_id: string;
  client_id: string;
  scopes: string;
  created_at: number;
  /** When the code expires, and once it was used, the refresh token. Nothing of the grant opens anything then. */
  ends_at: number;
  last_used_at: number | null;
  /** The app's callback URL to which the code was sent; null for a grant that began without a code. */
  redirect_uri: string | null;
  code_hash: string | null;
  code_used_at: number | null;
  /** Of the state of the authorization request. */
  state_hash: string | null;
  /** PKCE's code_challenge by S256 (RFC 7636). */
  challenge: string | null;
  /** Of the one refresh token that is taken. */
  refresh_hash: string | null;
};

/** An access token of a grant. */
export type OauthTokenRow = {
  token_hash: string;
  grant_id: string;
  scopes: string;
  created_at: number;
  expires_at: number;
};
