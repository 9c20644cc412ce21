import pg from "pg";
import { lookAt } from "../../test/support/house.ts";
import { startTestServer, type TestServer } from "../../test/support/server.ts";
import { type Extent, fillHouse, type Tenant } from "./fill.ts";
import { makeTenants } from "./stand.ts";

/** A server in a process of its own whose house is full. */
export type FullHouse = {
  readonly name: "SQLite" | "PostgreSQL";
  readonly server: TestServer;
  /** The first account, whose key the server's is. */
  readonly tenant: Tenant;
  readonly events: number;
  /** A request of the first account. */
  readonly requestId: string;
};

/** Starts a server and fills its house: on PostgreSQL where there is an address, or else on SQLite. */
export async function openFullHouse(databaseUrl: string | null, extent: Extent): Promise<FullHouse> {
  const server = await startTestServer(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl });
  const store = await lookAt({ dataFolder: server.dataFolder, databaseUrl });
  const tenants = await makeTenants(store, server);
  const events = await fillHouse(store, { tenants, extent });
  const [tenant] = tenants;
  if (tenant === undefined) throw new Error("There is an account");
  const { request_id: requestId } = await store.read
    .selectFrom("signature_requests")
    .select("request_id")
    .where("account_id", "=", tenant.accountId)
    .where("client_id", "=", tenant.apps[0]?.clientId ?? "")
    .orderBy("created_at")
    .offset(100)
    .limit(1)
    .executeTakeFirstOrThrow();
  await store.close();
  // What autovacuum does by itself, sooner or later.
  if (databaseUrl !== null) await vacuum(databaseUrl);
  return { name: databaseUrl === null ? "SQLite" : "PostgreSQL", server, tenant, events, requestId };
}

async function vacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("vacuum analyze");
  await client.end();
}
