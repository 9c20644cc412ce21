import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import type { Db, Store } from "../storage/store.ts";
import type { AttemptRow, DeliveryRow } from "../storage/tables.ts";

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

export type ClaimOptions = {
  readonly workerId: string;
  readonly most: number;
  readonly leaseMs: number;
  /** Endpoints that have as many attempts under way as they may. */
  readonly busyEndpoints: readonly string[];
};

/**
 * Takes due deliveries: per endpoint and request at most one is under way, the lowest sequence first; one that
 * waits for its next try does not hold up those after it.
 */
export async function claimDeliveries(store: Store, options: ClaimOptions): Promise<readonly ClaimedDelivery[]> {
  const rows = await store.transact((tx) => takeDue(tx, store, options), { durability: "lazy" });
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

async function takeDue(
  tx: Db,
  store: Store,
  { workerId, most, leaseMs, busyEndpoints }: ClaimOptions,
): Promise<readonly DeliveryRow[]> {
  const skipLocked = store.kind === "postgres" ? sql`for update skip locked` : sql``;
  const notBusy = busyEndpoints.length === 0 ? sql`` : sql`and d.endpoint_id not in (${sql.join(busyEndpoints)})`;
  const result = await sql<DeliveryRow>`
    update deliveries set leased = 1, worker_id = ${workerId}, lease_no = lease_no + 1, next_at = ${store.now} + ${leaseMs}
    where delivery_id in (
      select d.delivery_id from deliveries d
      where d.state = 'pending' and d.next_at <= ${store.now} ${notBusy}
        and (d.request_id is null or not exists (
          select 1 from deliveries o
          where o.endpoint_id = d.endpoint_id and o.request_id = d.request_id and o.state = 'pending'
            and o.delivery_id <> d.delivery_id
            and ((o.leased = 1 and o.next_at > ${store.now})
              or (o.next_at <= ${store.now} and (o.seq < d.seq or (o.seq = d.seq and o.delivery_id < d.delivery_id))))))
      order by d.next_at, d.seq, d.delivery_id limit ${most} ${skipLocked})
    returning *`.execute(tx);
  return result.rows;
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

/** Writes down an attempt and its outcome in one transaction. False when the lease was lost meanwhile: then nothing is written. */
export async function settleDelivery(store: Store, { claimed, attempt, becomes }: Settlement): Promise<boolean> {
  return store.transact(
    async (tx) => {
      const settled = await tx
        .updateTable("deliveries")
        .set({
          state: becomes.state,
          leased: 0,
          tries: claimed.tries + 1,
          next_at: sql<number>`${store.now} + ${becomes.state === "pending" ? becomes.delayMs : 0}`,
        })
        .where("delivery_id", "=", claimed.deliveryId)
        .where("lease_no", "=", claimed.leaseNo)
        .where("state", "=", "pending")
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

/** Gives a claimed delivery back untried: due at once again, or held because its endpoint takes nothing now. */
export async function giveBackDelivery(
  store: Store,
  { claimed, state }: { readonly claimed: ClaimedDelivery; readonly state: "pending" | "held" },
): Promise<void> {
  await store.transact(
    async (tx) => {
      await tx
        .updateTable("deliveries")
        .set({ state, leased: 0, next_at: sql<number>`${store.now}` })
        .where("delivery_id", "=", claimed.deliveryId)
        .where("lease_no", "=", claimed.leaseNo)
        .where("state", "=", "pending")
        .execute();
    },
    { durability: "lazy" },
  );
}

/** Holds what waits for an endpoint, or lets it go on: due at once, in sequence. */
export async function holdDeliveries(
  work: { readonly tx: Db },
  { endpointId, held }: { readonly endpointId: string; readonly held: boolean },
): Promise<void> {
  await work.tx
    .updateTable("deliveries")
    .set({ state: held ? "held" : "pending" })
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", held ? "pending" : "held")
    .execute();
}

/** Milliseconds for which a claim is good: the whole attempt and room to settle it. */
export function leaseFor(timeoutMs: number): number {
  return timeoutMs + limits.leaseMarginMs;
}
