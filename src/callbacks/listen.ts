// Callbacks for a listener: handed out composed, as they would be posted, under a lease; what its handler answered settles them.

import { findPrimaryKey } from "../accounts/keys.ts";
import { webhookSecretsOf } from "../accounts/webhook-secret.ts";
import { limits } from "../base/limits.ts";
import type { OutboundResult } from "../http/outbound.ts";
import type { ClaimedDelivery } from "../outbox/deliveries.ts";
import { claimForListener, findClaimed, type ListenerClaim } from "../outbox/listening.ts";
import { settleDeliveries } from "../outbox/settle.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import { settlementOf } from "./attempt.ts";
import { type Callback, composeCallback } from "./compose.ts";
import type { Courier } from "./courier.ts";
import { findEvents } from "./desk.ts";

/** What listeners are served with. */
export type ListenTools = Pick<Courier, "store" | "secret" | "clock" | "random" | "schedule" | "timeoutMs" | "tell">;

/** A callback for a listener's handler. */
export type HandedCallback = {
  readonly claimed: ClaimedDelivery;
  readonly event: EventRow;
  readonly callback: Callback;
};

/** Takes what is due for a listener, composed as it would be posted now. */
export async function takeForListener(
  { store, secret, clock, timeoutMs }: ListenTools,
  { listener, room, inHand }: { readonly listener: EndpointRow } & Pick<ListenerClaim, "room" | "inHand">,
): Promise<readonly HandedCallback[]> {
  const { endpoint_id: endpointId, account_id: accountId, client_id: clientId } = listener;
  const leaseMs = timeoutMs + limits.listenerLeaseMarginMs;
  const claimed = await claimForListener(store, {
    endpointId,
    workerId: `listener ${endpointId}`,
    leaseMs,
    room,
    inHand,
  });
  if (claimed.length === 0) return [];
  const events = await findEvents(store, claimed);
  const apiKey = await findPrimaryKey(store.read, { accountId, secret });
  const sentAt = clock();
  return claimed.flatMap((one) => {
    const event = events.get(one.eventId);
    if (!event) return [];
    const callback = composeCallback({
      event,
      reportedForAppId: clientId,
      apiKey,
      deliveryId: one.deliveryId,
      attempt: one.tries + 1,
      credentials: null,
      webhookSecrets: webhookSecretsOf(listener, { secret, at: sentAt }),
      sentAt,
    });
    return [{ claimed: one, event, callback }];
  });
}

/** What a listener's handler did with a callback; `url` is where it was posted to. */
export type Reported = {
  readonly deliveryId: string;
  readonly leaseNo: number;
  readonly url: string;
  readonly result: OutboundResult;
};

/** Settles as the engine would. Null: the lease was lost meanwhile, and the callback comes again. */
export async function settleForListener(
  tools: ListenTools,
  { listener, reported }: { readonly listener: EndpointRow; readonly reported: Reported },
): Promise<{ readonly outcome: string; readonly becomes: string; readonly delayMs: number | null } | null> {
  const { store, clock, schedule } = tools;
  const { deliveryId, leaseNo, url, result } = reported;
  const claimed = await findClaimed(store.read, { deliveryId, leaseNo, endpointId: listener.endpoint_id });
  if (claimed === null) return null;
  const startedAt = clock() - Math.round(result.durationMs);
  const settlement = settlementOf(tools, { claimed, result, startedAt, url });
  const { ids } = await settleDeliveries(store, {
    settlements: [{ claimed, ...settlement }],
    at: clock(),
    mostWaitMs: Math.min(limits.breakerWaitMostMs, ...schedule),
  });
  if (!ids.has(deliveryId)) return null;
  tools.tell?.(new Set([listener.account_id]));
  const { attempt, becomes } = settlement;
  return {
    outcome: attempt.outcome,
    becomes: becomes.state,
    delayMs: "delayMs" in becomes ? becomes.delayMs : null,
  };
}
