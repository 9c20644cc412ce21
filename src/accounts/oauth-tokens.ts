import { newId, newKey } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import type { OauthGrantRow } from "../storage/oauth-tables.ts";
import type { Db } from "../storage/store.ts";

/** What an app gets in the clear, this once: the house keeps hashes. */
export type Tokens = {
  /** 64 hex digits. */
  readonly accessToken: string;
  /** 104 hex digits: the grant's id, and what only its holder knows. */
  readonly refreshToken: string;
  /** Of the access token, in milliseconds. */
  readonly livesMs: number;
};

/** Why no tokens are handed out, by the name that the wire has for it. */
export type TokenRefusal = {
  readonly kind: "refused";
  readonly name: "invalid_client" | "invalid_grant" | "invalid_scope";
  readonly words: string;
};

/** Tokens, or why there are none. */
export type TokenAnswer = { readonly kind: "granted"; readonly tokens: Tokens } | TokenRefusal;

/**
 * Lets an app act for an account without asking it, and answers the tokens: for an account that the app itself has just made (accountCreate
 * with client_id and client_secret; `authenticateApp` says whether they are right). `scopes` are at most the app's own; `tokenMs` is how
 * long an access token lives, in milliseconds (the house's setting). Ends the oldest grants beyond `limits.grantsPerApp`.
 */
export async function grantTo(
  work: Work,
  {
    app,
    accountId,
    scopes,
    tokenMs,
  }: {
    readonly app: Pick<ApiAppRow, "client_id">;
    readonly accountId: string;
    readonly scopes: readonly string[];
    readonly tokenMs: number;
  },
): Promise<Tokens> {
  const grantId = await openGrant(work, { accountId, clientId: app.client_id, scopes, livesMs: limits.refreshTokenMs });
  return issueTokens(work, { grantId, scopes: scopes.join(" "), tokenMs });
}

/** What a grant that begins with a code is bound to. */
export type CodeBinding = Pick<OauthGrantRow, "redirect_uri" | "code_hash" | "state_hash" | "challenge">;

const noCode: CodeBinding = { redirect_uri: null, code_hash: null, state_hash: null, challenge: null };

/** Writes a grant that opens nothing yet and ends after `livesMs`, and answers its id. Ends the oldest beyond `limits.grantsPerApp`. */
export async function openGrant(
  work: Work,
  {
    accountId,
    clientId,
    scopes,
    livesMs,
    binding = noCode,
  }: {
    readonly accountId: string;
    readonly clientId: string;
    readonly scopes: readonly string[];
    readonly livesMs: number;
    readonly binding?: CodeBinding;
  },
): Promise<string> {
  const old = work.tx
    .selectFrom("oauth_grants")
    .select("grant_id")
    .where("account_id", "=", accountId)
    .where("client_id", "=", clientId)
    .orderBy("created_at", "desc")
    .orderBy("grant_id")
    .limit(limits.grantsPerApp)
    .offset(limits.grantsPerApp - 1);
  await work.tx.deleteFrom("oauth_grants").where("grant_id", "in", old).execute();
  const grant = { grant_id: newId(), account_id: accountId, client_id: clientId, scopes: scopes.join(" ") };
  await work.tx
    .insertInto("oauth_grants")
    .values({
      ...grant,
      ...binding,
      created_at: work.at,
      ends_at: work.at + livesMs,
      last_used_at: null,
      code_used_at: null,
      refresh_hash: null,
    })
    .execute();
  return grant.grant_id;
}

