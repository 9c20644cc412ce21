import { newId, newUuid } from "../../src/base/ids.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import type { House } from "../support/house.ts";

/** An event to write as it stands in the database, with one delivery for each endpoint that is named. */
export type NewEvent = {
  readonly accountId: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly type?: string;
  readonly requestId?: string;
  readonly seq?: number;
  readonly clientId?: string;
  /** Null: removed for its age. */
  readonly object?: string | null;
  readonly to?: readonly NewDelivery[];
};

/** A delivery to write: due in an hour, so that the house leaves it alone. */
export type NewDelivery = { readonly endpointId: string; readonly state?: string; readonly tries?: number };

const hourMs = 3_600_000;

/** Writes an event and its deliveries in an open transaction of `store`, and answers its id. */
export async function writeEvent(tx: Db, { store, event }: { readonly store: Store; readonly event: NewEvent }) {
  const { accountId, at, type = "signature_request_sent", requestId = null, seq = 0, clientId = null } = event;
  const event_id = newUuid(at);
  await tx
    .insertInto("events")
    .values({
      event_id,
      account_id: accountId,
      client_id: clientId,
      type,
      request_id: requestId,
      seq,
      occurred_at: at,
      related_signature_id: null,
      message: null,
      object_json: event.object === undefined ? `{"title":"${event_id}"}` : event.object,
      position: store.position,
    })
    .execute();
  for (const { endpointId, state = "pending", tries = 0 } of event.to ?? [])
    await tx
      .insertInto("deliveries")
      .values({
        delivery_id: newUuid(at),
        event_id,
        endpoint_id: endpointId,
        account_id: accountId,
        request_id: requestId,
        seq,
        replay_no: 0,
        state,
        single_attempt: 0,
        tries,
        lease_no: tries,
        leased: 0,
        worker_id: null,
        next_at: Date.now() + hourMs,
        created_at: at,
      })
      .execute();
  return event_id;
}

/** Writes events, each in a commit of its own, and answers their ids. */
export async function writeEvents({ store }: Pick<House, "store">, events: readonly NewEvent[]) {
  const ids: string[] = [];
  for (const event of events) ids.push(await store.transact((tx) => writeEvent(tx, { store, event })));
  return ids;
}

/** The ids of the house's first account, and of the endpoints of that account and of its app. */
export async function idsOf({ store, clientId }: Pick<House, "store" | "clientId">) {
  const rows = await store.read.selectFrom("endpoints").select(["endpoint_id", "account_id", "client_id"]).execute();
  const own = rows.find((row) => row.client_id === null);
  const app = rows.find((row) => row.client_id === clientId);
  if (!own || !app) throw new Error("The account and the app of this house have a callback URL each");
  return { accountId: own.account_id, toAccount: own.endpoint_id, toApp: app.endpoint_id };
}

/** Writes a withdrawn request of an account, about which nothing was called back; answers its id. */
export async function writeRequest({ store }: Pick<House, "store">, accountId: string): Promise<string> {
  const requestId = newId();
  const texts = { title: "", original_title: "", metadata_json: "{}", cc_json: "[]", custom_fields_json: "[]" };
  const numbers = { is_embedded: 0, test_mode: 1, created_at: 0, last_seq: 0 };
  const row = {
    request_id: requestId,
    account_id: accountId,
    state: "canceled",
    options_json: "{}",
    ...texts,
    ...numbers,
  };
  await store.transact((tx) => tx.insertInto("signature_requests").values(row).execute());
  return requestId;
}
