import { limits } from "../base/limits.ts";

/** One attempt under way. */
export type Trip = { readonly endpointId: string; readonly begunAt: number };

/** What one worker has under way, endpoint by endpoint, and how many more may begin. Times are milliseconds of one steady clock. */
export type Traffic = {
  /** Attempts that may begin at an endpoint now. */
  readonly free: (endpointId: string, at: number) => number;
  /** Attempts worth holding ready behind those under way: what an endpoint of its speed takes in `limits.prefetchMs`. */
  readonly ahead: (endpointId: string, at: number) => number;
  /** Attempts under way at an endpoint. */
  readonly underWay: (endpointId: string) => number;
  readonly begin: (endpointId: string, at: number) => Trip;
  readonly end: (trip: Trip, at: number) => void;
};

type Road = { underWay: number; inSlowLane: number; typicalMs: number | null };

/**
 * Two lanes. An attempt that lasts longer than `limits.slowAttemptMs`, and each at an endpoint that is known to be slow, runs in
 * the slow lane, which has places of its own: endpoints that hang take nothing from those that answer. A slow endpoint gets
 * `limits.slowCallbacksPerEndpoint` places, until its answers come quicker. No endpoint gets more than `perEndpoint`.
 */
export function openTraffic({ perEndpoint }: { readonly perEndpoint: number }): Traffic {
  const roads = new Map<string, Road>();
  // In the order in which they began.
  const fast = new Set<Trip>();
  const slow = new Set<Trip>();

  function roadTo(endpointId: string): Road {
    const known = roads.get(endpointId);
    if (known) return known;
    if (roads.size >= limits.knownEndpoints) forgetIdle(roads);
    const road: Road = { underWay: 0, inSlowLane: 0, typicalMs: null };
    roads.set(endpointId, road);
    return road;
  }

  function changeLanes(at: number): void {
    for (const trip of fast) {
      if (at - trip.begunAt <= limits.slowAttemptMs) return;
      fast.delete(trip);
      slow.add(trip);
      roadTo(trip.endpointId).inSlowLane += 1;
    }
  }

  return {
    free(endpointId, at) {
      changeLanes(at);
      const road = roadTo(endpointId);
      const [most, places] = isSlow(road)
        ? [Math.min(perEndpoint, limits.slowCallbacksPerEndpoint), limits.slowCallbacksInFlight - slow.size]
        : [perEndpoint, limits.callbacksInFlight - fast.size];
      return Math.max(0, Math.min(most - road.underWay, places));
    },
    ahead(endpointId, at) {
      changeLanes(at);
      const road = roadTo(endpointId);
      if (isSlow(road)) return 0;
      const each = Math.max(0.5, road.typicalMs ?? limits.prefetchMs);
      return Math.min(limits.claimBatch, Math.floor((perEndpoint * limits.prefetchMs) / each));
    },
    underWay: (endpointId) => roads.get(endpointId)?.underWay ?? 0,
    begin(endpointId, begunAt) {
      const trip = { endpointId, begunAt };
      const road = roadTo(endpointId);
      const lane = isSlow(road) ? slow : fast;
      lane.add(trip);
      if (lane === slow) road.inSlowLane += 1;
      road.underWay += 1;
      return trip;
    },
    end(trip, at) {
      const road = roadTo(trip.endpointId);
      road.underWay -= 1;
      if (slow.delete(trip)) road.inSlowLane -= 1;
      fast.delete(trip);
      const took = at - trip.begunAt;
      road.typicalMs = road.typicalMs === null ? took : road.typicalMs + 0.3 * (took - road.typicalMs);
    },
  };
}

function isSlow({ typicalMs, inSlowLane }: Road): boolean {
  return inSlowLane > 0 || (typicalMs ?? 0) > limits.slowAttemptMs;
}

function forgetIdle(roads: Map<string, Road>): void {
  for (const [endpointId, { underWay }] of roads) if (underWay === 0) roads.delete(endpointId);
}
