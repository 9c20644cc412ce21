import type { ClaimedDelivery } from "../outbox/deliveries.ts";
import { isLosing, renewLeases } from "../outbox/leases.ts";
import type { Traffic } from "../outbox/traffic.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import type { Addressees } from "./addressees.ts";
import type { attemptDelivery } from "./attempt.ts";
import type { Courier } from "./courier.ts";
import type { Settler } from "./settler.ts";

/** A delivery in this worker's hands, from the claim until it is settled. */
export type Parcel = {
  /** Taken again by this worker (a clock that jumped ends leases), it goes on with the newer lease. */
  claimed: ClaimedDelivery;
  readonly event: EventRow;
  /** Until when the lease is good for sure, by the steady clock. */
  heldUntil: number;
  /** Its outcome is being written: a beat at the same rows could wait for that, and that for the beat. */
  isSettling: boolean;
};

/** A parcel whose attempt has ended. */
export type Ended = { readonly parcel: Parcel; readonly outcome: Awaited<ReturnType<typeof attemptDelivery>> };

/** What one worker works at. */
export type Desk = {
  readonly courier: Courier;
  readonly traffic: Traffic;
  readonly addressees: Addressees;
  readonly settler: Settler<Ended>;
  /** Everything in hands, by delivery. */
  readonly hands: Map<string, Parcel>;
  /** What waits for its turn, by endpoint. */
  readonly ready: Map<string, Parcel[]>;
  readonly underWay: Set<Promise<void>>;
  /** Roads, each of an endpoint and a request, on which an attempt is under way: a lease that a jump of the clock ended lets no other go. */
  readonly taken: Set<string>;
  /** Endpoints that have just not been reached, and how often: no more goes there until that is written down and the breaker has its say. */
  readonly doubted: Map<string, number>;
  readonly wake: () => void;
};

/**
 * Whether this worker has a claimed delivery in its hands already: then that goes on with the newer lease. But an attempt under way
 * that another has made meanwhile is no longer the next one: it keeps its lease, and the fence refuses it.
 */
export function isInHands(
  { hands, ready, courier }: Desk,
  { one, at }: { readonly one: ClaimedDelivery; readonly at: number },
): boolean {
  const parcel = hands.get(one.deliveryId);
  if (!parcel) return false;
  if (parcel.claimed.tries !== one.tries && !ready.get(one.endpointId)?.includes(parcel)) return true;
  parcel.claimed = one;
  parcel.heldUntil = at + courier.leaseMs;
  return true;
}

/** The events of claimed deliveries, by id. */
export async function findEvents(
  { read }: Store,
  claimed: readonly ClaimedDelivery[],
): Promise<ReadonlyMap<string, EventRow>> {
  if (claimed.length === 0) return new Map();
  const ids = [...new Set(claimed.map(({ eventId }) => eventId))];
  const rows = await read.selectFrom("events").selectAll().where("event_id", "in", ids).execute();
  return new Map(rows.map((row) => [row.event_id, row]));
}

/** Takes a claimed delivery into hands: it waits for its turn behind the others of its endpoint. */
export function receive(
  { courier, hands, ready }: Desk,
  { claimed, event, heldUntil }: Pick<Parcel, "claimed" | "heldUntil"> & { readonly event: EventRow | undefined },
): void {
  const { deliveryId, endpointId, leaseNo, tries } = claimed;
  if (isLosing(claimed))
    courier.log.error(
      { delivery: deliveryId, leases: leaseNo, attempts: tries },
      "a delivery has lost its workers again and again; it is tried once more",
    );
  if (!event) throw new Error(`Delivery ${deliveryId} has no event.`);
  const parcel = { claimed, event, heldUntil, isSettling: false };
  hands.set(deliveryId, parcel);
  const queue = ready.get(endpointId);
  if (queue) queue.push(parcel);
  else ready.set(endpointId, [parcel]);
}

/** A sign of life. What waits here and is no longer ours is put away; what is under way meets the fence. */
export async function renew({ courier, hands, ready }: Desk, parcels: readonly Parcel[]): Promise<void> {
  const { store, workerId, leaseMs, steadyClock } = courier;
  const at = steadyClock();
  const ids = parcels.map(({ claimed }) => claimed.deliveryId);
  const renewed = await renewLeases(store, { table: "deliveries", workerId, ids, leaseMs });
  for (const parcel of parcels) if (renewed.has(parcel.claimed.deliveryId)) parcel.heldUntil = at + leaseMs;
  for (const [endpointId, queue] of ready) {
    const lost = queue.filter((parcel) => parcels.includes(parcel) && !renewed.has(parcel.claimed.deliveryId));
    if (lost.length === 0) continue;
    for (const parcel of lost) hands.delete(parcel.claimed.deliveryId);
    const left = queue.filter((parcel) => !lost.includes(parcel));
    if (left.length > 0) ready.set(endpointId, left);
    else ready.delete(endpointId);
  }
}

/** Takes what waits for these endpoints out of hands, to be given back. */
export function takeBack({ hands, ready }: Desk, endpointIds: ReadonlySet<string>): readonly ClaimedDelivery[] {
  const waiting = [...endpointIds].flatMap((id) => ready.get(id) ?? []).map(({ claimed }) => claimed);
  for (const id of endpointIds) ready.delete(id);
  for (const { deliveryId } of waiting) hands.delete(deliveryId);
  return waiting;
}

/** Counts an attempt that reached nobody, or with -1 that it is written down. */
export function doubt(
  { doubted }: Desk,
  { endpointId, by }: { readonly endpointId: string; readonly by: 1 | -1 },
): void {
  const count = (doubted.get(endpointId) ?? 0) + by;
  if (count > 0) doubted.set(endpointId, count);
  else doubted.delete(endpointId);
}

/** The next parcel of an endpoint that may begin: its lease is good for sure, and nothing of its request is under way. */
export function pickNext(
  { ready, taken }: Desk,
  { endpointId, at }: { readonly endpointId: string; readonly at: number },
): Parcel | null {
  const queue = ready.get(endpointId) ?? [];
  const index = queue.findIndex((parcel) => parcel.heldUntil > at && !taken.has(roadOf(parcel)));
  const [parcel] = index === -1 ? [] : queue.splice(index, 1);
  if (queue.length === 0) ready.delete(endpointId);
  return parcel ?? null;
}

/** The road of a parcel: one at a time goes there. What is about no request has one of its own. */
export function roadOf({ claimed, event }: Parcel): string {
  return `${claimed.endpointId} ${event.request_id ?? event.fax_id ?? claimed.deliveryId}`;
}
