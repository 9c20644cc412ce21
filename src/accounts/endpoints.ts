import { sql } from "kysely";
import { present } from "../base/assert.ts";
import { badRequest, notFound } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import { appendTest } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { well } from "../outbox/health.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { newWebhookSecret, sealWebhookSecret } from "./webhook-secret.ts";

/** What an endpoint's encrypted credentials are bound to. */
export const credentialsPurpose = "endpoint_credentials";

/** Whose callbacks an endpoint gets: an account's, or with a client_id those of one app. */
export type EndpointOwner = { readonly accountId: string; readonly clientId: string | null };

/** The endpoint of an account or an app, or null while no URL was ever set. */
export async function findEndpoint(db: Db, { accountId, clientId }: EndpointOwner): Promise<EndpointRow | null> {
  const row = await db
    .selectFrom("endpoints")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("client_id", clientId === null ? "is" : "=", clientId)
    .where("listener", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** All endpoints of an account: its own first, then those of its apps. */
export async function findEndpoints(db: Db, accountId: string): Promise<readonly EndpointRow[]> {
  return db
    .selectFrom("endpoints")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("listener", "is", null)
    .orderBy(sql`client_id is not null`)
    .orderBy("endpoint_id")
    .execute();
}

/** An endpoint, and the name of the app whose it is; null for the account's. */
export type NamedEndpoint = EndpointRow & { readonly app_name: string | null };

/** The endpoints of an account for people to look at, the oldest first and open listeners behind all others, `limits.endpointsShown` at most. */
export async function findNamedEndpoints(db: Db, accountId: string): Promise<readonly NamedEndpoint[]> {
  return db
    .selectFrom("endpoints as p")
    .leftJoin("api_apps as app", "app.client_id", "p.client_id")
    .selectAll("p")
    .select("app.name as app_name")
    .where("p.account_id", "=", accountId)
    .where((eb) => eb.or([eb("p.listener", "is", null), eb("p.state", "=", "active")]))
    .orderBy(sql`p.listener is not null`)
    .orderBy("p.created_at")
    .limit(limits.endpointsShown)
    .execute();
}

/** One endpoint of an account by its id: another's, or none, is a 404. */
export async function findEndpointById(
  db: Db,
  { accountId, endpointId }: { readonly accountId: string; readonly endpointId: string },
): Promise<EndpointRow> {
  const row = await db
    .selectFrom("endpoints")
    .selectAll()
    .where("endpoint_id", "=", endpointId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!row) throw notFound("There is no such endpoint.");
  return row;
}

/**
 * Sets, changes or (with an empty URL) clears a callback URL. A changed one, be it only in its credentials, is tested and
 * starts without a record of failures. What waits for a cleared one is held, and goes out in sequence once there is one again. Answers
 * the id of the test's event, or null without one.
 */
export async function setCallbackUrl(
  work: Work,
  { owner, url }: { readonly owner: EndpointOwner; readonly url: string },
): Promise<string | null> {
  const known = await findEndpoint(work.tx, owner);
  if (known && url === shownUrl(known)) return null;

  const target = url === "" ? { url: null, credentials: null } : readCallbackUrl(url);
  if (!known && target.url === null) return null;
  const isSame = known !== null && target.url === known.url && target.credentials === credentialsOf(known, work.secret);
  const columns = {
    url: target.url,
    credentials_cipher:
      target.credentials === null
        ? null
        : encrypt(work.secret, { purpose: credentialsPurpose, text: target.credentials }),
    updated_at: work.at,
    ...(isSame ? {} : well),
  };

  const { endpoint_id: endpointId } = known ?? (await makeEndpoint(work, owner));
  await work.tx.updateTable("endpoints").set(columns).where("endpoint_id", "=", endpointId).execute();
  work.wakes.add("deliveries");
  return target.url === null || isSame ? null : appendTest(work, owner);
}

/** Without a URL yet. Two first calls at once make one endpoint. */
async function makeEndpoint(work: Work, owner: EndpointOwner): Promise<EndpointRow> {
  await work.tx
    .insertInto("endpoints")
    .values({
      endpoint_id: newUuid(work.at),
      account_id: owner.accountId,
      client_id: owner.clientId,
      url: null,
      credentials_cipher: null,
      state: "active",
      secret_cipher: sealWebhookSecret(newWebhookSecret(), work.secret),
      created_at: work.at,
      updated_at: work.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return present(await findEndpoint(work.tx, owner), "an endpoint just made");
}

/** The Basic credentials of an endpoint, `user:password`, or null. */
export function credentialsOf(endpoint: Pick<EndpointRow, "credentials_cipher">, secret: Secret): string | null {
  return endpoint.credentials_cipher === null
    ? null
    : decrypt(secret, { purpose: credentialsPurpose, sealed: endpoint.credentials_cipher });
}

/** The URL as it may be shown: credentials are stored apart and come back as stars. */
export function shownUrl(endpoint: Pick<EndpointRow, "url" | "credentials_cipher"> | null): string | null {
  if (!endpoint?.url) return null;
  return endpoint.credentials_cipher === null ? endpoint.url : endpoint.url.replace("://", "://***:***@");
}

function readCallbackUrl(given: string): { readonly url: string; readonly credentials: string | null } {
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol))
    throw badRequest(
      "callback_url not valid: it must be an http or https address, such as https://example.com/callbacks",
      "callback_url",
    );
  if (given.length > limits.urlLength)
    throw badRequest(`callback_url not valid: it may have at most ${limits.urlLength} characters`, "callback_url");

  const credentials = url.username || url.password ? `${decodePart(url.username)}:${decodePart(url.password)}` : null;
  url.username = "";
  url.password = "";
  url.hash = "";
  return { url: url.pathname === "/" && !/\/$/.test(given) && !url.search ? url.origin : url.href, credentials };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest("callback_url not valid: a % in its user name or password must be written %25", "callback_url");
  }
}
