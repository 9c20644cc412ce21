// Where a command line fetches callbacks and tells what its handler made of them: `countersign listen`.

import { type Static, Type } from "typebox";
import { findApp } from "../accounts/apps.ts";
import { closeListener, findListener, listenerIdOf, openListener, seeListener } from "../accounts/listeners.ts";
import { pause, toSeconds } from "../base/clock.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { type HandedCallback, type ListenTools, settleForListener, takeForListener } from "../callbacks/listen.ts";
import { failureCodes } from "../http/exchange.ts";
import type { OutboundResult } from "../http/outbound.ts";
import { Nullable, Seconds } from "../wire/shapes.ts";
import { type Call, operation } from "./operation.ts";

const ById = { listener_id: Type.String() };
const Handed = Type.Object({
  delivery_id: Type.String(),
  lease: Type.Integer({ description: "To be shown when it is settled" }),
  attempt: Type.Integer(),
  event_id: Type.String(),
  event_type: Type.String(),
  event_time: Seconds,
  request_id: Nullable(Type.String()),
  headers: Type.Record(Type.String(), Type.String()),
  body: Type.String({ description: "base64 of the bytes to post" }),
  json: Type.String({ description: "The payload within the body" }),
});

export const listenerOpen = operation({
  id: "listenerOpen",
  on: "POST /listeners",
  says: "Opens a listener: callbacks of the account, or with client_id of an app, wait for it from now on, beside the callback URL. The same name goes on where it was left.",
  input: Type.Object({
    name: Type.String({ minLength: 1, maxLength: limits.nameLength }),
    client_id: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  output: Type.Object({
    listener: Type.Object({
      listener_id: Type.String(),
      name: Type.String(),
      client_id: Nullable(Type.String()),
      timeout_seconds: Type.Integer({ description: "How long a handler may take" }),
    }),
  }),
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle({ house, account, actor }, { name, client_id: clientId = null }) {
    const { account_id: accountId } = account;
    if (clientId !== null) await findApp(house.store.read, { accountId, clientId });
    const row = await house.transact((work) => openListener(work, { accountId, clientId, name }), actor);
    return {
      listener: {
        listener_id: listenerIdOf(row),
        name,
        client_id: row.client_id,
        timeout_seconds: Math.round(house.tries.timeoutMs / 1000),
      },
    };
  },
});

export const listenerTake = operation({
  id: "listenerTake",
  on: "POST /listeners/{listener_id}/take",
  says: "Hands out callbacks that are due, composed as they would be posted; waits up to wait_seconds for one. What is not settled within its lease is handed out again.",
  input: Type.Object({
    ...ById,
    most: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.listenerRoom })),
    in_hand: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        maxItems: limits.listenerRoom,
        description:
          "Deliveries that are in hand: whatever else was handed out never arrived, and is handed out again at once",
      }),
    ),
    wait_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.listenerWaitMs / 1000 })),
  }),
  output: Type.Object({ callbacks: Type.Array(Handed) }),
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle(call, { listener_id: listenerId, most = limits.listenerRoom, in_hand, wait_seconds: wait = 0 }) {
    const { house, account, actor } = call;
    const listener = await findListener(house.store.read, { accountId: account.account_id, listenerId });
    await house.transact((work) => seeListener(work, listener), actor);
    const end = house.clock() + wait * 1000;
    const left = call.untilLeft();
    for (let inHand = in_hand ?? null; ; inHand = null) {
      const handed = await takeForListener(toolsOf(call), { listener, room: most, inHand });
      if (handed.length > 0 || house.clock() >= end) return { callbacks: handed.map(show) };
      await pause(limits.listenerPollMs, left);
      if (left.aborted) return { callbacks: [] };
    }
  },
});

export const listenerSettle = operation({
  id: "listenerSettle",
  on: "POST /listeners/{listener_id}/settle",
  says: "Tells what a handler answered, or why there was no answer: that becomes the outcome of the delivery's attempt, judged as if the server had posted it.",
  input: Type.Object({
    ...ById,
    delivery_id: Type.String(),
    lease: Type.Integer(),
    url: Type.String({ maxLength: limits.urlLength }),
    duration_ms: Type.Integer({ minimum: 0 }),
    status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String(), { maxProperties: 100 })),
    body: Type.Optional(Type.String({ maxLength: 2 * limits.outboundBodyBytes })),
    failure: Type.Optional(Type.Enum([...failureCodes])),
    message: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
  output: Type.Object({
    settled: Type.Boolean({ description: "false: the lease had ended, and the callback comes again" }),
    outcome: Nullable(Type.String()),
    becomes: Nullable(Type.String()),
    retry_in_seconds: Nullable(Type.Integer()),
  }),
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle(call, { listener_id: listenerId, delivery_id: deliveryId, lease, url, ...said }) {
    const { house, account } = call;
    const listener = await findListener(house.store.read, { accountId: account.account_id, listenerId });
    const reported = { deliveryId, leaseNo: lease, url: withoutCredentials(url), result: resultOf(said) };
    const settled = await settleForListener(toolsOf(call), { listener, reported });
    const delayMs = settled?.delayMs ?? null;
    return {
      settled: settled !== null,
      outcome: settled?.outcome ?? null,
      becomes: settled?.becomes ?? null,
      retry_in_seconds: delayMs === null ? null : Math.round(delayMs / 1000),
    };
  },
});

export const listenerClose = operation({
  id: "listenerClose",
  on: "DELETE /listeners/{listener_id}",
  says: "Closes a listener: what it is still owed is skipped.",
  input: Type.Object(ById),
  output: "nothing",
  faults: ["unauthorized", "not_found"],
  status: 204,

  async handle({ house, account, actor }, { listener_id: listenerId }) {
    const listener = await findListener(house.store.read, { accountId: account.account_id, listenerId });
    await house.transact((work) => closeListener(work, listener), actor);
  },
});

/** Attempts are shown: what opens a handler does not stand in them. */
function withoutCredentials(url: string): string {
  const target = URL.parse(url);
  if (target === null) throw badRequest("url not valid: it must be an http or https address", "url");
  target.username = "";
  target.password = "";
  return target.href;
}

function toolsOf({ house }: Call): ListenTools {
  const { store, secret, clock, tries, news } = house;
  return { store, secret, clock, random: Math.random, tell: news.tell, ...tries };
}

type Said = {
  readonly duration_ms: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly failure?: (typeof failureCodes)[number];
  readonly message?: string;
};

function resultOf({
  duration_ms: durationMs,
  status,
  headers = {},
  body = "",
  failure,
  message = "",
}: Said): OutboundResult {
  if (status === undefined) return { kind: "failed", code: failure ?? "protocol", message, durationMs };
  return { kind: "answered", durationMs, status, headers, body: Buffer.from(body), truncated: false, ip: "" };
}

function show({ claimed, event, callback }: HandedCallback): Static<typeof Handed> {
  return {
    delivery_id: claimed.deliveryId,
    lease: claimed.leaseNo,
    attempt: claimed.tries + 1,
    event_id: event.event_id,
    event_type: event.type,
    event_time: toSeconds(event.occurred_at),
    request_id: event.request_id,
    headers: { ...callback.headers },
    body: Buffer.from(callback.body).toString("base64"),
    json: callback.json,
  };
}
