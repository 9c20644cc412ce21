import { type Static, Type } from "typebox";
import {
  countDeliveries,
  orderings,
  pauseEndpoint,
  resumeEndpoint,
  setOrdering,
  testEndpoint,
} from "../accounts/endpoint-state.ts";
import { findEndpointById, findEndpoints, shownUrl } from "../accounts/endpoints.ts";
import { readWebhookSecret, rotateWebhookSecret } from "../accounts/webhook-secret.ts";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import { Nullable, Seconds } from "../wire/shapes.ts";
import { type Call, operation } from "./operation.ts";

const hourMs = 3_600_000;
const Counted = Type.Integer({ description: `Counted up to ${limits.countedDeliveries}` });

const Endpoint = Type.Object({
  endpoint_id: Type.String(),
  client_id: Nullable(Type.String({ description: "The app whose callbacks it gets; null for the account's" })),
  url: Nullable(Type.String({ description: "Credentials in it come back as stars" })),
  state: Type.Enum(["active", "paused", "disabled"]),
  ordering: Type.Enum([...orderings], {
    description:
      "strict: a callback that failed holds up the later ones of its request until it is delivered or exhausted",
  }),
  failing_since: Nullable(Seconds),
  breaker_until: Nullable(
    Type.Integer({ description: "Unix seconds: until then nothing is tried, then one at a time" }),
  ),
  deliveries: Type.Object({ pending: Counted, held: Counted, exhausted: Counted }),
  created_at: Seconds,
  updated_at: Seconds,
});

const ById = Type.Object({ endpoint_id: Type.String() });
const Answer = Type.Object({ endpoint: Endpoint });
const Secret = Type.Object({
  webhook_secret: Type.String({ description: "whsec_… of Standard Webhooks" }),
  old_secret_until: Nullable(Type.Integer({ description: "Unix seconds: until then the secret before signs too" })),
});

export const endpointList = operation({
  id: "endpointList",
  on: "GET /endpoints",
  says: "Lists where callbacks go, the account's endpoint first: state, health, and what waits there.",
  input: Type.Object({}),
  output: Type.Object({ endpoints: Type.Array(Endpoint) }),
  faults: ["unauthorized"],

  async handle(call) {
    const rows = await findEndpoints(call.house.store.read, call.account.account_id);
    return { endpoints: await Promise.all(rows.map((row) => show(call, row))) };
  },
});

export const endpointGet = operation({
  id: "endpointGet",
  on: "GET /endpoints/{endpoint_id}",
  says: "Answers one endpoint.",
  input: ById,
  output: Answer,
  faults: ["unauthorized", "not_found"],

  async handle(call, input) {
    return { endpoint: await show(call, await findEndpointById(call.house.store.read, nameOf(call, input))) };
  },
});

export const endpointUpdate = operation({
  id: "endpointUpdate",
  on: "PUT /endpoints/{endpoint_id}",
  example: { ordering: "strict" },
  says: "Changes the ordering of an endpoint, or pauses or resumes it. Its URL is the callback_url of the account or the app.",
  input: Type.Object({
    endpoint_id: Type.String(),
    ordering: Type.Optional(Type.Enum([...orderings])),
    state: Type.Optional(Type.Enum(["active", "paused"])),
  }),
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found"],

  handle: (call, { ordering, state, ...input }) =>
    change(call, async (work) => {
      const of = nameOf(call, input);
      if (ordering !== undefined) await setOrdering(work, { ...of, ordering });
      if (state === "active") await resumeEndpoint(work, { ...of, held: "send" });
      if (state === "paused") await pauseEndpoint(work, of);
      return findEndpointById(work.tx, of);
    }),
});

export const endpointPause = operation({
  id: "endpointPause",
  on: "POST /endpoints/{endpoint_id}/pause",
  says: "Pauses an endpoint: what is owed to it is held. What is under way ends as it ends.",
  input: ById,
  output: Answer,
  faults: ["unauthorized", "not_found"],

  handle: (call, input) => change(call, (work) => pauseEndpoint(work, nameOf(call, input))),
});