/** Hands out an access token and a new refresh token; the grant's refresh token of before is taken no more. */
export async function issueTokens(
  work: Work,
  { grantId, scopes, tokenMs }: { readonly grantId: string; readonly scopes: string; readonly tokenMs: number },
): Promise<Tokens> {
  const [accessToken, refreshToken] = [newKey(), `${grantId}${newKey()}`];
  await work.tx
    .updateTable("oauth_grants")
    .set({ refresh_hash: hashOf(refreshToken), ends_at: work.at + limits.refreshTokenMs })
    .where("grant_id", "=", grantId)
    .execute();
  const older = work.tx
    .selectFrom("oauth_tokens")
    .select("token_hash")
    .where("grant_id", "=", grantId)
    .orderBy("created_at", "desc")
    .orderBy("token_hash")
    .limit(limits.tokensPerGrant)
    .offset(limits.tokensPerGrant - 1);
  await work.tx.deleteFrom("oauth_tokens").where("token_hash", "in", older).execute();
  await work.tx
    .insertInto("oauth_tokens")
    .values({
      token_hash: hashOf(accessToken),
      grant_id: grantId,
      scopes,
      created_at: work.at,
      expires_at: work.at + tokenMs,
    })
    .execute();
  return { accessToken, refreshToken, livesMs: tokenMs };
}

/** Who asks with which refresh token. */
export type Refreshing = {
  /** The app that says it asks; null where none says so. */
  readonly clientId: string | null;
  /** Whether it has shown its secret, which an app with `refresh_open` need not. */
  readonly isProven: boolean;
  readonly refreshToken: string;
  /** Fewer scopes than the grant has; null for all of them. */
  readonly scopes: readonly string[] | null;
  readonly tokenMs: number;
};

const unknown = refuse("invalid_grant", "refresh_token not valid: it is unknown, has expired or was revoked.");
const withoutSecret = refuse("invalid_client", "client_id and client_secret are required for this app.");

/**
 * Takes a refresh token and hands out new tokens. One that was used already ends its grant with everything that came of it, which the caller
 * must commit although it is a refusal: either the app or a thief has used it, and nobody can say which (RFC 9700, section 4.14.2).
 */
export async function refreshTokens(work: Work, asked: Refreshing): Promise<TokenAnswer> {
  const grant = await findGrant(work.tx, asked.refreshToken);
  if (grant === null || grant.refresh_hash === null || grant.ends_at <= work.at) return unknown;
  const presented = hashOf(asked.refreshToken);
  if (asked.clientId !== null && asked.clientId !== grant.client_id) return unknown;
  if (!asked.isProven && grant.refresh_open !== 1) return grant.refresh_hash === presented ? withoutSecret : unknown;
  const granted = grant.scopes.split(" ");
  const scopes = asked.scopes ?? granted;
  if (scopes.some((scope) => !granted.includes(scope)))
    return refuse("invalid_scope", "scope not valid: more is asked for than the account has allowed.");
  const taken = await work.tx
    .updateTable("oauth_grants")
    .set({ refresh_hash: null, last_used_at: work.at })
    .where("grant_id", "=", grant.grant_id)
    .where("refresh_hash", "=", presented)
    .executeTakeFirst();
  if (taken.numUpdatedRows !== 1n) {
    await work.tx.deleteFrom("oauth_grants").where("grant_id", "=", grant.grant_id).execute();
    return refuse("invalid_grant", "refresh_token not valid: it was used already, so its tokens are revoked.");
  }
  const tokens = await issueTokens(work, { grantId: grant.grant_id, scopes: scopes.join(" "), tokenMs: asked.tokenMs });
  return { kind: "granted", tokens };
}

/** Makes a refusal. */
export function refuse(name: TokenRefusal["name"], words: string): TokenRefusal {
  return { kind: "refused", name, words };
}

/** The grant that a refresh token names, used or not, while its app is there. */
async function findGrant(db: Db, refreshToken: string) {
  if (!/^[0-9a-f]{104}$/.test(refreshToken)) return null;
  const row = await db
    .selectFrom("oauth_grants as g")
    .innerJoin("api_apps as app", "app.client_id", "g.client_id")
    .select(["g.grant_id", "g.client_id", "g.scopes", "g.ends_at", "g.refresh_hash", "app.refresh_open"])
    .where("g.grant_id", "=", refreshToken.slice(0, 40))
    .where("app.deleted_at", "is", null)
    .where("app.oauth_json", "is not", null)
    .executeTakeFirst();
  return row ?? null;
}
