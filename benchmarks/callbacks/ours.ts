import { join } from "node:path";
import { keyColumns } from "../../src/accounts/keys.ts";
import { newWebhookSecret, sealWebhookSecret } from "../../src/accounts/webhook-secret.ts";
import { pause, steadyClock, systemClock } from "../../src/base/clock.ts";
import { newUuid } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import { openLog } from "../../src/base/log.ts";
import { startDelivering } from "../../src/callbacks/deliver.ts";
import { planCallbacks, type RenderObject } from "../../src/callbacks/plan.ts";
import { append } from "../../src/events/append.ts";
import type { Transact } from "../../src/events/work.ts";
import { type Outbound, openOutbound } from "../../src/http/outbound.ts";
import { releaseAllLeases } from "../../src/outbox/jobs.ts";
import { leaseFor } from "../../src/outbox/leases.ts";
import type { Loop } from "../../src/outbox/loop.ts";
import { readConfig } from "../../src/server/config.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Contestant, Contesting, Ground } from "./contestant.ts";
import { seedCrowd } from "./crowd.ts";
import { accountOf, accountRow, apiKey, eventType, lanes, objectOf, requestRow } from "./payload.ts";

const secret = Buffer.alloc(32, 7);
const engine = [
  `${limits.callbacksInFlight} callbacks in flight, ${limits.callbacksInFlightPerEndpoint} an endpoint, claims of ${limits.claimBatch}`,
  "every event with its gapless sequence and its frozen object in the transaction of the change",
  "the defaults of the house otherwise",
];

/** Countersign on its embedded database. */
export const oursOnSqlite: Contesting = {
  settings: ["SQLite: WAL, synchronous FULL for the change, NORMAL for claims and settlements", ...engine],
  open: async (ground) => {
    const store = await openSqlite({ file: join(ground.folder, "countersign.db"), clock: systemClock });
    await releaseAllLeases(store);
    return contest(store, ground);
  },
};

/** Countersign on PostgreSQL. */
export const oursOnPostgres: Contesting = {
  settings: [
    `PostgreSQL: ${limits.postgresCallerConnections} connections and synchronous_commit on for the change, ${limits.postgresLeaseConnections} and off for claims and settlements`,
    ...engine,
  ],
  open: async (ground) => contest(await openPostgres({ url: ground.databaseUrl ?? "" }), ground),
};

async function contest(store: Store, { receiverUrl }: Ground): Promise<Contestant> {
  await seedLanes(store, receiverUrl);
  const outbound = openOutbound({ allow: ["127.0.0.0/8"], refuseTargets: [] });
  const objects = new Map<string, string>();
  let loop: Loop | null = null;
  const transact = openTransact({ store, objects, wake: () => loop?.wake() });

  return {
    enqueue: async (order) => {
      objects.set(order.requestId, objectOf(order));
      await transact(async (work) => {
        await work.tx.insertInto("signature_requests").values(requestRow(order, work.at)).execute();
        await append(work, { type: eventType, requestId: order.requestId });
      });
      objects.delete(order.requestId);
    },
    start: async () => {
      loop = startOurs({ store, outbound });
    },
    stop: async () => {
      await loop?.stop();
      loop = null;
    },
    close: async () => {
      outbound.close();
      await store.close();
    },
    attempts: async () => {
      const counted = store.read.selectFrom("attempts").select((eb) => eb.fn.countAll().as("count"));
      return Number((await counted.executeTakeFirstOrThrow()).count);
    },
    crowd: (crowd) => seedCrowd(store, crowd),
  };
}

type Transacting = { readonly store: Store; readonly objects: ReadonlyMap<string, string>; readonly wake: () => void };

/** As the server does it, but for the rendering of the object, which is ready: peers do not render theirs either. */
function openTransact({ store, objects, wake }: Transacting): Transact {
  const renderObject: RenderObject = async (_, { requestId }) =>
    requestId === null ? null : (objects.get(requestId) ?? null);
  return makeTransact({
    store,
    clock: systemClock,
    secret,
    reactions: [
      (work) => planCallbacks(work, { renderObject, findHearing: async () => null, appOverridesAccount: false }),
    ],
    wake: (names) => {
      if (names.has("deliveries")) wake();
    },
  });
}

function startOurs(parts: { readonly store: Store; readonly outbound: Outbound }): Loop {
  const { callbackSchedule: schedule, callbackTimeoutMs: timeoutMs } = readConfig({});
  return startDelivering({
    ...parts,
    clock: systemClock,
    steadyClock,
    pause,
    random: Math.random,
    secret,
    log: openLog("error"),
    workerId: `bench-${newUuid(Date.now())}`,
    schedule,
    timeoutMs,
    leaseMs: leaseFor(parts.store, timeoutMs + limits.leaseMarginMs),
  });
}

/** An account with a key and a callback URL for each lane, unless they are there. */
async function seedLanes(store: Store, receiverUrl: string): Promise<void> {
  const known = await store.read.selectFrom("endpoints").select("endpoint_id").limit(1).execute();
  if (known.length > 0) return;

  const at = Date.now();
  await store.transact(async (tx) => {
    for (let lane = 0; lane < lanes; lane++) {
      const accountId = accountOf(lane);
      await tx.insertInto("accounts").values(accountRow(lane)).execute();
      const key = {
        key: `${apiKey.slice(2)}${String(lane).padStart(2, "0")}`,
        accountId,
        name: "bench",
        isPrimary: true,
        at,
      };
      await tx.insertInto("api_keys").values(keyColumns(secret, key)).execute();
      await tx
        .insertInto("endpoints")
        .values({
          endpoint_id: newUuid(at),
          account_id: accountId,
          client_id: null,
          url: `${receiverUrl}/lane/${lane}`,
          credentials_cipher: null,
          secret_cipher: sealWebhookSecret(newWebhookSecret(), secret),
          state: "active",
          created_at: at,
          updated_at: at,
        })
        .execute();
    }
  });
}
