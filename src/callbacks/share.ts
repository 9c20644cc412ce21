import { limits } from "../base/limits.ts";
import type { ClaimOptions } from "../outbox/deliveries.ts";
import type { Traffic } from "../outbox/traffic.ts";

/** What a worker has to do already: under way, waiting for an endpoint, in hands in all; `at` is a steady clock's time. */
export type Burden = {
  readonly traffic: Traffic;
  readonly queued: (endpointId: string) => number;
  readonly inHands: number;
  readonly at: number;
};

/**
 * How many deliveries a worker takes for each endpoint that has some due: those with the least under way come first, each gets
 * an equal share of what the worker has hands for, and no more than may begin at once or soon after.
 */
export function shareOut(
  due: Parameters<ClaimOptions["share"]>[0],
  { traffic, queued, inHands, at }: Burden,
): ReturnType<ClaimOptions["share"]> {
  let left = limits.deliveriesInHands - inHands;
  const fairShare = Math.max(1, Math.floor(left / due.length));
  const byLoad = due.toSorted((a, b) => load(a.endpoint_id) - load(b.endpoint_id));

  function load(endpointId: string): number {
    return traffic.underWay(endpointId) + queued(endpointId);
  }

  return byLoad.map((endpoint) => {
    const room = Math.min(left, fairShare, roomAt(endpoint.endpoint_id));
    left -= Math.max(0, room);
    return [endpoint, room] as const;
  });

  function roomAt(endpointId: string): number {
    const waiting = queued(endpointId);
    const free = traffic.free(endpointId, at);
    const ahead = traffic.ahead(endpointId, at);
    // Claims cost: what is still ready is used up by half before more is taken.
    if (waiting > ahead / 2) return 0;
    return free === 0 && traffic.underWay(endpointId) === 0 ? 0 : free + ahead - waiting;
  }
}
