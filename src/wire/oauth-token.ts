import { Type } from "typebox";
import type { Tokens } from "../accounts/oauth-tokens.ts";
import { Nullable } from "./shapes.ts";

/** What an app gets to act for an account: bare, without an envelope. Contract: objects.md, OAuthToken. */
export const OauthToken = Type.Object({
  access_token: Type.String(),
  token_type: Type.String({ description: "Bearer" }),
  refresh_token: Type.String(),
  expires_in: Type.Integer({ description: "Seconds until the access token expires" }),
  state: Type.Optional(Nullable(Type.String())),
});

/** Renders tokens; `state` is the one that came with the code, null where none did. Also accountCreate's `oauth_data`. */
export function renderTokens(
  { accessToken, refreshToken, livesMs }: Tokens,
  state: string | null = null,
): Type.Static<typeof OauthToken> {
  return {
    access_token: accessToken,
    token_type: "Bearer",
    refresh_token: refreshToken,
    expires_in: Math.floor(livesMs / 1000),
    ...(state === null ? {} : { state }),
  };
}
