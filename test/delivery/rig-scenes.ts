import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import type { Store } from "../../src/storage/store.ts";
import { type Engine, eventually, openRig, type Rig } from "./rig.ts";
import type { OwnPoint, Point, RigEndpoint } from "./rig-orders.ts";
import { openProducer, type Producer } from "./rig-producer.ts";
import { ack, type Manner, type Post, refuse } from "./rig-receiver.ts";
import type { Violation } from "./rig-reckoning.ts";

/** Every kill point, in the order of a delivery's life; a replay that lost its worker is over with before the next one. */
export const killPoints: readonly Point[] = [
  "before the commit of an event",
  "after the commit of an event",
  "before the commit of a claim",
  "after the commit of a claim",
  "after connect",
  "after the request is sent",
  "after the answer, before the settlement",
  "before the commit of a settlement",
  "after the commit of a settlement",
  "before the commit of a replay's step",
  "before the commit of a pause",
  "after the commit of a pause",
  "before the commit of a give-back",
  "after the commit of a give-back",
  "after the commit of a replay's step",
];

/** The account's endpoint, one of an app that is strict, and one of an app that gets paused. */
export const threeEndpoints: readonly Omit<RigEndpoint, "url">[] = [
  { id: "account", client: null, ordering: "best_effort" },
  { id: "strict", client: "an app in order", ordering: "strict" },
  { id: "pausable", client: "an app at rest", ordering: "best_effort" },
];

/** Two of apps whose requests nobody makes but `fillHands`: in a life that has sent nothing there, an engine does not know how quick they are. */
const unknownEndpoints = {
  "before the commit of a give-back": { id: "unknown", client: "an app unheard of", ordering: "best_effort" },
  "after the commit of a give-back": { id: "unknown too", client: "another app unheard of", ordering: "best_effort" },
} as const satisfies Partial<Record<Point, Omit<RigEndpoint, "url">>>;

/** What a scene is played on: a database, the folder of the sources that run, and chance. */
export type Stage = { readonly kind: Store["kind"]; readonly tree?: string; readonly chance: () => number };

/** How a campaign of deaths went. */
export type Campaign = {
  readonly violations: readonly Violation[];
  readonly hits: ReadonlySet<Point>;
  /** How many POSTs were repeats of one that had come before. */
  readonly repeats: number;
};

type World = {
  readonly rig: Rig;
  readonly chance: () => number;
  readonly producer: Producer;
  readonly hits: Set<Point>;
  readonly mostSkips: number;
};

/**
 * Lets the engine die at each of the points, life after life on one database, then lets it finish, and reckons. It passes
 * a point up to `mostSkips` times before it dies there.
 */
export async function dieAtAll(
  { kind, tree, chance }: Stage,
  { points, mostSkips = 2 }: { readonly points: readonly Point[]; readonly mostSkips?: number },
): Promise<Campaign> {
  const endpoints = [...threeEndpoints, ...Object.values(unknownEndpoints)];
  const rig = await openRig({ kind, endpoints, ...(tree === undefined ? {} : { tree }) });
  const clients = threeEndpoints.map(({ client }) => client);
  const world: World = { rig, chance, producer: openProducer({ chance, clients }), hits: new Set(), mostSkips };
  try {
    for (const point of points) await liveAndDie(world, point);
    rig.receiver.manner = ack;
    const last = await rig.launch();
    await world.producer.produce(last, 3);
    await rig.drain();
    await last.stop();
    const violations = await rig.reckon({ losses: points.length });
    return { violations, hits: world.hits, repeats: repeatsIn(rig.receiver.posts) };
  } finally {
    await rig.close();
  }
}

function repeatsIn(posts: readonly Post[]): number {
  return posts.length - new Set(posts.map(({ deliveryId, attempt }) => `${deliveryId} ${attempt}`)).size;
}

async function liveAndDie(world: World, point: Point): Promise<void> {
  const { rig, chance, producer, hits, mostSkips } = world;
  const { receiver } = rig;
  const unsteady: Manner = (post, response) => (chance() < 0.15 ? refuse(500) : ack)(post, response);
  receiver.manner = unsteady;
  const engine = await rig.launch();

  if (point === "after connect") receiver.onConnection = () => dieOf(world, { engine, point });
  else await makeProgress(world, engine);
  if (point === "after the request is sent") receiver.manner = () => dieOf(world, { engine, point });
  else if (isGiveBack(point)) await fillHands(world, { engine, ...unknownEndpoints[point] });
  const isRare = point.includes("replay") || isGiveBack(point);
  const skip = isRare ? 0 : Math.floor(chance() * (mostSkips + 1));
  if (isOwn(point)) await engine.ask({ order: "arm", point, skip });
  if (isGiveBack(point)) engine.signal("SIGTERM");

  let isDead = false;
  const dying = engine.died().finally(() => {
    isDead = true;
  });
  while (!isDead && !isGiveBack(point)) {
    if (point.endsWith("a pause")) await pauseAndResume(engine);
    if (point.includes("replay")) await engine.ask({ order: "replay", endpoint: "account" });
    await producer.produce(engine, 1);
    await sleep(10);
  }
  await dying;
  receiver.onConnection = null;
  const told = rig.lines().filter((line) => line.tell === "hit" && line.point === point);
  if (told.length > 0) hits.add(point);
  if (point === "after the commit of a pause") await staysPaused(world);
}

