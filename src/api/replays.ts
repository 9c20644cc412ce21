import { type Static, Type } from "typebox";
import { findEndpoint } from "../accounts/endpoints.ts";
import { toSeconds } from "../base/clock.ts";
import { badRequest, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import {
  cancelReplay,
  countReplay,
  findReplay,
  findReplays,
  type Replay as ReplayRecord,
  startReplay,
} from "../callbacks/replay.ts";
import type { ReplayRange } from "../callbacks/replay-range.ts";
import { eventKinds } from "../events/catalog.ts";
import { Nullable, Seconds } from "../wire/shapes.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { DeliveryState, Limit, readSpan, span } from "./event-shapes.ts";
import { type Call, operation } from "./operation.ts";

/** What can be replayed: everything but tests. */
const ReplayedName = Type.Enum(Object.keys(eventKinds).filter((type) => type !== "callback_test"));

const Replay = Type.Object({
  replay_id: Type.String(),
  endpoint_id: Type.String(),
  state: Type.Enum(["running", "done", "canceled"]),
  total: Type.Integer({ description: "Events that fitted when it was asked for" }),
  made: Type.Integer({ description: "Deliveries made so far" }),
  per_minute: Type.Integer(),
  since: Nullable(Seconds),
  until: Nullable(Seconds),
  types: Type.Array(Type.String()),
  states: Type.Array(Type.String()),
  signature_request_id: Nullable(Type.String()),
  created_at: Seconds,
  ended_at: Nullable(Seconds),
});

const Starting = Type.Object({
  endpoint_id: Type.Optional(Type.String({ description: "Where to; else the app's or the account's endpoint" })),
  client_id: Type.Optional(Type.String({ description: "The app to whose endpoint; neither: the account's" })),
  ...span,
  types: Type.Optional(Type.Array(ReplayedName)),
  states: Type.Optional(
    Type.Array(DeliveryState, { description: "How the newest delivery of an event to the endpoint stands" }),
  ),
  signature_request_id: Type.Optional(Type.String()),
  per_minute: Type.Optional(
    Type.Integer({ minimum: 1, maximum: limits.replayPerMinuteMost, description: "Deliveries made a minute, at most" }),
  ),
  dry_run: Type.Optional(Type.Boolean({ description: "Counts only" })),
  expected_count: Type.Optional(
    Type.Integer({ minimum: 0, description: "Refuses when more events fit by now: the count of a dry_run" }),
  ),
});

export const replayStart = operation({
  id: "replayStart",
  on: "POST /events/replays",
  example: { since: 1_760_000_000, states: ["exhausted"], dry_run: true },
  says: "Sends a range of events again that were owed to an endpoint, at most per_minute a minute; with dry_run it only counts them. Goes on by itself after a restart.",
  input: Starting,
  output: Type.Object({
    count: Type.Integer({ description: "Events that fit" }),
    payload_removed_count: Type.Integer({
      description: "Beside them: events whose payload was removed, for its age or with the data of its request",
    }),
    replay: Nullable(Replay),
  }),
  faults: ["unauthorized", "bad_request", "not_found", "conflict"],

  async handle(call, input) {
    const { house, actor } = call;
    const { per_minute: perMinute = limits.replayPerMinuteDefault, dry_run, expected_count } = input;
    const range = await readRange(call, input);
    if (dry_run) {
      const { count, payloadRemoved } = await countReplay(house.store, range);
      return { count, payload_removed_count: payloadRemoved, replay: null };
    }

    const asked = { ...range, perMinute, ...(expected_count === undefined ? {} : { expectedCount: expected_count }) };
    const replay = await house.transact((work) => startReplay(work, asked), actor);
    return { count: replay.total, payload_removed_count: replay.payloadRemoved, replay: renderReplay(replay) };
  },
});

export const replayList = operation({
  id: "replayList",
  on: "GET /events/replays",
  says: "Lists replays, newest first.",
  input: Type.Object({ limit: Limit, cursor: Type.Optional(Type.String()) }),
  output: Type.Object({ replays: Type.Array(Replay), next_cursor: Nullable(Type.String()) }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house, account }, { limit = limits.pageSizeDefault, cursor }) {
    const found = await findReplays(house.store.read, {
      accountId: account.account_id,
      limit: limit + 1,
      ...(cursor === undefined ? {} : { before: readCursor(cursor) }),
    });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.replay_id ?? null) : null;
    return { replays: page.map(renderReplay), next_cursor: writeCursor(next) };
  },
});

const ById = Type.Object({ replay_id: Type.String() });

export const replayGet = operation({
  id: "replayGet",
  on: "GET /events/replays/{replay_id}",
  says: "Answers one replay and how far it is.",
  input: ById,
  output: Type.Object({ replay: Replay }),
  faults: ["unauthorized", "not_found"],

  async handle({ house, account }, { replay_id: replayId }) {
    const replay = await findReplay(house.store.read, { accountId: account.account_id, replayId });
    return { replay: renderReplay(replay) };
  },
});

export const replayCancel = operation({
  id: "replayCancel",
  on: "POST /events/replays/{replay_id}/cancel",
  says: "Stops a replay; the deliveries that it has made are still sent.",
  input: ById,
  output: Type.Object({ replay: Replay }),
  faults: ["unauthorized", "not_found", "conflict"],

  async handle({ house, account, actor }, { replay_id: replayId }) {
    const replay = await house.transact(
      (work) => cancelReplay(work, { accountId: account.account_id, replayId }),
      actor,
    );
    return { replay: renderReplay(replay) };
  },
});

async function readRange({ house, account }: Call, input: Static<typeof Starting>): Promise<ReplayRange> {
  const { endpoint_id, client_id, types = [], states = [], signature_request_id: requestId } = input;
  if (endpoint_id !== undefined && client_id !== undefined)
    throw badRequest("Give endpoint_id or client_id, not both.", "client_id");
  const accountId = account.account_id;
  const owner = { accountId, clientId: client_id ?? null };
  const endpointId = endpoint_id ?? (await findEndpoint(house.store.read, owner))?.endpoint_id;
  if (endpointId === undefined) throw notFound("There is no such endpoint: no callback URL was ever set.");
  const filter = { ...readSpan(input), types, states, ...(requestId === undefined ? {} : { requestId }) };
  return { accountId, endpointId, filter };
}

function renderReplay({ filter, ...row }: ReplayRecord): Static<typeof Replay> {
  const seconds = (at: number | null | undefined) => (at === null || at === undefined ? null : toSeconds(at));
  return {
    replay_id: row.replay_id,
    endpoint_id: row.endpoint_id,
    state: row.state as Static<typeof Replay>["state"],
    total: row.total,
    made: row.made,
    per_minute: row.per_minute,
    since: seconds(filter.since),
    until: seconds(filter.until),
    types: [...filter.types],
    states: [...filter.states],
    signature_request_id: filter.requestId ?? null,
    created_at: toSeconds(row.created_at),
    ended_at: seconds(row.ended_at),
  };
}
