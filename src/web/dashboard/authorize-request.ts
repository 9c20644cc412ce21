// What an app asks of the browser that it sends to /oauth/authorize (RFC 6749, section 4.1.1, and RFC 7636).

import { findOauthApp } from "../../accounts/oauth-app.ts";
import { limits } from "../../base/limits.ts";
import type { ApiAppRow } from "../../storage/account-tables.ts";
import type { Db } from "../../storage/store.ts";

/** A request that may be allowed. */
export type Authorization = {
  readonly app: ApiAppRow;
  /** The app's callback URL: there is no other to go to. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | null;
  readonly challenge: string | null;
  /** The parameters for the form that allows it: as they came, with what the app's own setup has filled in, so that what was shown is what is allowed. */
  readonly asked: ReadonlyMap<string, string>;
};

/** A request as it was read: one that may be allowed; one to answer in words, as it is not known whose browser to send where; or one to send back. */
export type ReadAuthorization =
  | { readonly kind: "good"; readonly authorization: Authorization }
  | { readonly kind: "words"; readonly words: string }
  | { readonly kind: "back"; readonly to: string };

const names = [
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
] as const;

/** Reads the parameters of an authorization request. Those that nobody knows are passed over. */
export async function readAuthorization(
  db: Db,
  entries: Iterable<readonly [string, string]>,
): Promise<ReadAuthorization> {
  const known = [...entries].filter(([name, value]) => value !== "" && names.some((one) => one === name));
  const given = new Map(known);
  const twice = new Set(known.map(([name]) => name).filter((name, index, all) => all.indexOf(name) !== index));
  const clientId = given.get("client_id") ?? "";
  if (clientId === "" || twice.has("client_id"))
    return { kind: "words", words: "The address does not say which app asks: it needs one client_id." };
  const found = await findOauthApp(db, clientId);
  if (found === null)
    return { kind: "words", words: "There is no such app here, or it was not set up to ask for access." };
  const { app, oauth } = found;
  if (twice.has("redirect_uri") || (given.get("redirect_uri") ?? oauth.callback_url) !== oauth.callback_url)
    return {
      kind: "words",
      words: "The address to go to afterwards (redirect_uri) is not the one that the app is registered with.",
    };

  const redirectUri = oauth.callback_url;
  const state = given.get("state") ?? null;
  const flaw = flawOf({ given, twice, scopes: oauth.scopes });
  if (flaw !== null) {
    const said = state !== null && state.length <= limits.oauthStateLength && !twice.has("state") ? { state } : {};
    return { kind: "back", to: withAnswer(redirectUri, { ...flaw, ...said }) };
  }
  const scopes = scopesIn(given) ?? oauth.scopes;
  const asked = new Map([...given, ["redirect_uri", redirectUri], ["scope", scopes.join(" ")]]);
  return {
    kind: "good",
    authorization: { app, redirectUri, scopes, state, challenge: given.get("code_challenge") ?? null, asked },
  };
}

/** The callback URL with the answer behind its own query string. */
export function withAnswer(redirectUri: string, answer: Readonly<Record<string, string>>): string {
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${new URLSearchParams(answer).toString()}`;
}

type Flaw = { readonly error: string; readonly error_description: string };

type Checking = {
  readonly given: ReadonlyMap<string, string>;
  readonly twice: ReadonlySet<string>;
  /** What the app may ask for. */
  readonly scopes: readonly string[];
};

function flawOf({ given, twice, scopes }: Checking): Flaw | null {
  const flaw = (error: string, error_description: string): Flaw => ({ error, error_description });
  if (twice.size > 0) return flaw("invalid_request", `${[...twice].join(", ")} must not be given twice`);
  const type = given.get("response_type");
  if (type === undefined) return flaw("invalid_request", "response_type is required: it must be code");
  if (type !== "code") return flaw("unsupported_response_type", "response_type must be code");
  if ((given.get("state") ?? "").length > limits.oauthStateLength)
    return flaw("invalid_request", `state may have at most ${limits.oauthStateLength} characters`);
  const strange = (scopesIn(given) ?? []).filter((scope) => !scopes.includes(scope));
  if (strange.length > 0) return flaw("invalid_scope", "the app is not registered for a scope that it asks for");
  return pkceFlawOf(given);
}

/** Only S256: a plain challenge, which a missing method means, would show the verifier. */
function pkceFlawOf(given: ReadonlyMap<string, string>): Flaw | null {
  const [challenge, method] = [given.get("code_challenge"), given.get("code_challenge_method")];
  if (challenge === undefined && method === undefined) return null;
  const error = "invalid_request";
  if (method !== "S256") return { error, error_description: "code_challenge_method must be S256" };
  if (!/^[\w-]{43}$/.test(challenge ?? ""))
    return { error, error_description: "code_challenge must be 43 letters, digits, - or _" };
  return null;
}

function scopesIn(given: ReadonlyMap<string, string>): readonly string[] | null {
  const words = (given.get("scope") ?? "").split(" ").filter((word) => word !== "");
  return words.length === 0 ? null : [...new Set(words)];
}
