import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { findCluster } from "../storage/cluster.ts";
import { chanceOf, seedOfRun } from "./random.ts";
import { eventually, openRig, type Rig, shortLadder } from "./rig.ts";
import { closedDoor, receiverFaults, silentDoor } from "./rig-faults.ts";
import type { RigEndpoint } from "./rig-orders.ts";
import { openProducer } from "./rig-producer.ts";
import { ack, type Manner, type Post, patienceMs, refuse, startRigReceiver } from "./rig-receiver.ts";
import { rounds } from "./rig-torture.ts";

const cluster = findCluster();
const grounds = [
  { kind: "sqlite", name: "SQLite", skip: false },
  { kind: "postgres", name: "PostgreSQL", skip: cluster.kind === "none" ? cluster.why : false },
] as const;

for (const { kind, name, skip } of grounds)
  describe(`on ${name}`, { skip, concurrency: true }, () => {
    test("no failure of a receiver passes for an acknowledgement, and each is named and tried again", async () => {
      for (let round = 0; round < rounds; round += 1) await failInEveryWay(kind);
    });

    test("an endpoint that hangs under a backlog holds up nobody else", async () => {
      for (let round = 0; round < rounds; round += 1) await hangUnderBacklog(kind);
    });
  });

function appOf(id: string): Omit<RigEndpoint, "url"> {
  return { id, client: id, ordering: "best_effort" };
}

async function failInEveryWay(kind: "sqlite" | "postgres"): Promise<void> {
  const doors = { silent: await silentDoor() };
  const ids = [...receiverFaults.map(({ id }) => id), "never", "tls", "down"];
  const endpoints = [{ id: "account", client: null, ordering: "best_effort" } as const, ...ids.map(appOf)];
  const gateway = await startRigReceiver();
  const down = await closedDoor(gateway.url);
  const urls = { tls: `https://127.0.0.1:${doors.silent.port}/tls`, down: `http://127.0.0.1:${down.port}/down` };
  const rig = await openRig({ kind, endpoints, urls, timeoutMs: 800 });
  const faults = new Map(receiverFaults.map(({ id, manner }) => [id, manner]));
  rig.receiver.manner = (post, response) => mannerOf(faults, post)(post, response);
  try {
    const engine = await rig.launch();
    const producer = openProducer({ chance: chanceOf(seedOfRun()), clients: [null] });
    const flood = (client: string, requests: number) => producer.flood(engine, { client, requests, events: 2 });
    await Promise.all(ids.map((id) => flood(id, id === "tls" ? 1 : 2)));
    await eventually("nobody is at home", async () => (await outcomesOf(rig, "down")).length > 0);
    await down.open();
    await flood("down", 2);
    await rig.drain();
    await engine.stop();

    const posts = [...rig.receiver.posts, ...gateway.posts];
    assert.deepEqual(await rig.reckon({ losses: 0, posts }), []);
    for (const { id, outcome } of receiverFaults) {
      const outcomes = await outcomesOf(rig, id);
      assert.ok(outcomes.length >= 4 * 3, `${id}: ${outcomes.length} attempts`);
      for (const { n, outcome: told } of outcomes) if (n <= 2) assert.match(told, outcome, id);
      assert.deepEqual(await statesOf(rig, id), ["delivered"], id);
    }
    assert.deepEqual(await statesOf(rig, "never"), ["exhausted"]);
    assert.deepEqual(await statesOf(rig, "tls"), ["exhausted"]);
    for (const { outcome } of await outcomesOf(rig, "tls")) assert.match(outcome, /^(tls|timeout_connect)$/);
    assert.ok((await outcomesOf(rig, "down")).some(({ outcome }) => outcome === "connect_refused"));
    assert.ok((await statesOf(rig, "down")).includes("delivered"));
    assert.ok(posts.every(({ endpoint }) => endpoint !== "elsewhere"));
  } finally {
    await rig.close();
    await Promise.all([doors.silent.close(), down.close()]);
    await gateway.close();
  }
}

function mannerOf(faults: ReadonlyMap<string, Manner>, { endpoint, attempt }: Post): Manner {
  if (endpoint === "never") return refuse(500);
  return (attempt <= 2 ? faults.get(endpoint) : undefined) ?? ack;
}

async function outcomesOf({ store }: Rig, endpoint: string) {
  return store.read
    .selectFrom("attempts")
    .innerJoin("deliveries", "deliveries.delivery_id", "attempts.delivery_id")
    .select(["n", "outcome"])
    .where("endpoint_id", "=", endpoint)
    .execute();
}

async function statesOf({ store }: Rig, endpoint: string): Promise<readonly string[]> {
  const rows = await store.read
    .selectFrom("deliveries")
    .select("state")
    .distinct()
    .where("endpoint_id", "=", endpoint)
    .orderBy("state")
    .execute();
  return rows.map(({ state }) => state);
}

async function hangUnderBacklog(kind: "sqlite" | "postgres"): Promise<void> {
  const endpoints = [{ id: "account", client: null, ordering: "best_effort" } as const, appOf("quick")];
  const rig = await openRig({ kind, endpoints, schedule: shortLadder, timeoutMs: 2 * patienceMs });
  const { receiver } = rig;
  const held: { readonly post: Post; readonly response: ServerResponse }[] = [];
  receiver.manner = (post, response) => {
    if (post.endpoint === "account") held.push({ post, response });
    else ack(post, response);
  };
  try {
    const engine = await rig.launch();
    const producer = openProducer({ chance: chanceOf(seedOfRun()), clients: [null] });
    await producer.flood(engine, { client: null, requests: 150 });
    await receiver.until("the account's endpoint hangs", () => held.length > 0);
    await producer.flood(engine, { client: "quick", requests: 40, events: 2 });
    const isQuick = ({ endpoint, answer }: Post) => endpoint === "quick" && answer === "acked";
    await receiver.until("the other endpoint gets everything", (posts) => posts.filter(isQuick).length === 80);
    assert.deepEqual(await statesOf(rig, "account"), ["pending"]);
    assert.ok(held.length <= limits.callbacksInFlightPerEndpoint, `${held.length} at once`);

    receiver.manner = ack;
    for (const { post, response } of held) ack(post, response);
    await rig.drain();
    await engine.stop();
    assert.deepEqual(await rig.reckon({ losses: 0 }), []);
  } finally {
    await rig.close();
  }
}
