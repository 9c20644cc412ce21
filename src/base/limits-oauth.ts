import { minute } from "./units.ts";

/** Bounds of OAuth 2; part of `limits`. How long an access token lives is a setting. */
export const oauthLimits = {
  authorizationCodeMs: 10 * minute,
  /** So long a refresh token is taken after it was handed out; using it hands out another. */
  refreshTokenMs: 90 * 24 * 60 * minute,
  accessTokenSeconds: 86_400,
  accessTokenSecondsLeast: 60,
  accessTokenSecondsMost: 30 * 86_400,
  /** Of a grant so many access tokens are good at once, the newest; of an account and an app so many grants. */
  tokensPerGrant: 20,
  grantsPerApp: 50,
  connectedAppsShown: 200,
  oauthStateLength: 2000,
  oauthParameterLength: 4000,
} as const;