function isOwn(point: Point): point is OwnPoint {
  return point !== "after connect" && point !== "after the request is sent";
}

function isGiveBack(point: Point): point is keyof typeof unknownEndpoints {
  return Object.hasOwn(unknownEndpoints, point);
}

function dieOf({ hits, rig }: World, { engine, point }: { readonly engine: Engine; readonly point: Point }): void {
  rig.receiver.onConnection = null;
  engine.signal("SIGKILL");
  hits.add(point);
}

/** Each life delivers something before it ends, so that no delivery loses its worker each time. */
async function makeProgress({ rig, producer }: World, engine: Engine): Promise<void> {
  const { posts } = rig.receiver;
  const enough = ackedIn(posts) + 3;
  await eventually("the engine makes progress", async () => {
    await producer.produce(engine, 1);
    return ackedIn(posts) >= enough;
  });
}

function ackedIn(posts: readonly Post[]): number {
  return posts.filter(({ answer }) => answer === "acked").length;
}

type Filling = Pick<RigEndpoint, "id" | "client"> & { readonly engine: Engine };

/**
 * The receiver answers nobody, so that the engine holds more than it may send. It holds the more the quicker an endpoint has been, and
 * nothing for one that took half a second, as on a busy machine: only of one that it does not know is it sure to hold some. They
 * fall due at once, for once the first have been under way for long it is slow.
 */
async function fillHands({ rig, producer }: World, { engine, id, client }: Filling): Promise<void> {
  rig.receiver.manner = () => {};
  await engine.ask({ order: "pause", endpoint: id });
  await producer.flood(engine, { client, requests: 40 });
  await engine.ask({ order: "resume", endpoint: id });
  await eventually("more are in hands than are under way", async () => {
    const rows = await rig.store.read
      .selectFrom("deliveries")
      .select("delivery_id")
      .where("endpoint_id", "=", id)
      .where("leased", "=", 1)
      .where("worker_id", "like", `rig-${engine.pid}-%`)
      .execute();
    return rows.length > limits.callbacksInFlightPerEndpoint;
  });
}

async function pauseAndResume(engine: Engine): Promise<void> {
  await engine.ask({ order: "pause", endpoint: "pausable" });
  await engine.ask({ order: "resume", endpoint: "pausable" });
}

/** A pause that was committed holds after a death, and what was held goes once it is over. */
async function staysPaused({ rig, producer }: World): Promise<void> {
  const { receiver } = rig;
  receiver.manner = ack;
  const engine = await rig.launch();
  const to = (endpoint: string) => receiver.posts.filter((post) => post.endpoint === endpoint).length;
  const [held, told] = [to("pausable"), to("account")];
  await producer.flood(engine, { client: "an app at rest", requests: 3 });
  await receiver.until("the account hears of it", () => to("account") >= told + 3);
  await sleep(300);
  assert.equal(to("pausable"), held, "a paused endpoint takes nothing");
  await engine.ask({ order: "resume", endpoint: "pausable" });
  await receiver.until("what was held goes out", () => to("pausable") >= held + 3);
  await engine.stop();
}

/** The receiver answers 200 and other words at first: no acknowledgement. */
export async function mistakenAnswers({ kind, tree, chance }: Stage): Promise<readonly Violation[]> {
  const endpoints = threeEndpoints.slice(0, 2);
  const rig = await openRig({ kind, endpoints, ...(tree === undefined ? {} : { tree }) });
  try {
    rig.receiver.manner = (post, response) => (post.attempt <= 2 ? refuse(200, "Thanks!") : ack)(post, response);
    const engine = await rig.launch();
    await openProducer({ chance, clients: [null, "an app in order"] }).produce(engine, 4);
    await rig.drain();
    await engine.stop();
    return await rig.reckon({ losses: 0 });
  } finally {
    await rig.close();
  }
}
