import { badRequest } from "../base/faults.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";

/** Every scope that an app may ask for. Contract: SubOAuth of operations.md. */
export const oauthScopes = [
  "basic_account_info",
  "request_signature",
  "account_access",
  "signature_request_access",
  "template_access",
  "team_access",
  "api_app_access",
] as const;

/** One of `oauthScopes`. */
export type OauthScope = (typeof oauthScopes)[number];

/** How an app lets accounts in: where the browser goes afterwards, and what the app may ask for. */
export type OauthMember = { readonly callback_url: string; readonly scopes: readonly string[] };

/** The app's `oauth` member; null while it has none, and then nobody can let it in. */
export function oauthOf({ oauth_json: json }: Pick<ApiAppRow, "oauth_json">): OauthMember | null {
  return json === null ? null : (JSON.parse(json) as OauthMember);
}

type Given = { readonly callback_url?: string; readonly scopes?: readonly string[] };

/**
 * The `oauth` member that is meant: null when both parts are empty. Throws `bad_request` when one is missing, or when the callback URL is
 * no http or https address, has a fragment (RFC 6749, section 3.1.2) or credentials.
 */
export function readOauth({ callback_url = "", scopes = [] }: Given): OauthMember | null {
  const wanted = [...new Set(scopes.filter((scope) => scope !== ""))];
  if (callback_url === "" && wanted.length === 0) return null;
  if (callback_url === "") throw badRequest("callback_url is required with scopes.", "oauth[callback_url]");
  if (wanted.length === 0) throw badRequest("scopes is required with callback_url.", "oauth[scopes]");
  const url = URL.parse(callback_url);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw badRequest("callback_url not valid: it must be an http or https address", "oauth[callback_url]");
  if (callback_url.includes("#") || url.username !== "" || url.password !== "" || !/^[\x21-\x7e]+$/.test(callback_url))
    throw badRequest(
      "callback_url not valid: it must have no fragment, no user name and no spaces",
      "oauth[callback_url]",
    );
  return { callback_url, scopes: wanted };
}
