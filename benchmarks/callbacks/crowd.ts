import { sql } from "kysely";
import { newUuid } from "../../src/base/ids.ts";
import type { Store } from "../../src/storage/store.ts";
import { accountOf, eventType } from "./payload.ts";

const app = "d".repeat(32);
const batch = 10_000;

/** Puts so many due deliveries of one endpoint with this URL into the database, each of a request of its own. */
export async function seedCrowd(
  store: Store,
  { count, url }: { readonly count: number; readonly url: string },
): Promise<void> {
  const at = Date.now();
  const accountId = accountOf(0);
  const endpointId = newUuid(at);
  await store.transact(async (tx) => {
    await tx
      .insertInto("endpoints")
      .values({
        endpoint_id: endpointId,
        account_id: accountId,
        client_id: app,
        url,
        credentials_cipher: null,
        state: "active",
        created_at: at,
        updated_at: at,
      })
      .execute();
  });
  const owed = { accountId, endpointId };
  for (let first = 0; first < count; first += batch)
    await seedBatch(store, { ...owed, first, last: Math.min(count, first + batch) - 1 });
  // A crowd that came by and by would be known to the planner: autovacuum looks once a minute.
  if (store.kind === "postgres") await store.transact(async (tx) => void (await sql`analyze`.execute(tx)));
}

type Batch = {
  readonly accountId: string;
  readonly endpointId: string;
  readonly first: number;
  readonly last: number;
};

/** Every event of the crowd has an object of its own, a small one: what waits is what counts here. */
async function seedBatch(store: Store, { accountId, endpointId, first, last }: Batch): Promise<void> {
  const numbers = sql`with recursive numbers (n) as (
    select cast(${first} as bigint) union all select n + 1 from numbers where n < cast(${last} as bigint))`;
  const at = sql`cast(${Date.now()} as bigint)`;
  await store.transact(async (tx) => {
    await sql`insert into events (event_id, account_id, client_id, type, request_id, seq, occurred_at, object_json, position)
      ${numbers} select ${sql.lit("crowd-event-")} || n, ${accountId}, ${app}, ${eventType}, ${sql.lit("crowd-")} || n, 1, ${at},
        '{"of":"the crowd"}', ${store.position} from numbers`.execute(tx);
    await sql`insert into deliveries (delivery_id, event_id, endpoint_id, account_id, request_id, seq, replay_no, state,
        single_attempt, tries, lease_no, leased, next_at, created_at)
      ${numbers} select ${sql.lit("crowd-delivery-")} || n, ${sql.lit("crowd-event-")} || n, ${endpointId}, ${accountId},
        ${sql.lit("crowd-")} || n, 1, 0, 'pending', 0, 0, 0, 0, ${store.now}, ${at} from numbers`.execute(tx);
  });
}
