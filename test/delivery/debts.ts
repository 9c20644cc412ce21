import { newUuid } from "../../src/base/ids.ts";
import type { Store } from "../../src/storage/store.ts";

/** What is owed: to which endpoint, about which request, with which sequence number. */
export type Debt = { readonly to: string; readonly about: string; readonly seq: number };

/** Makes the endpoints `A`, the account's, and others, each of an app of that name. */
export async function makeEndpoints(store: Store, names: readonly string[]): Promise<void> {
  await store.transact(async (tx) => {
    const account = { account_id: "me", email: "me@example.com", password_hash: "", locale: "en-US", created_at: 0 };
    await tx.insertInto("accounts").values(account).execute();
    for (const name of names) {
      const clientId = name === "A" ? null : name;
      await tx
        .insertInto("endpoints")
        .values({
          endpoint_id: name,
          account_id: "me",
          client_id: clientId,
          url: "http://127.0.0.1:1/",
          credentials_cipher: null,
          state: "active",
          created_at: 0,
          updated_at: 0,
        })
        .execute();
    }
  });
}

/** Writes down deliveries as the plan of a change does; each is named "endpoint request sequence". */
export async function oweAll(
  store: Store,
  { debts, at }: { readonly debts: readonly Debt[]; readonly at: number },
): Promise<void> {
  await store.transact(async (tx) => {
    for (const { to, about, seq } of debts) {
      const eventId = newUuid(at);
      const shared = { event_id: eventId, account_id: "me", seq };
      await tx
        .insertInto("events")
        .values({
          ...shared,
          client_id: null,
          type: "signature_request_sent",
          request_id: null,
          occurred_at: at,
          related_signature_id: null,
          message: null,
          object_json: null,
        })
        .execute();
      await tx
        .insertInto("deliveries")
        .values({
          ...shared,
          delivery_id: `${to} ${about} ${seq}`,
          endpoint_id: to,
          request_id: about,
          replay_no: 0,
          state: "pending",
          single_attempt: 0,
          tries: 0,
          lease_no: 0,
          leased: 0,
          worker_id: null,
          next_at: at,
          created_at: at,
        })
        .execute();
    }
  });
}
