import { createApp } from "../../src/accounts/apps.ts";
import { keyColumns } from "../../src/accounts/keys.ts";
import { systemClock } from "../../src/base/clock.ts";
import { newId, newUuid } from "../../src/base/ids.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Tenant } from "./fill.ts";

/** The accounts that the events belong to: the house's first one, whose key is given, and a smaller one beside it. */
export async function makeTenants(
  store: Store,
  { dataFolder }: { readonly dataFolder: string },
): Promise<readonly Tenant[]> {
  const { account_id: first } = await store.read.selectFrom("accounts").select("account_id").executeTakeFirstOrThrow();
  const second = newId();
  const secret = readSecret({ given: null, dataFolder });
  const transact = makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
  return transact(async (work) => {
    await work.tx
      .insertInto("accounts")
      .values({
        account_id: second,
        email: "second@example.com",
        password_hash: "none",
        locale: "en-US",
        created_at: work.at,
      })
      .execute();
    const key = { key: "7".repeat(64), accountId: second, name: "Second key", isPrimary: true, at: work.at };
    await work.tx.insertInto("api_keys").values(keyColumns(secret, key)).execute();
    const shares: readonly (readonly [accountId: string, share: number, apps: readonly number[]])[] = [
      [first, 0.7, [0.4, 0.2, 0.05, 0.01]],
      [second, 0.3, [0.5, 0.1]],
    ];
    const tenants: Tenant[] = [];
    for (const [index, [accountId, share, apps]] of shares.entries()) {
      const made: Tenant["apps"][number][] = [];
      for (const [number, part] of apps.entries()) {
        const clientId = `${index}${number}`.padEnd(32, "a");
        await createApp(work, { accountId, clientId, name: `App ${number}`, domains: ["localhost"] });
        // The third app of the first account has paused its callbacks.
        const isPaused = index === 0 && number === 2;
        made.push({
          clientId,
          share: part,
          isPaused,
          endpointId: await writeEndpoint(work, { accountId, clientId, isPaused }),
        });
      }
      const endpointId = await writeEndpoint(work, { accountId, clientId: null, isPaused: false });
      tenants.push({ accountId, share, apps: made, endpointId });
    }
    return tenants;
  });
}

type NewEndpoint = { readonly accountId: string; readonly clientId: string | null; readonly isPaused: boolean };

async function writeEndpoint(
  { tx, at }: { readonly tx: Store["read"]; readonly at: number },
  { accountId, clientId, isPaused }: NewEndpoint,
): Promise<string> {
  const endpointId = newUuid(at);
  await tx
    .insertInto("endpoints")
    .values({
      endpoint_id: endpointId,
      account_id: accountId,
      client_id: clientId,
      url: "https://app.example/hook",
      state: isPaused ? "paused" : "active",
      created_at: at,
      updated_at: at,
    })
    .execute();
  return endpointId;
}
