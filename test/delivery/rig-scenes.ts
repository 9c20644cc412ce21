import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
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
  const rig = await openRig({ kind, endpoints: threeEndpoints, ...(tree === undefined ? {} : { tree }) });
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
  else if (point.endsWith("a give-back")) await fillHands(world, engine);
  const isRare = point.includes("replay") || point.endsWith("a give-back");
  const skip = isRare ? 0 : Math.floor(chance() * (mostSkips + 1));
  if (isOwn(point)) await engine.ask({ order: "arm", point, skip });
  if (point.endsWith("a give-back")) engine.signal("SIGTERM");

  let isDead = false;
  const dying = engine.died().finally(() => {
    isDead = true;
  });
  while (!isDead && !point.endsWith("a give-back")) {
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

/** The receiver answers nobody, so that the engine holds more than it may send. */
async function fillHands({ rig, producer }: World, engine: Engine): Promise<void> {
  const { receiver } = rig;
  receiver.manner = () => {};
  await producer.flood(engine, { client: null, requests: 40 });
  const isHeld = ({ endpoint, until }: Post) => endpoint === "account" && until === null;
  await receiver.until("ten are held", (posts) => posts.filter(isHeld).length >= 10);
  await eventually("more are in hands than are under way", async () => {
    const rows = await rig.store.read
      .selectFrom("deliveries")
      .select("delivery_id")
      .where("endpoint_id", "=", "account")
      .where("leased", "=", 1)
      .where("worker_id", "like", `rig-${engine.pid}-%`)
      .execute();
    return rows.length > 10;
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
