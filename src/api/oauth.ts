// POST /oauth/token: what an app gets for a code or a refresh token. Both operations are one address; grant_type tells them apart.

import { type Static, Type } from "typebox";
import { authenticateApp, findOauthApp } from "../accounts/oauth-app.ts";
import { redeemCode } from "../accounts/oauth-codes.ts";
import { refreshTokens, type TokenAnswer } from "../accounts/oauth-tokens.ts";
import { Fault, type FaultName } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import { OauthToken, renderTokens } from "../wire/oauth-token.ts";
import { type OpenCall, openOperation } from "./operation.ts";

const Said = Type.Optional(Type.String({ maxLength: limits.oauthParameterLength }));

const Asked = Type.Object({
  client_id: Said,
  client_secret: Said,
  grant_type: Said,
  code: Said,
  state: Said,
  redirect_uri: Said,
  code_verifier: Said,
  refresh_token: Said,
  scope: Said,
});

type Asked = Static<typeof Asked>;

const faults: readonly FaultName[] = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_scope",
  "unsupported_grant_type",
];

/** Tokens for a code. */
export const oauthTokenGenerate = openOperation({
  id: "oauthTokenGenerate",
  on: "POST /oauth/token",
  says: "Hands out tokens for the code that a browser brought back from /oauth/authorize: once, within ten minutes. A second time revokes what came of it.",
  input: Asked,
  output: OauthToken,
  faults,
  handle: answer,
});

/** Tokens for a refresh token, at the same address. */
export const oauthTokenRefresh = openOperation({
  id: "oauthTokenRefresh",
  on: "POST /oauth/token?refresh",
  says: "Hands out new tokens for a refresh token, which is used up by that. A second time revokes its grant.",
  input: Asked,
  output: OauthToken,
  faults,
  handle: answer,
});

async function answer(call: OpenCall, input: Asked): Promise<Static<typeof OauthToken>> {
  const credentials = readCredentials(call, input);
  const grantType = input.grant_type || (input.refresh_token ? "refresh_token" : "authorization_code");
  if (grantType === "authorization_code") return redeem(call, { ...input, ...credentials });
  if (grantType === "refresh_token") return refresh(call, { ...input, ...credentials });
  throw new Fault(
    "unsupported_grant_type",
    "grant_type not valid: it must be authorization_code or refresh_token.",
    "grant_type",
  );
}

async function redeem({ house }: OpenCall, asked: Asked): Promise<Static<typeof OauthToken>> {
  const code = required(asked, "code");
  const app = await authenticate(house, asked);
  const { redirect_uri: redirectUri = null, state = null, code_verifier: verifier = null } = asked;
  const answered = await house.transact(async (work): Promise<TokenAnswer> => {
    const found = await findOauthApp(work.tx, app.client_id);
    if (found === null) return unknownClient();
    const { tokenMs } = house;
    return redeemCode(work, {
      clientId: app.client_id,
      oauth: found.oauth,
      code,
      redirectUri,
      state,
      verifier,
      tokenMs,
    });
  });
  return renderTokens(tokensOf(answered), state);
}

async function refresh({ house }: OpenCall, asked: Asked): Promise<Static<typeof OauthToken>> {
  const refreshToken = required(asked, "refresh_token");
  // The published call names neither the app nor its secret. A secret that is sent must be right.
  const isProven = Boolean(asked.client_secret);
  const clientId = isProven ? (await authenticate(house, asked)).client_id : asked.client_id || null;
  const scopes = asked.scope?.trim() ? asked.scope.trim().split(/\s+/) : null;
  const answered = await house.transact((work) =>
    refreshTokens(work, { clientId, isProven, refreshToken, scopes, tokenMs: house.tokenMs }),
  );
  return renderTokens(tokensOf(answered));
}

/** After the commit: a refusal may have revoked something. */
function tokensOf(answered: TokenAnswer) {
  if (answered.kind === "granted") return answered.tokens;
  throw new Fault(answered.name, answered.words);
}

async function authenticate({ store, secret }: OpenCall["house"], asked: Asked): Promise<ApiAppRow> {
  const clientId = required(asked, "client_id");
  const clientSecret = required(asked, "client_secret");
  return (await authenticateApp(store.read, { clientId, clientSecret, secret })) ?? unknownClient();
}

function unknownClient(): never {
  throw new Fault(
    "invalid_client",
    "client_id or client_secret not valid: there is no such app, or its secret is another.",
  );
}

function required(asked: Asked, name: "client_id" | "client_secret" | "code" | "refresh_token"): string {
  const value = asked[name];
  if (value) return value;
  throw new Fault("invalid_request", `${name} is required.`, name);
}

/**
 * The app's name and secret in the body, as the contract has them, or else in a Basic header (RFC 6749, section 2.3.1). A header without a
 * password is an API key's, which programs send along with every call: it says nothing here.
 */
function readCredentials({ authorization }: OpenCall, asked: Asked): Pick<Asked, "client_id" | "client_secret"> {
  const [scheme = "", value = ""] = (authorization ?? "").split(" ");
  if (asked.client_secret !== undefined || !/^basic$/i.test(scheme)) return {};
  const [name = "", ...rest] = Buffer.from(value, "base64").toString("utf8").split(":");
  const [client_id = "", client_secret = ""] = [name, rest.join(":")].map(decodeForm);
  if (client_secret === "") return {};
  if (asked.client_id !== undefined && asked.client_id !== client_id)
    throw new Fault("invalid_request", "client_id not valid: the header names another one.", "client_id");
  return { client_id, client_secret };
}

/** Both parts of the header are encoded as those of a form. */
function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
