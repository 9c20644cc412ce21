// Endpoints without an address: a command line fetches what is owed to them and says what came of it (`countersign listen`).

import { sql } from "kysely";
import { badRequest, notFound } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { newWebhookSecret, sealWebhookSecret } from "./webhook-secret.ts";

/** Whose callbacks a listener gets, and what it is called: the same name again is the same listener. */
export type ListenerName = { readonly accountId: string; readonly clientId: string | null; readonly name: string };

/** Opens a listener, or goes on with the one of that name: what it was owed meanwhile is still there. Nothing from before it began. */
export async function openListener(work: Work, { accountId, clientId, name }: ListenerName): Promise<EndpointRow> {
  const known = await ofName(work.tx, { accountId, clientId, name });
  if (known === null) {
    const { count } = await work.tx
      .selectFrom("endpoints")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("account_id", "=", accountId)
      .where("listener", "is not", null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= limits.listenersMost)
      throw badRequest(`There are ${limits.listenersMost} listeners already: use one of their names.`, "name");
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
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  } else
    await work.tx
      .updateTable("endpoints")
      .set({ state: "active", listener_seen_at: work.at, updated_at: work.at })
      .where("endpoint_id", "=", known.endpoint_id)
      .execute();
  // What was in the hands of the one before comes at once, not when its lease has ended.
  if (known !== null)
    await sql`
      update deliveries set leased = 0, next_at = ${work.now}
      where endpoint_id = ${known.endpoint_id} and state = 'pending' and leased = 1`.execute(work.tx);
  const row = await ofName(work.tx, { accountId, clientId, name });
  if (row === null) throw notFound("There is no such listener.");
  return row;
}

/** A listener of an account that listens; else a 404. */
export async function findListener(
  db: Db,
  { accountId, listenerId }: { readonly accountId: string; readonly listenerId: string },
): Promise<EndpointRow> {
  const row = await db
    .selectFrom("endpoints")
    .selectAll()
    .where("endpoint_id", "=", listenerId)
    .where("account_id", "=", accountId)
    .where("listener", "is not", null)
    .where("state", "=", "active")
    .executeTakeFirst();
  if (!row) throw notFound("There is no such listener: it was closed, or has not been heard of for a day.");
  return row;
}

/** Notes that somebody is there. */
export async function seeListener(work: Work, listenerId: string): Promise<void> {
  await work.tx
    .updateTable("endpoints")
    .set({ listener_seen_at: work.at })
    .where("endpoint_id", "=", listenerId)
    .execute();
}

/** Closes a listener: what it is still owed is skipped for good, and nothing more is owed to it. */
export async function closeListener(work: Pick<Work, "tx" | "at">, listenerId: string): Promise<void> {
  await work.tx
    .updateTable("endpoints")
    .set({ state: "disabled", updated_at: work.at })
    .where("endpoint_id", "=", listenerId)
    .execute();
  await sql`
    update deliveries set state = 'skipped', leased = 0
    where endpoint_id = ${listenerId} and state = 'pending'`.execute(work.tx);
}

async function ofName(db: Db, { accountId, clientId, name }: ListenerName): Promise<EndpointRow | null> {
  const row = await db
    .selectFrom("endpoints")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("client_id", clientId === null ? "is" : "=", clientId)
    .where("listener", "=", name)
    .executeTakeFirst();
  return row ?? null;
}
