import { credentialsOf } from "../accounts/endpoints.ts";
import { findPrimaryKey } from "../accounts/keys.ts";
import type { Clock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secrets.ts";
import type { Outbound, OutboundResult } from "../http/outbound.ts";
import {
  type ClaimedDelivery,
  claimDeliveries,
  giveBackDelivery,
  type Settlement,
  settleDelivery,
  takesCallbacks,
} from "../outbox/deliveries.ts";
import { isLosing, leaseFor, renewLeases } from "../outbox/leases.ts";
import { type Loop, startLoop } from "../outbox/loop.ts";
import type { Store } from "../storage/store.ts";
import { composeCallback } from "./compose.ts";
import { judge, nextDelay } from "./verdict.ts";

/** What the delivery engine works with. */
export type Courier = {
  readonly store: Store;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly random: () => number;
  readonly secret: Secret;
  readonly log: Log;
  readonly workerId: string;
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
};

/** Starts delivering callbacks: claims what is due, posts it, settles it. `stop` finishes what is under way. */
export function startDelivering(courier: Courier): Loop {
  const { store, workerId, log } = courier;
  const underWay = new Map<string, number>();
  const leaseMs = leaseFor(store, courier.timeoutMs + limits.leaseMarginMs);
  return startLoop<ClaimedDelivery>({
    name: "deliveries",
    atOnce: limits.callbacksInFlight,
    pollMs: limits.outboxPollMs,
    log,
    claim: async (most) => {
      const claimed = await claimDeliveries(store, {
        workerId,
        most: Math.min(most, limits.claimBatch),
        leaseMs,
        mostPerEndpoint: limits.callbacksInFlightPerEndpoint,
        underWay,
      });
      for (const { endpointId } of claimed) underWay.set(endpointId, (underWay.get(endpointId) ?? 0) + 1);
      return claimed;
    },
    run: async (claimed) => {
      try {
        await deliver(courier, claimed);
      } finally {
        const count = (underWay.get(claimed.endpointId) ?? 1) - 1;
        if (count > 0) underWay.set(claimed.endpointId, count);
        else underWay.delete(claimed.endpointId);
      }
    },
    beat: (pieces) =>
      renewLeases(store, {
        table: "deliveries",
        workerId,
        ids: pieces.map(({ deliveryId }) => deliveryId),
        leaseMs,
      }),
  });
}

async function deliver(courier: Courier, claimed: ClaimedDelivery): Promise<void> {
  const { store, secret, clock, outbound, log, timeoutMs } = courier;
  if (isLosing(claimed))
    log.error(
      { delivery: claimed.deliveryId, leases: claimed.leaseNo, attempts: claimed.tries },
      "a delivery has lost its workers again and again; it is tried once more",
    );
  const event = await store.read
    .selectFrom("events")
    .selectAll()
    .where("event_id", "=", claimed.eventId)
    .executeTakeFirstOrThrow();
  const endpoint = await store.read
    .selectFrom("endpoints")
    .selectAll()
    .where("endpoint_id", "=", claimed.endpointId)
    .executeTakeFirstOrThrow();
  if (endpoint.url === null || !takesCallbacks(endpoint)) {
    await giveBackDelivery(store, claimed);
    return;
  }

  const apiKey = await findPrimaryKey(store.read, { accountId: event.account_id, secret });
  const credentials = credentialsOf(endpoint, secret);
  const attempt = claimed.tries + 1;
  const callback = composeCallback({
    event,
    reportedForAppId: endpoint.client_id,
    apiKey,
    deliveryId: claimed.deliveryId,
    attempt,
    credentials,
  });
  const startedAt = clock();
  const result = await outbound.request({
    url: endpoint.url,
    method: "POST",
    headers: callback.headers,
    body: callback.body,
    deadlineMs: timeoutMs,
    maxBodyBytes: limits.outboundBodyBytes,
  });
  await settle(courier, { claimed, result, startedAt, url: endpoint.url });
}

type Ended = {
  readonly claimed: ClaimedDelivery;
  readonly result: OutboundResult;
  readonly startedAt: number;
  readonly url: string;
};

async function settle(courier: Courier, { claimed, result, startedAt, url }: Ended): Promise<void> {
  const judgement = judge(result, courier.clock());
  const delay = nextDelay({
    schedule: courier.schedule,
    tries: claimed.tries + 1,
    retryAfterMs: judgement.retryAfterMs,
    random: courier.random(),
  });
  const settled = await settleDelivery(courier.store, {
    claimed,
    attempt: attemptColumns({ result, startedAt, url, outcome: judgement.outcome }),
    becomes: whatBecomes({ acked: judgement.acked, delay: claimed.singleAttempt ? null : delay }),
  });
  if (!settled)
    courier.log.warn(
      { delivery: claimed.deliveryId, lease: claimed.leaseNo },
      "an attempt outlived its lease; another worker has the delivery",
    );
  else if (!judgement.acked)
    courier.log.info(
      { delivery: claimed.deliveryId, outcome: judgement.outcome, attempt: claimed.tries + 1, retryInMs: delay },
      "a callback was not acknowledged",
    );
}

function whatBecomes({
  acked,
  delay,
}: {
  readonly acked: boolean;
  readonly delay: number | null;
}): Settlement["becomes"] {
  if (acked) return { state: "delivered" };
  return delay === null ? { state: "exhausted" } : { state: "pending", delayMs: delay };
}

function attemptColumns({
  result,
  startedAt,
  url,
  outcome,
}: {
  readonly result: OutboundResult;
  readonly startedAt: number;
  readonly url: string;
  readonly outcome: string;
}): Settlement["attempt"] {
  const base = { started_at: startedAt, duration_ms: Math.round(result.durationMs), url, outcome };
  const answer = result.kind === "answered" ? result : (result.answer ?? null);
  const said = answer === null ? "" : textOf(answer.body.subarray(0, limits.attemptBodyBytes));
  const words = result.kind === "failed" && said === "" ? result.message : said;
  return {
    ...base,
    status: answer?.status ?? null,
    response_headers_json: answer === null ? null : JSON.stringify(answer.headers),
    // PostgreSQL's text takes everything but NUL, and an attempt that cannot be written down would be made for ever.
    response_body: words.replaceAll("\0", "\u{fffd}"),
  };
}

/** PostgreSQL keeps no NUL in a text: an answer that has one must not keep its attempt from being written down. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll("\0", "\ufffd");
}
