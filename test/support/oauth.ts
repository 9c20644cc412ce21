import assert from "node:assert/strict";
import { type Answered, ask, type Callee, read } from "./ask.ts";
import type { House } from "./house.ts";

/** An app that accounts can let in. */
export type OauthApp = { readonly clientId: string; readonly secret: string; readonly callbackUrl: string };

/** Gives an app an `oauth` member, as its owner does, and answers what its maker keeps. */
export async function setUpOauth(
  owner: Callee,
  {
    clientId,
    scopes = ["basic_account_info", "request_signature"],
    callbackUrl = "https://client.example/back?tenant=7",
  }: { readonly clientId: string; readonly scopes?: readonly string[]; readonly callbackUrl?: string },
): Promise<OauthApp> {
  const answer = await ask(owner, `PUT /api_app/${clientId}`, {
    json: { oauth: { callback_url: callbackUrl, scopes } },
  });
  assert.equal(answer.status, 200, answer.bytes.toString());
  const { api_app: app } = answer.json as { readonly api_app: { readonly oauth: { readonly secret: string } } };
  return { clientId, secret: app.oauth.secret, callbackUrl };
}

/** What `/oauth/token` answers when all is well. */
export type TokenAnswer = {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly state?: string;
};

/** Asks for tokens as a program does, with JSON. */
export async function askTokens(
  { url }: Pick<House, "url">,
  json: Readonly<Record<string, unknown>>,
  path = "/oauth/token",
): Promise<Answered> {
  const headers = { "content-type": "application/json" };
  return read(await fetch(url + path, { method: "POST", headers, body: JSON.stringify(json) }));
}

/** The tokens of an answer that went well. */
export function tokensOf(answer: Answered): TokenAnswer {
  assert.equal(answer.status, 200, answer.bytes.toString());
  return answer.json as TokenAnswer;
}

/** The credentials of an app, as they stand in a body. */
export function clientOf({ clientId, secret }: OauthApp) {
  return { client_id: clientId, client_secret: secret } as const;
}

/** Whoever is signed in and can press buttons. */
export type Allower = {
  readonly key: () => Promise<string>;
  readonly post: (
    path: string,
    form: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number; readonly location: string | null; readonly text: string }>;
};

/** Lets an app in without a browser, and answers the address that the browser is sent to. */
export async function allow(
  visitor: Allower,
  { clientId }: Pick<OauthApp, "clientId">,
  asked: Readonly<Record<string, string>> = {},
): Promise<URL> {
  const form = { response_type: "code", client_id: clientId, state: "s1", decision: "allow", ...asked };
  const answer = await visitor.post("/oauth/authorize", { key: await visitor.key(), ...form });
  assert.equal(answer.status, 303, answer.text);
  return new URL(answer.location ?? "");
}

/** The code that came back. */
export function codeIn(url: URL): string {
  return url.searchParams.get("code") ?? assert.fail(`no code in ${url.href}`);
}

/** The whole dance: lets an app in and fetches its tokens. */
export async function letIn(
  house: Pick<House, "url">,
  { visitor, app, scope }: { readonly visitor: Allower; readonly app: OauthApp; readonly scope?: string },
): Promise<TokenAnswer> {
  const code = codeIn(await allow(visitor, app, scope === undefined ? {} : { scope }));
  return tokensOf(await askTokens(house, { grant_type: "authorization_code", code, state: "s1", ...clientOf(app) }));
}

/** The header that carries a token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** A code for tokens, as an app asks. */
export function codeGrantOf(app: OauthApp, code: string) {
  return { grant_type: "authorization_code", code, state: "s1", ...clientOf(app) } as const;
}

/** A refresh token for tokens, as an app asks. */
export function refreshGrantOf(app: OauthApp, refreshToken: string) {
  return { grant_type: "refresh_token", refresh_token: refreshToken, ...clientOf(app) } as const;
}

/** What an access token is answered that asks for its account. */
export async function statusWith(house: House, token: string): Promise<number> {
  return (await ask(house, "GET /account", { key: null, headers: bearer(token) })).status;
}
