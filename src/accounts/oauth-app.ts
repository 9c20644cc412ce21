import { type Secret, sameText } from "../base/secrets.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { appSecret } from "./apps.ts";
import { type OauthMember, oauthOf } from "./oauth-member.ts";

/** An app that takes part in OAuth, of whomever; null for one that is deleted, has no `oauth` member, or is none. */
export async function findOauthApp(
  db: Db,
  clientId: string,
): Promise<{ readonly app: ApiAppRow; readonly oauth: OauthMember } | null> {
  // No database column takes a NUL, and no client_id has other characters than these.
  if (!/^[\w-]{1,64}$/.test(clientId)) return null;
  const app = await db
    .selectFrom("api_apps")
    .selectAll()
    .where("client_id", "=", clientId)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  const oauth = app === undefined ? null : oauthOf(app);
  return app === undefined || oauth === null ? null : { app, oauth };
}

/**
 * The app whose client_id and secret these are, for `POST /oauth/token` and for accountCreate; null when either is not right. It takes as
 * long whichever it is and wherever the secret differs.
 */
export async function authenticateApp(
  db: Db,
  {
    clientId,
    clientSecret,
    secret,
  }: { readonly clientId: string; readonly clientSecret: string; readonly secret: Secret },
): Promise<ApiAppRow | null> {
  const found = await findOauthApp(db, clientId);
  const right = found === null ? "" : appSecret(found.app, secret);
  return sameText(clientSecret, right) && found !== null && clientSecret !== "" ? found.app : null;
}
