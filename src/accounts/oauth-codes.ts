import { createHash } from "node:crypto";
import { newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf, sameText } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { OauthMember } from "./oauth-member.ts";
import { issueTokens, openGrant, refuse, type TokenAnswer } from "./oauth-tokens.ts";

/** What somebody has allowed, and what the code that says so is bound to. */
export type Allowing = {
  readonly accountId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string | null;
  /** PKCE's code_challenge by S256. */
  readonly challenge: string | null;
};

/** Writes down that an account lets an app in, and answers the code (64 hex digits) with which the app fetches its tokens within ten minutes. */
export async function makeCode(work: Work, allowing: Allowing): Promise<string> {
  const { accountId, clientId, scopes, redirectUri, state, challenge } = allowing;
  const code = newKey();
  await openGrant(work, {
    accountId,
    clientId,
    scopes,
    livesMs: limits.authorizationCodeMs,
    binding: {
      redirect_uri: redirectUri,
      code_hash: hashOf(code),
      state_hash: state === null ? null : hashOf(state),
      challenge,
    },
  });
  return code;
}

/** A code with what came along; null for what did not. The app has shown its secret. */
export type Redeeming = {
  readonly clientId: string;
  readonly oauth: OauthMember;
  readonly code: string;
  readonly redirectUri: string | null;
  readonly state: string | null;
  readonly verifier: string | null;
  readonly tokenMs: number;
};

/**
 * Takes a code, once, and hands out tokens. A second time ends the grant with all tokens that came of the code, which the caller must commit
 * although it is a refusal (RFC 6749, section 4.1.2). A code of another app is as good as unknown, and stays as it is.
 */
export async function redeemCode(work: Work, asked: Redeeming): Promise<TokenAnswer> {
  const grant = await work.tx
    .selectFrom("oauth_grants")
    .selectAll()
    .where("code_hash", "=", hashOf(asked.code))
    .executeTakeFirst();
  if (grant === undefined || grant.client_id !== asked.clientId)
    return refuse("invalid_grant", "code not valid: it is unknown, has expired, or is not this app's.");
  const again = async () => {
    await work.tx.deleteFrom("oauth_grants").where("grant_id", "=", grant.grant_id).execute();
    return refuse("invalid_grant", "code not valid: it was used already, so the tokens that came of it are revoked.");
  };
  if (grant.code_used_at !== null) return again();
  if (grant.ends_at <= work.at) return refuse("invalid_grant", "code not valid: it has expired.");
  const wrong = mismatchOf(asked, grant);
  if (wrong !== null) return refuse("invalid_grant", wrong);

  const taken = await work.tx
    .updateTable("oauth_grants")
    .set({ code_used_at: work.at })
    .where("grant_id", "=", grant.grant_id)
    .where("code_used_at", "is", null)
    .executeTakeFirst();
  if (taken.numUpdatedRows !== 1n) return again();
  const { grant_id: grantId, scopes } = grant;
  return { kind: "granted", tokens: await issueTokens(work, { grantId, scopes, tokenMs: asked.tokenMs }) };
}

type Bound = {
  readonly scopes: string;
  readonly redirect_uri: string | null;
  readonly state_hash: string | null;
  readonly challenge: string | null;
};

/** What does not fit the authorization request that the code came of, in words. An app has one callback URL, so it need not name it. */
function mismatchOf({ oauth, redirectUri, state, verifier }: Redeeming, bound: Bound): string | null {
  if (bound.redirect_uri !== oauth.callback_url) return "code not valid: the app's callback URL was changed since.";
  // Allowed while the owner took scopes away: it came too late to be ended with the grants of before.
  if (bound.scopes.split(" ").some((scope) => !oauth.scopes.includes(scope)))
    return "code not valid: the app's scopes were changed since.";
  if (redirectUri !== null && redirectUri !== bound.redirect_uri)
    return "redirect_uri not valid: it is not the one to which the code was sent.";
  if (state !== null && (bound.state_hash === null || !sameText(hashOf(state), bound.state_hash)))
    return "state not valid: it is not the one of the authorization request.";
  if (bound.challenge === null)
    return verifier === null ? null : "code_verifier not valid: there was no code_challenge.";
  if (verifier === null) return "code_verifier is required: there was a code_challenge.";
  const isRight = /^[\w.~-]{43,128}$/.test(verifier) && sameText(challengeOf(verifier), bound.challenge);
  return isRight ? null : "code_verifier not valid: it does not fit the code_challenge.";
}

/** RFC 7636, section 4.2. */
function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
