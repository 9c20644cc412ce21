// Endpoints without an address: a command line fetches what is owed to them and says what came of it (`countersign listen`).

import { present } from "../base/assert.ts";
import { badRequest, notFound } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import { skipForClosed } from "../storage/listeners.ts";
import type { Db } from "../storage/store.ts";
import { lockAccount } from "./lock.ts";
import { newWebhookSecret, sealWebhookSecret } from "./webhook-secret.ts";

/** Whose callbacks a listener gets, and what it is called: the same name again is the same listener. */
export type ListenerName = { readonly accountId: string; readonly clientId: string | null; readonly name: string };

/**
 * Opens a listener, or goes on with the one of that name: what it was owed meanwhile is still there. Nothing from before it began. A new
 * name takes the place of one that was closed, so that names that come and go leave no more than `limits.listenersMost` behind.
 */
export async function openListener(work: Work, owner: ListenerName): Promise<EndpointRow> {
  await lockAccount(work, owner.accountId);
  const all = await listenersOf(work.tx, owner);
  const known = all.find(({ listener }) => listener === owner.name);
  const closed = all.find(({ state }) => state === "disabled");
  if (known) await goOn(work, known.endpoint_id);
  else if (closed) await takeOver(work, { listenerId: closed.endpoint_id, name: owner.name });
  else if (all.length >= limits.listenersMost)
    throw badRequest(`There are ${limits.listenersMost} listeners already: use one of their names.`, "name");
  else await begin(work, owner);
  return present(
    (await listenersOf(work.tx, owner)).find(({ listener }) => listener === owner.name),
    "a listener just opened",
  );
}

async function goOn(work: Work, listenerId: string): Promise<void> {
  await work.tx
    .updateTable("endpoints")
    .set({ state: "active", listener_seen_at: work.at, updated_at: work.at })
    .where("endpoint_id", "=", listenerId)
    .execute();
}

async function takeOver(
  work: Work,
  { listenerId, name }: { readonly listenerId: string; readonly name: string },
): Promise<void> {
  await skipForClosed(work.tx, listenerId);
  await work.tx
    .updateTable("endpoints")
    .set({
      listener: name,
      state: "active",
      secret_cipher: sealWebhookSecret(newWebhookSecret(), work.secret),
      old_secret_cipher: null,
      listener_seen_at: work.at,
      updated_at: work.at,
    })
    .where("endpoint_id", "=", listenerId)
    .execute();
}

async function begin(work: Work, { accountId, clientId, name }: ListenerName): Promise<void> {
  await work.tx
    .insertInto("endpoints")
    .values({
      endpoint_id: newUuid(work.at),
      account_id: accountId,
      client_id: clientId,
      url: null,
      credentials_cipher: null,
      state: "active",
      secret_cipher: sealWebhookSecret(newWebhookSecret(), work.secret),
      listener: name,
      listener_seen_at: work.at,
      created_at: work.at,
      updated_at: work.at,
    })
    .execute();
}

/** What a listener is called in addresses. The place that a closed one leaves may be another's by now: the name is in it too. */
export function listenerIdOf({ endpoint_id: id, listener }: Pick<EndpointRow, "endpoint_id" | "listener">): string {
  return `${id}.${hashOf(listener ?? "").slice(0, 12)}`;
}

/** A listener of an account that listens; else a 404. */
export async function findListener(
  db: Db,
  { accountId, listenerId }: { readonly accountId: string; readonly listenerId: string },
): Promise<EndpointRow> {
  const row = await db
    .selectFrom("endpoints")
    .selectAll()
    .where("endpoint_id", "=", listenerId.split(".")[0] ?? "")
    .where("account_id", "=", accountId)
    .where("listener", "is not", null)
    .where("state", "=", "active")
    .executeTakeFirst();
  if (!row || listenerIdOf(row) !== listenerId)
    throw notFound("There is no such listener: it was closed, or has not been heard of for a day.");
  return row;
}

/** Notes that somebody is there. */
export async function seeListener(work: Work, { endpoint_id: id }: EndpointRow): Promise<void> {
  await work.tx.updateTable("endpoints").set({ listener_seen_at: work.at }).where("endpoint_id", "=", id).execute();
}

/** Closes a listener: what it is still owed is skipped for good, and nothing more is owed to it. */
export async function closeListener(work: Pick<Work, "tx" | "at">, { endpoint_id: id }: EndpointRow): Promise<void> {
  await work.tx
    .updateTable("endpoints")
    .set({ state: "disabled", updated_at: work.at })
    .where("endpoint_id", "=", id)
    .execute();
  await skipForClosed(work.tx, id);
}

async function listenersOf(
  db: Db,
  { accountId, clientId }: Pick<ListenerName, "accountId" | "clientId">,
): Promise<readonly EndpointRow[]> {
  return db
    .selectFrom("endpoints")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("client_id", clientId === null ? "is" : "=", clientId)
    .where("listener", "is not", null)
    .orderBy("listener_seen_at")
    .execute();
}
