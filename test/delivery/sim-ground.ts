import { keyColumns } from "../../src/accounts/keys.ts";
import type { Store } from "../../src/storage/store.ts";
import { secret } from "./sim-world.ts";

/** The account of the simulated house. */
export const accountId = "me";

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

/** Clears what the seed before left, and makes this one's endpoints: the account's, and perhaps the app's. */
export async function clearGround(
  store: Store,
  { endpoints, strict }: { readonly endpoints: readonly string[]; readonly strict: readonly string[] },
): Promise<void> {
  await store.transact(async (tx) => {
    for (const table of ["attempts", "deliveries", "events", "jobs", "signature_requests", "endpoints"] as const)
      await tx.deleteFrom(table).execute();
    for (const name of endpoints)
      await tx
        .insertInto("endpoints")
        .values({
          endpoint_id: name,
          account_id: accountId,
          client_id: name === "account" ? null : name,
          url: `http://receiver.test/${name}`,
          credentials_cipher: null,
          state: "active",
          created_at: 0,
          updated_at: 0,
          ordering: strict.includes(name) ? "strict" : "best_effort",
        })
        .execute();
  });
}

/** The row of a request that is made by the account itself, or through its app. */
export function requestRow(requestId: string, isApp: boolean) {
  return {
    request_id: requestId,
    account_id: accountId,
    client_id: isApp ? "app" : null,
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
