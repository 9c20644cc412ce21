import { findAccountByKey, keyIdOf, noteUse } from "../accounts/keys.ts";
import { findToken, noteGrantUse, type TokenHolder } from "../accounts/oauth-access.ts";
import { Fault } from "../base/faults.ts";
import type { AccountRow, ApiAppRow } from "../storage/account-tables.ts";
import type { House } from "./operation.ts";
import { operationScopes } from "./scopes.ts";

/** Who calls: the account, by which of its keys or tokens (`keyIdOf` of its hash), and with a token the app that acts for it, and in what. */
export type Caller = {
  readonly account: AccountRow;
  readonly keyId: string;
  readonly app: ApiAppRow | null;
  /** What a token opens; null for a key, which opens everything. */
  readonly scopes: readonly string[] | null;
};

type Asked = Pick<House, "store" | "clock">;

/** What a caller brings, and which operation it calls. */
export type Calling = { readonly header: string | undefined; readonly operation: string };

/**
 * The account for which a request is made: by its API key (Basic, the key as user name, the password ignored), or by an app's access token
 * (Bearer). Throws `unauthorized`; and `forbidden` where the token's scopes do not open the operation.
 */
export async function authenticate({ store, clock }: Asked, { header, operation }: Calling): Promise<Caller> {
  if (!header) throw new Fault("unauthorized", "Unauthorized user. No credentials supplied.");
  const token = tokenIn(header);
  if (token !== null) return authenticateApp({ store, clock }, { token, operation });
  const found = await findByKey(store, header);
  if (!found) throw new Fault("unauthorized", "Unauthorized user.");
  await noteUse(store, { ...found, at: clock() });
  return callerOf(found);
}

async function authenticateApp(
  { store, clock }: Asked,
  { token, operation }: { readonly token: string; readonly operation: string },
): Promise<Caller> {
  const found = await findToken(store.read, token);
  if (found === null || found.expiresAt <= clock()) throw new Fault("unauthorized", "Unauthorized user.");
  const opening = operationScopes[operation] ?? [];
  if (opening.length === 0)
    throw new Fault("forbidden", "Access tokens do not open this operation: it takes an API key.");
  if (!opening.some((scope) => found.scopes.includes(scope)))
    throw new Fault("forbidden", `The access token does not have the scope for this: ${opening.join(" or ")}.`);
  await noteGrantUse(store, { ...found, at: clock() });
  return holderOf(found);
}

/** Who calls an address that asks for no key, if a request carries one, or a token, all the same; else null. */
export async function recognise({ store, clock }: Asked, header: string | undefined): Promise<Caller | null> {
  if (!header) return null;
  const token = tokenIn(header);
  if (token === null) {
    const found = await findByKey(store, header);
    return found && callerOf(found);
  }
  const holder = await findToken(store.read, token);
  return holder === null || holder.expiresAt <= clock() ? null : holderOf(holder);
}

/** What `WWW-Authenticate` says to a token that is refused (RFC 6750, section 3); null for a caller without a token. */
export function challengeTo(header: string | undefined, { status }: Pick<Fault, "status">): string | null {
  if (!header || tokenIn(header) === null) return null;
  if (status === 401)
    return 'Bearer realm="countersign", error="invalid_token", error_description="The access token is unknown, has expired or was revoked"';
  return status === 403 ? 'Bearer realm="countersign", error="insufficient_scope"' : null;
}

/** The token of a Bearer header, empty where there is none behind the word; null for another header. */
function tokenIn(header: string): string | null {
  const [scheme = "", token = ""] = header.split(" ");
  return /^bearer$/i.test(scheme) ? token : null;
}

function findByKey(store: House["store"], header: string): ReturnType<typeof findAccountByKey> {
  const [scheme = "", value = ""] = header.split(" ");
  const key = /^basic$/i.test(scheme) ? Buffer.from(value, "base64").toString("utf8").split(":")[0] : "";
  return key ? findAccountByKey(store.read, key) : Promise.resolve(null);
}

function callerOf({ account, hash }: { readonly account: AccountRow; readonly hash: string }): Caller {
  return { account, keyId: keyIdOf({ key_hash: hash }), app: null, scopes: null };
}

function holderOf({ account, app, scopes, hash }: TokenHolder): Caller {
  return { account, app, scopes, keyId: keyIdOf({ key_hash: hash }) };
}
