import { limits } from "../base/limits.ts";
import { claimDeliveries, giveBackDeliveries } from "../outbox/deliveries.ts";
import { type Loop, startBeating } from "../outbox/loop.ts";
import { settleDeliveries } from "../outbox/settle.ts";
import { openTraffic } from "../outbox/traffic.ts";
import { openAddressees } from "./addressees.ts";
import { attemptDelivery } from "./attempt.ts";
import type { Courier } from "./courier.ts";
import {
  type Desk,
  doubt,
  type Ended,
  findEvents,
  isInHands,
  type Parcel,
  pickNext,
  receive,
  renew,
  roadOf,
  takeBack,
} from "./desk.ts";
import { openSettler } from "./settler.ts";
import { shareOut } from "./share.ts";

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
    pieces: () => [...desk.hands.values()].filter(({ isSettling }) => !isSettling),
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
      await giveBackDeliveries(store, takeBack(desk, new Set(desk.ready.keys())));
      await Promise.all(desk.underWay);
      await desk.settler.idle();
      await stopBeating();
    },
  };
}

function openDesk(courier: Courier, wake: () => void): Desk {
  const { log } = courier;
  const desk: Desk = {
    courier,
    traffic: openTraffic({ perEndpoint: courier.inFlight ?? limits.callbacksInFlightPerEndpoint }),
    addressees: openAddressees(courier),
    settler: openSettler<Ended>({
      write: (batch) => settleMarked(desk, batch),
      giveUp: (batch) => {
        for (const ended of batch) putDown(desk, ended);
      },
      pause: courier.pause,
      log,
    }),
    hands: new Map(),
    ready: new Map(),
    underWay: new Set(),
    taken: new Set(),
    doubted: new Map(),
    wake,
  };
  return desk;
}

/** Claims what is due and there is room for, and begins what may begin. Answers how many were new. */
async function takeMore(desk: Desk): Promise<number> {
  const { courier, traffic, hands, ready } = desk;
  const { store, workerId, leaseMs, steadyClock, timeoutMs } = courier;
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

/** One after another from each endpoint, so that the last free place goes to no one endpoint. */
function beginAll(desk: Desk): void {
  let hasBegun = true;
  while (hasBegun) {
    hasBegun = false;
    for (const endpointId of desk.ready.keys()) if (beginNext(desk, endpointId)) hasBegun = true;
  }
}

function beginNext(desk: Desk, endpointId: string): boolean {
  const { courier, traffic, ready, underWay, taken } = desk;
  const at = courier.steadyClock();
  if (desk.doubted.has(endpointId) || traffic.free(endpointId, at) <= 0) return false;
  const parcel = pickNext(desk, { endpointId, at });
  if (!parcel) return false;

  const road = roadOf(parcel);
  taken.add(road);
  const trip = traffic.begin(endpointId, at);
  const running = deliver(desk, parcel)
    .catch((error: unknown) => {
      desk.hands.delete(parcel.claimed.deliveryId);
      courier.log.error({ delivery: parcel.claimed.deliveryId, err: error }, "a delivery threw; its lease will lapse");
    })
    .finally(() => {
      traffic.end(trip, courier.steadyClock());
      underWay.delete(running);
      taken.delete(road);
      beginNext(desk, endpointId);
      if (ready.size > 0) beginAll(desk);
    });
  underWay.add(running);
  return true;
}

async function deliver(desk: Desk, parcel: Parcel): Promise<void> {
  const { courier, addressees, settler, hands } = desk;
  const { claimed, event } = parcel;
  const addressee = await addressees.find(claimed.endpointId);
  if (addressee === null) {
    await giveBackDeliveries(courier.store, [parcel.claimed]);
    hands.delete(claimed.deliveryId);
    return;
  }
  const outcome = await attemptDelivery(courier, { claimed, event, addressee });
  if (outcome.report === "unreachable") doubt(desk, { endpointId: claimed.endpointId, by: 1 });
  settler.add({ parcel, outcome });
}

async function settleMarked(desk: Desk, batch: readonly Ended[]): Promise<void> {
  for (const { parcel } of batch) parcel.isSettling = true;
  try {
    await settle(desk, batch);
  } finally {
    for (const { parcel } of batch) parcel.isSettling = false;
  }
}

async function settle(desk: Desk, batch: readonly Ended[]): Promise<void> {
  const { courier, settler, wake } = desk;
  const { store, clock, schedule, log } = courier;
  const settlements = batch.map(({ parcel, outcome }) => ({ claimed: parcel.claimed, ...outcome }));
  const mostWaitMs = Math.min(limits.breakerWaitMostMs, ...schedule);
  const { ids, resting } = await settleDeliveries(store, { settlements, at: clock(), mostWaitMs });
  for (const [index, { claimed, attempt, becomes }] of settlements.entries()) {
    const ended = batch[index];
    if (!ended) continue;
    const { deliveryId: delivery, leaseNo: lease } = claimed;
    const isOurs = ids.has(delivery);
    if (!isOurs && ended.parcel.claimed.leaseNo > lease) {
      settler.add(ended);
      continue;
    }
    putDown(desk, ended);
    courier.count?.(attempt.outcome === "acked" ? "acknowledged" : "failed");
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
  courier.tell?.(new Set(batch.map(({ parcel }) => parcel.event.account_id)));
  await letRest(desk, resting);
  beginAll(desk);
  wake();
}

/** What was held ready for endpoints that have to rest keeps its try. What is settled stays so, whatever becomes of this. */
async function letRest(desk: Desk, resting: ReadonlySet<string>): Promise<void> {
  const { store, log } = desk.courier;
  await giveBackDeliveries(store, takeBack(desk, resting)).catch((error: unknown) =>
    log.error({ loop: "deliveries", err: error }, "could not give back what waits; its leases will lapse"),
  );
}

/** What has ended leaves the hands. */
function putDown(desk: Desk, { parcel: { claimed }, outcome }: Ended): void {
  desk.hands.delete(claimed.deliveryId);
  if (outcome.report === "unreachable") doubt(desk, { endpointId: claimed.endpointId, by: -1 });
}
