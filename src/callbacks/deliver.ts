import type { Clock, pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secrets.ts";
import { type ClaimedDelivery, claimDeliveries, giveBackDeliveries } from "../outbox/deliveries.ts";
import { isLosing, leaseFor, renewLeases } from "../outbox/leases.ts";
import { type Loop, startBeating } from "../outbox/loop.ts";
import { settleDeliveries } from "../outbox/settle.ts";
import { openTraffic, type Traffic } from "../outbox/traffic.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import { type Addressees, openAddressees } from "./addressees.ts";
import { type AttemptTools, attemptDelivery } from "./attempt.ts";
import { openSettler, type Settler } from "./settler.ts";
import { shareOut } from "./share.ts";

/** What the delivery engine works with. */
export type Courier = AttemptTools & {
  readonly store: Store;
  readonly steadyClock: Clock;
  readonly pause: typeof pause;
  readonly secret: Secret;
  readonly log: Log;
  readonly workerId: string;
};

/** A delivery in this worker's hands, from the claim until it is settled. */
type Parcel = {
  /** Taken again by this worker (a clock that jumped ends leases), it goes on with the newer lease. */
  claimed: ClaimedDelivery;
  readonly event: EventRow;
  /** Until when the lease is good for sure, by the steady clock. */
  heldUntil: number;
};

type Ended = { readonly parcel: Parcel; readonly outcome: Awaited<ReturnType<typeof attemptDelivery>> };

type Desk = {
  readonly courier: Courier;
  readonly leaseMs: number;
  readonly traffic: Traffic;
  readonly addressees: Addressees;
  readonly settler: Settler<Ended>;
  /** Everything in hands, by delivery. */
  readonly hands: Map<string, Parcel>;
  /** What waits for its turn, by endpoint. */
  readonly ready: Map<string, Parcel[]>;
  readonly underWay: Set<Promise<void>>;
  readonly wake: () => void;
};

/**
 * Starts delivering callbacks: claims what is due, posts it, settles it. `wake` looks for work now and forgets what was
 * known of endpoints; `stop` finishes what is under way and gives back the rest.
 */
export function startDelivering(courier: Courier): Loop {
  const { store, log } = courier;
  let bell = new AbortController();
  let stopping = false;
  const wake = () => bell.abort();
  const desk = openDesk(courier, wake);

  async function turn(): Promise<void> {
    while (!stopping) {
      bell = new AbortController();
      const { signal } = bell;
      try {
        if ((await takeMore(desk)) > 0) continue;
      } catch (error) {
        log.error({ loop: "deliveries", err: error }, "could not claim callbacks; trying again");
      }
      await courier.pause(limits.outboxPollMs, signal);
    }
  }

  const turning = turn();
  const stopBeating = startBeating({
    name: "deliveries",
    log,
    pause: courier.pause,
    pieces: () => [...desk.hands.values()],
    beat: (parcels) => renew(desk, parcels),
  });
  return {
    wake: () => {
      desk.addressees.forget();
      wake();
    },
    async stop() {
      stopping = true;
      wake();
      await turning;
      await giveBackDeliveries(store, takeBack(desk));
      await Promise.all(desk.underWay);
      await desk.settler.idle();
      await stopBeating();
    },
  };
}

function openDesk(courier: Courier, wake: () => void): Desk {
  const { store, log, timeoutMs } = courier;
  const desk: Desk = {
    courier,
    leaseMs: leaseFor(store, timeoutMs + limits.leaseMarginMs),
    traffic: openTraffic(),
    addressees: openAddressees(courier),
    settler: openSettler<Ended>({
      write: (batch) => settle(desk, batch),
      giveUp: (batch) => {
        for (const { parcel } of batch) desk.hands.delete(parcel.claimed.deliveryId);
      },
      pause: courier.pause,
      log,
    }),
    hands: new Map(),
    ready: new Map(),
    underWay: new Set(),
    wake,
  };
  return desk;
}

/** Claims what is due and there is room for, and begins what may begin. Answers how many were new. */
async function takeMore(desk: Desk): Promise<number> {
  const { courier, leaseMs, traffic, hands, ready } = desk;
  const { store, workerId, steadyClock, timeoutMs } = courier;
  const at = steadyClock();
  const queued = (endpointId: string) => ready.get(endpointId)?.length ?? 0;
  const claimed = await claimDeliveries(store, {
    workerId,
    leaseMs,
    probeMs: timeoutMs + limits.leaseMarginMs,
    share: (due) => shareOut(due, { traffic, queued, inHands: hands.size, at }),
  });
  const fresh = claimed.filter((one) => !isInHands(desk, { one, at }));
  const events = await findEvents(store, fresh);
  for (const one of fresh) receive(desk, { claimed: one, event: events.get(one.eventId), heldUntil: at + leaseMs });
  beginAll(desk);
  return fresh.length;
}

function isInHands(
  { hands, leaseMs }: Desk,
  { one, at }: { readonly one: ClaimedDelivery; readonly at: number },
): boolean {
  const parcel = hands.get(one.deliveryId);
  if (!parcel) return false;
  parcel.claimed = one;
  parcel.heldUntil = at + leaseMs;
  return true;
}

async function findEvents(
  { read }: Store,
  claimed: readonly ClaimedDelivery[],
): Promise<ReadonlyMap<string, EventRow>> {
  if (claimed.length === 0) return new Map();
  const ids = [...new Set(claimed.map(({ eventId }) => eventId))];
  const rows = await read.selectFrom("events").selectAll().where("event_id", "in", ids).execute();
  return new Map(rows.map((row) => [row.event_id, row]));
}

function receive(
  { courier, hands, ready }: Desk,
  { claimed, event, heldUntil }: Omit<Parcel, "event"> & { readonly event: EventRow | undefined },
): void {
  const { deliveryId, endpointId, leaseNo, tries } = claimed;
  if (isLosing(claimed))
    courier.log.error(
      { delivery: deliveryId, leases: leaseNo, attempts: tries },
      "a delivery has lost its workers again and again; it is tried once more",
    );
  if (!event) throw new Error(`Delivery ${deliveryId} has no event.`);
  const parcel = { claimed, event, heldUntil };
  hands.set(deliveryId, parcel);
  const queue = ready.get(endpointId);
  if (queue) queue.push(parcel);
  else ready.set(endpointId, [parcel]);
}

/** One after another from each endpoint, so that the last free place goes to no one endpoint. */
function beginAll(desk: Desk): void {
  let hasBegun = true;
  while (hasBegun) {
    hasBegun = false;
    for (const endpointId of desk.ready.keys()) if (beginNext(desk, endpointId)) hasBegun = true;
  }
}

function beginNext(desk: Desk, endpointId: string): boolean {
  const { courier, traffic, ready, underWay } = desk;
  const queue = ready.get(endpointId);
  const at = courier.steadyClock();
  const [parcel] = queue ?? [];
  // A lease that may be over is not acted upon: the next beat renews it or takes the parcel away.
  if (!queue || !parcel || parcel.heldUntil <= at || traffic.free(endpointId, at) <= 0) return false;
  queue.shift();
  if (queue.length === 0) ready.delete(endpointId);

  const trip = traffic.begin(endpointId, at);
  const running = deliver(desk, parcel)
    .catch((error: unknown) => {
      desk.hands.delete(parcel.claimed.deliveryId);
      courier.log.error({ delivery: parcel.claimed.deliveryId, err: error }, "a delivery threw; its lease will lapse");
    })
    .finally(() => {
      traffic.end(trip, courier.steadyClock());
      underWay.delete(running);
      beginNext(desk, endpointId);
      if (ready.size > 0) beginAll(desk);
    });
  underWay.add(running);
  return true;
}

async function deliver({ courier, addressees, settler, hands }: Desk, parcel: Parcel): Promise<void> {
  const { claimed, event } = parcel;
  const addressee = await addressees.find(claimed.endpointId);
  if (addressee === null) {
    await giveBackDeliveries(courier.store, [parcel.claimed]);
    hands.delete(claimed.deliveryId);
    return;
  }
  const outcome = await attemptDelivery(courier, { claimed, event, addressee });
  settler.add({ parcel, outcome });
}

async function settle({ courier, settler, hands, wake }: Desk, batch: readonly Ended[]): Promise<void> {
  const { store, clock, schedule, log } = courier;
  const settlements = batch.map(({ parcel, outcome }) => ({ claimed: parcel.claimed, ...outcome }));
  const mostWaitMs = Math.min(limits.breakerWaitMostMs, ...schedule);
  const settled = await settleDeliveries(store, settlements, { at: clock(), mostWaitMs });
  for (const [index, { claimed, attempt, becomes }] of settlements.entries()) {
    const ended = batch[index];
    if (!ended) continue;
    const { deliveryId: delivery, leaseNo: lease } = claimed;
    const isOurs = settled.has(delivery);
    if (!isOurs && ended.parcel.claimed.leaseNo > lease) {
      settler.add(ended);
      continue;
    }
    hands.delete(delivery);
    if (!isOurs) log.warn({ delivery, lease }, "an attempt outlived its lease; another worker has the delivery");
    else if (attempt.outcome !== "acked")
      log.info(
        {
          delivery,
          outcome: attempt.outcome,
          attempt: claimed.tries + 1,
          retryInMs: "delayMs" in becomes ? becomes.delayMs : null,
        },
        "a callback was not acknowledged",
      );
  }
  wake();
}

/** A sign of life. What waits here and is no longer ours is put away; what is under way meets the fence. */
async function renew({ courier, leaseMs, hands, ready }: Desk, parcels: readonly Parcel[]): Promise<void> {
  const { store, workerId, steadyClock } = courier;
  const at = steadyClock();
  const ids = parcels.map(({ claimed }) => claimed.deliveryId);
  const renewed = await renewLeases(store, { table: "deliveries", workerId, ids, leaseMs });
  for (const parcel of parcels) if (renewed.has(parcel.claimed.deliveryId)) parcel.heldUntil = at + leaseMs;
  for (const [endpointId, queue] of ready) {
    const lost = queue.filter((parcel) => parcels.includes(parcel) && !renewed.has(parcel.claimed.deliveryId));
    if (lost.length === 0) continue;
    for (const parcel of lost) hands.delete(parcel.claimed.deliveryId);
    ready.set(
      endpointId,
      queue.filter((parcel) => !lost.includes(parcel)),
    );
  }
}

function takeBack({ hands, ready }: Desk): readonly ClaimedDelivery[] {
  const waiting = [...ready.values()].flat().map(({ claimed }) => claimed);
  ready.clear();
  for (const { deliveryId } of waiting) hands.delete(deliveryId);
  return waiting;
}
