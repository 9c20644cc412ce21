import { keyColumns } from "../../src/accounts/keys.ts";
import type { Store } from "../../src/storage/store.ts";
import { secret } from "./sim-world.ts";

/** The account of the simulated house. */
export const accountId = "me";

/** The endpoints that a seed may have: the account's, and those of two apps, each named as its app. */
export const endpointNames = ["account", "app1", "app2"] as const;

/** The account and its key, once a database. */
export async function layGround(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    const account = {
      account_id: accountId,
      email: "me@example.com",
      password_hash: "",
      locale: "en-US",
      created_at: 0,
    };
    await tx.insertInto("accounts").values(account).execute();
    const key = { key: "k".repeat(64), accountId, name: "", isPrimary: true, at: 0 };
    await tx.insertInto("api_keys").values(keyColumns(secret, key)).execute();
  });
}

const written = ["attempts", "deliveries", "events", "jobs", "replays", "signature_requests", "endpoints"] as const;

/** Clears what the seed before left, and makes this one's endpoints. */
export async function clearGround(
  store: Store,
  { endpoints, strict }: { readonly endpoints: readonly string[]; readonly strict: readonly string[] },
): Promise<void> {
  await store.transact(async (tx) => {
    for (const table of written) await tx.deleteFrom(table).execute();
    const rows = endpoints.map((name) => ({
      endpoint_id: name,
      account_id: accountId,
      client_id: clientOf(name),
      url: urlOf(name),
      credentials_cipher: null,
      state: "active",
      created_at: 0,
      updated_at: 0,
      ordering: strict.includes(name) ? "strict" : "best_effort",
    }));
    await tx.insertInto("endpoints").values(rows).execute();
  });
}

/** Where the callbacks of an endpoint go. */
export function urlOf(endpoint: string): string {
  return `http://receiver.test/${endpoint}`;
}

/** The app of an endpoint, or null for the account's. */
export function clientOf(endpoint: string): string | null {
  return endpoint === "account" ? null : endpoint;
}

/** The row of a request that is made by the account itself, or through an app. */
export function requestRow(requestId: string, clientId: string | null) {
  return {
    request_id: requestId,
    account_id: accountId,
    client_id: clientId,
    state: "awaiting",
    is_embedded: 1,
    test_mode: 1,
    title: requestId,
    original_title: requestId,
    metadata_json: "{}",
    cc_json: "[]",
    custom_fields_json: "[]",
    options_json: "{}",
    created_at: 0,
    last_seq: 0,
  };
}
