import { notFound } from "../base/faults.ts";
import { newShortId } from "../base/ids.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { setCallbackUrl } from "./endpoints.ts";
import { revokeApp } from "./oauth-connections.ts";
import { type OauthMember, oauthOf } from "./oauth-member.ts";
import { changeColours } from "./white-labeling.ts";

/** What an app's encrypted secret is bound to. */
export const appSecretPurpose = "app_secret";

/** What an API app is made of, and what of it may change: only members that are given do. */
export type AppChanges = {
  readonly name?: string;
  readonly domains?: readonly string[];
  readonly callbackUrl?: string;
  readonly oauth?: OauthMember | null;
  /** Whether a refresh token is taken with the app's secret only; an app of which nobody says so does without. */
  readonly refreshNeedsSecret?: boolean;
  readonly options?: object;
  /** The blob of a PNG that the house has drawn; null: none. */
  readonly logoBlob?: string | null;
  /** Null: the defaults again. */
  readonly whiteLabeling?: Readonly<Record<string, unknown>> | null;
};

/** Makes an API app; its client_id is random unless the caller brings one (first start). */
export async function createApp(
  work: Work,
  {
    accountId,
    clientId = newShortId(),
    name,
    domains,
    ...rest
  }: AppChanges & {
    readonly accountId: string;
    readonly clientId?: string;
    readonly name: string;
    readonly domains: readonly string[];
  },
): Promise<ApiAppRow> {
  const row = await work.tx
    .insertInto("api_apps")
    .values({
      client_id: clientId,
      account_id: accountId,
      name,
      domains_json: JSON.stringify(domains),
      secret_cipher: encrypt(work.secret, { purpose: appSecretPurpose, text: newShortId() }),
      oauth_json: toJson(rest.oauth),
      options_json: toJson(rest.options),
      white_labeling_json: coloursAfter(rest.whiteLabeling, null),
      logo_blob: rest.logoBlob ?? null,
      refresh_open: rest.refreshNeedsSecret ? 0 : 1,
      created_at: work.at,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  if (rest.callbackUrl) await setCallbackUrl(work, { owner: { accountId, clientId }, url: rest.callbackUrl });
  return row;
}

/** An app as it was changed, and how many accounts' grants ended with that. */
export type ChangedApp = { readonly app: ApiAppRow; readonly revoked: number };

/** Changes the members of an app that are given. Other scopes end what accounts have let the app do: they were asked about the old ones. */
export async function updateApp(
  work: Work,
  { accountId, clientId, ...changes }: AppChanges & { readonly accountId: string; readonly clientId: string },
): Promise<ChangedApp> {
  await holdApp(work, clientId);
  const app = await findApp(work.tx, { accountId, clientId });
  const row = await work.tx
    .updateTable("api_apps")
    .set({
      name: changes.name ?? app.name,
      domains_json: changes.domains === undefined ? app.domains_json : JSON.stringify(changes.domains),
      oauth_json: changes.oauth === undefined ? app.oauth_json : toJson(changes.oauth),
      options_json: changes.options === undefined ? app.options_json : toJson(changes.options),
      white_labeling_json: coloursAfter(changes.whiteLabeling, app.white_labeling_json),
      logo_blob: changes.logoBlob === undefined ? app.logo_blob : changes.logoBlob,
      refresh_open: changes.refreshNeedsSecret === undefined ? app.refresh_open : Number(!changes.refreshNeedsSecret),
    })
    .where("client_id", "=", clientId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (changes.callbackUrl !== undefined)
    await setCallbackUrl(work, { owner: { accountId, clientId }, url: changes.callbackUrl });
  const isOther = scopesOf(app) !== scopesOf(row);
  return { app: row, revoked: isOther ? await revokeApp(work, clientId) : 0 };
}

/** Until the commit: whoever else changes the app goes on from what is written here, and writes back nothing that it was not asked to change. */
async function holdApp({ tx }: Work, clientId: string): Promise<void> {
  await tx
    .updateTable("api_apps")
    .set((eb) => ({ name: eb.ref("name") }))
    .where("client_id", "=", clientId)
    .execute();
}

/** Deletes an app, and ends what accounts have let it do. Its requests and their callbacks live on; nothing new can be made with it. */
export async function deleteApp(
  work: Work,
  { accountId, clientId }: { readonly accountId: string; readonly clientId: string },
): Promise<void> {
  const gone = await work.tx
    .updateTable("api_apps")
    .set({ deleted_at: work.at })
    .where("client_id", "=", clientId)
    .where("account_id", "=", accountId)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  if (gone.numUpdatedRows !== 1n) throw notFound();
  await revokeApp(work, clientId);
}

/** The app, if it is this account's and not deleted; else the fault that tells nothing. */
export async function findApp(
  db: Db,
  { accountId, clientId }: { readonly accountId: string; readonly clientId: string },
): Promise<ApiAppRow> {
  const row = await db
    .selectFrom("api_apps")
    .selectAll()
    .where("client_id", "=", clientId)
    .where("account_id", "=", accountId)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** What an app is called, of whomever and deleted or not; null for one that never was. */
export async function nameOfApp(db: Db, clientId: string): Promise<string | null> {
  const row = await db.selectFrom("api_apps").select("name").where("client_id", "=", clientId).executeTakeFirst();
  return row?.name ?? null;
}

/** A page of an account's apps, newest first, and how many there are. */
export async function listApps(
  db: Db,
  { accountId, page, pageSize }: { readonly accountId: string; readonly page: number; readonly pageSize: number },
) {
  const mine = db.selectFrom("api_apps").where("account_id", "=", accountId).where("deleted_at", "is", null);
  const { count } = await mine.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await mine
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("client_id")
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { rows, count: Number(count) };
}

/** The app's OAuth secret in the clear: for its owner only. */
export function appSecret(app: Pick<ApiAppRow, "secret_cipher">, secret: Secret): string {
  return decrypt(secret, { purpose: appSecretPurpose, sealed: app.secret_cipher });
}

/** The known members with those that are given; null forgets them all. */
function coloursAfter(given: AppChanges["whiteLabeling"], known: string | null): string | null {
  if (given === undefined) return known;
  if (given === null) return null;
  return JSON.stringify(changeColours(given, JSON.parse(known ?? "{}") as Readonly<Record<string, unknown>>));
}

function toJson(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** In one order, to be compared. */
function scopesOf(app: Pick<ApiAppRow, "oauth_json">): string {
  return (oauthOf(app)?.scopes ?? []).toSorted().join(" ");
}
