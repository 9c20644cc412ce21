import { type RawBuilder, sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { AttemptRow, DeliveryRow } from "../storage/promise-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import type { EndpointRow } from "../storage/tables.ts";
import { isDue } from "./leases.ts";

/** A delivery in a worker's hands: `leaseNo` is the fence that its settlement must show. */
export type ClaimedDelivery = {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly seq: number;
  readonly tries: number;
  readonly leaseNo: number;
  readonly singleAttempt: boolean;
};

/** Who claims, how much, for how long (milliseconds). */
export type ClaimOptions = {
  readonly workerId: string;
  readonly most: number;
  readonly leaseMs: number;
  /** How many attempts an endpoint may have under way, and how many each has. */
  readonly mostPerEndpoint: number;
  readonly underWay: ReadonlyMap<string, number>;
};

/**
 * Takes due deliveries: per endpoint and request at most one is under way, the lowest sequence first; one that waits for
 * its next try does not hold up those after it. Endpoints with the fewest attempts under way come first.
 */
export async function claimDeliveries(store: Store, options: ClaimOptions): Promise<readonly ClaimedDelivery[]> {
  const endpoints = await findDueEndpoints(store);
  if (endpoints.length === 0) return [];

  const load = (endpointId: string) => options.underWay.get(endpointId) ?? 0;
  const order = endpoints.toSorted((a, b) => load(a) - load(b));
  return store.transact(
    async (tx) => {
      const claimed: ClaimedDelivery[] = [];
      for (const endpointId of order) {
        const room = Math.min(options.most - claimed.length, options.mostPerEndpoint - load(endpointId));
        if (room > 0) claimed.push(...(await takeDue(tx, store, { ...options, endpointId, room })));
      }
      return claimed;
    },
    { durability: "lazy" },
  );
}

/**
 * In no order: beyond the limit chance decides, so that nobody waits for ever. One row is asked of each endpoint, in the order
 * of the index: PostgreSQL makes an `exists` into a join with all that waits.
 */
async function findDueEndpoints(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<{ endpoint_id: string }>`
    select endpoint_id from endpoints e
    where (
      select d.delivery_id from deliveries d
      where d.endpoint_id = e.endpoint_id and d.state = 'pending' and ${isDue(store, "d")}
      order by d.next_at limit 1) is not null
    order by random() limit ${limits.dueEndpoints}`.execute(store.read);
  return rows.map((row) => row.endpoint_id);
}

type Taking = ClaimOptions & { readonly endpointId: string; readonly room: number };

async function takeDue(
  tx: Db,
  store: Store,
  { workerId, endpointId, room, leaseMs }: Taking,
): Promise<readonly ClaimedDelivery[]> {
  const skipLocked = store.kind === "postgres" ? sql`for update skip locked` : sql``;
  const { rows } = await sql<DeliveryRow>`
    with due as materialized (
      select d.delivery_id from deliveries d
      where d.endpoint_id = ${endpointId} and d.state = 'pending' and ${isDue(store, "d")}
        and (d.request_id is null or not exists (
          select 1 from deliveries o
          where o.endpoint_id = d.endpoint_id and o.request_id = d.request_id and o.state = 'pending'
            and o.delivery_id <> d.delivery_id
            and ((o.leased = 1 and o.next_at > ${store.now})
              or ((o.seq < d.seq or (o.seq = d.seq and o.delivery_id < d.delivery_id)) and ${isDue(store, "o")}))))
      order by d.next_at, d.delivery_id limit ${room} ${skipLocked})
    update deliveries
    set leased = 1, worker_id = ${workerId}, lease_no = lease_no + 1, next_at = ${store.now} + ${leaseMs}
    where delivery_id in (select delivery_id from due)
    returning *`.execute(tx);
  return rows.map((row) => ({
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    endpointId: row.endpoint_id,
    seq: row.seq,
    tries: row.tries,
    leaseNo: row.lease_no,
    singleAttempt: row.single_attempt === 1,
  }));
}

/** How an attempt ended, and what becomes of its delivery. */
export type Settlement = {
  readonly claimed: ClaimedDelivery;
  readonly attempt: Pick<
    AttemptRow,
    "started_at" | "duration_ms" | "url" | "status" | "outcome" | "response_headers_json" | "response_body"
  >;
  readonly becomes:
    | { readonly state: "delivered" | "exhausted" }
    | { readonly state: "pending"; readonly delayMs: number };
};

/**
 * Writes down an attempt and its outcome in one transaction. What is held meanwhile stays held, unless this ends it. False
 * when the lease was lost meanwhile: then nothing is written.
 */
export async function settleDelivery(store: Store, { claimed, attempt, becomes }: Settlement): Promise<boolean> {
  return store.transact(
    async (tx) => {
      const settled = await tx
        .updateTable("deliveries")
        .set({
          ...(becomes.state === "pending" ? {} : { state: becomes.state }),
          leased: 0,
          tries: claimed.tries + 1,
          next_at: sql<number>`${store.now} + ${becomes.state === "pending" ? becomes.delayMs : 0}`,
        })
        .where("delivery_id", "=", claimed.deliveryId)
        .where("lease_no", "=", claimed.leaseNo)
        .where("state", "in", ["pending", "held"])
        .executeTakeFirst();
      if (settled.numUpdatedRows !== 1n) return false;

      await tx
        .insertInto("attempts")
        .values({ delivery_id: claimed.deliveryId, n: claimed.tries + 1, lease_no: claimed.leaseNo, ...attempt })
        .execute();
      return true;
    },
    { durability: "lazy" },
  );
}

/** Gives a claimed delivery back untried, because its endpoint takes nothing; due at once when it does so again by now. */
export async function giveBackDelivery(store: Store, claimed: ClaimedDelivery): Promise<void> {
  await store.transact(
    async (tx) => {
      const takes = takesCallbacks(await lockEndpoint(tx, claimed.endpointId));
      await tx
        .updateTable("deliveries")
        .set({ state: takes ? "pending" : "held", leased: 0, next_at: sql<number>`${store.now}` })
        .where("delivery_id", "=", claimed.deliveryId)
        .where("lease_no", "=", claimed.leaseNo)
        .where("state", "in", ["pending", "held"])
        .execute();
    },
    { durability: "lazy" },
  );
}

/** Whether callbacks may go to an endpoint now. */
export function takesCallbacks({ url, state }: Pick<EndpointRow, "url" | "state">): boolean {
  return url !== null && state === "active";
}

/**
 * Takes an endpoint's row until the commit. Whoever is about to hold something for it must ask again under this lock: else a
 * URL that is set in the same moment would let everything go but that.
 */
export async function lockEndpoint(tx: Db, endpointId: string): Promise<EndpointRow> {
  return tx
    .updateTable("endpoints")
    .set((eb) => ({ state: eb.ref("state") }))
    .where("endpoint_id", "=", endpointId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Holds what waits for an endpoint, or lets it go on: due at once, in sequence, but after what is under way. */
export async function holdDeliveries(
  { tx, now }: { readonly tx: Db; readonly now: RawBuilder<number> },
  { endpointId, held }: { readonly endpointId: string; readonly held: boolean },
): Promise<void> {
  const dueAtOnce = sql<number>`case when leased = 1 then next_at else ${now} end`;
  await tx
    .updateTable("deliveries")
    .set(held ? { state: "held" } : { state: "pending", next_at: dueAtOnce })
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", held ? "pending" : "held")
    .execute();
}