export const endpointResume = operation({
  id: "endpointResume",
  on: "POST /endpoints/{endpoint_id}/resume",
  says: "Resumes an endpoint and sends what was held, in sequence; with held=skip those deliveries are skipped for good.",
  input: Type.Object({ endpoint_id: Type.String(), held: Type.Optional(Type.Enum(["send", "skip"])) }),
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found"],

  handle: (call, { held = "send", ...input }) =>
    change(call, (work) => resumeEndpoint(work, { ...nameOf(call, input), held })),
});

export const endpointTest = operation({
  id: "endpointTest",
  on: "POST /endpoints/{endpoint_id}/test",
  events: ["callback_test"],
  says: "Sends a callback_test to an endpoint, one attempt; the event shows how it went.",
  input: ById,
  output: Type.Object({ event_id: Type.String() }),
  faults: ["unauthorized", "not_found", "conflict"],

  async handle(call, input) {
    const { house, actor } = call;
    return { event_id: await house.transact((work) => testEndpoint(work, nameOf(call, input)), actor) };
  },
});

export const endpointSecret = operation({
  id: "endpointSecret",
  on: "GET /endpoints/{endpoint_id}/secret",
  says: "Answers the secret that signs an endpoint's callbacks as Standard Webhooks do.",
  input: ById,
  output: Secret,
  faults: ["unauthorized", "not_found"],

  handle: (call, input) => showSecret(call, { input, take: readWebhookSecret }),
});

export const endpointRotateSecret = operation({
  id: "endpointRotateSecret",
  on: "POST /endpoints/{endpoint_id}/rotate_secret",
  says: "Gives an endpoint a new secret; the one before signs beside it for overlap_hours (24 unless said), so that receivers can change over.",
  input: Type.Object({
    endpoint_id: Type.String(),
    overlap_hours: Type.Optional(Type.Number({ minimum: 0, maximum: limits.webhookOverlapMs / hourMs })),
  }),
  output: Secret,
  faults: ["unauthorized", "bad_request", "not_found"],

  handle: (call, { overlap_hours = 24, ...input }) => {
    const overlapMs = Math.round(overlap_hours * hourMs);
    return showSecret(call, { input, take: (work, of) => rotateWebhookSecret(work, { ...of, overlapMs }) });
  },
});

type ById = Static<typeof ById>;
type Shown = Static<typeof Endpoint>;
type EndpointOf = { readonly accountId: string; readonly endpointId: string };

function nameOf({ account }: Call, { endpoint_id: endpointId }: ById): EndpointOf {
  return { accountId: account.account_id, endpointId };
}

async function change(call: Call, make: (work: Work) => Promise<EndpointRow>): Promise<Static<typeof Answer>> {
  const row = await call.house.transact(make, call.actor);
  return { endpoint: await show(call, row) };
}

type Taking = { readonly input: ById; readonly take: (work: Work, of: EndpointOf) => Promise<string> };

async function showSecret(call: Call, { input, take }: Taking): Promise<Static<typeof Secret>> {
  const of = nameOf(call, input);
  return call.house.transact(async (work) => {
    const secret = await take(work, of);
    const { old_secret_until: until } = await findEndpointById(work.tx, of);
    return { webhook_secret: secret, old_secret_until: until === null || until <= work.at ? null : toSeconds(until) };
  }, call.actor);
}

async function show({ house }: Call, row: EndpointRow): Promise<Shown> {
  const seconds = (at: number | null) => (at === null ? null : toSeconds(at));
  return {
    endpoint_id: row.endpoint_id,
    client_id: row.client_id,
    url: shownUrl(row),
    state: row.state as Shown["state"],
    ordering: row.ordering as Shown["ordering"],
    failing_since: seconds(row.failing_since),
    breaker_until: seconds(row.breaker_until),
    deliveries: await countDeliveries(house.store.read, row),
    created_at: toSeconds(row.created_at),
    updated_at: toSeconds(row.updated_at),
  };
}
