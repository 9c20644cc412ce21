import { limits } from "../../src/base/limits.ts";
import { append } from "../../src/events/append.ts";
import type { Work } from "../../src/events/work.ts";
import { clientOf, requestRow } from "./sim-ground.ts";
import { type Process, startProcess } from "./sim-process.ts";
import { type Aftermath, type Cast, type Change, onDuty, reopen, type Stage } from "./sim-stage.ts";
import { playTrouble } from "./sim-trouble.ts";
import { openWorld, reach, type World, type WorldParts } from "./sim-world.ts";

/** Plays one seed to its end: changes, crashes, frost, jumps of the clock; then all is well for as long as it takes. */
export async function playSeed(parts: WorldParts, { cast, use }: Playing): Promise<Aftermath> {
  const world = openWorld(parts);
  use(world);
  if (cast.dark) world.receiver.dark.set(cast.dark.endpoint, cast.dark.untilMs);
  const stage: Stage = {
    ...cast,
    world,
    changes: [],
    slots: [],
    everybody: [],
    held: new Set(),
    skipped: new Set(),
  };
  await reach(world, play(stage));
  return { ...stage, processes: stage.everybody };
}

/** Who plays, and who is to know of the world before it begins. */
type Playing = { readonly cast: Cast; readonly use: (world: World) => void };

async function play(stage: Stage): Promise<void> {
  const crew = stage.world.shared ? 2 : 1;
  for (let slot = 0; slot < crew; slot += 1) await enlist(stage, { slot, name: `w${slot}` });
  let isOver = false;
  const story = Promise.all([playChanges(stage), playTrouble(stage)]).finally(() => {
    isOver = true;
  });
  // Beats have to come while there is trouble.
  const untilMs = stage.world.timeoutMs > limits.beatMs ? 2.5 * limits.beatMs : 0;
  while (!isOver || stage.world.time.now() < untilMs) {
    await stage.world.time.pause(100 + 200 * (stage.world.seed % 3));
    await replaceDead(stage);
  }
  await story;
  await comeToRest(stage);
}

type Enlisting = { readonly slot: number; readonly name: string };

async function enlist({ world, slots, everybody }: Stage, { slot, name }: Enlisting): Promise<void> {
  const process = await startProcess(world, name);
  slots[slot] = process;
  everybody.push(process);
}

async function replaceDead(stage: Stage): Promise<void> {
  for (const [slot, { diedAt, name }] of stage.slots.entries())
    if (diedAt !== null) await enlist(stage, { slot, name: `${name}'` });
}

async function playChanges(stage: Stage): Promise<void> {
  const { world, endpoints, isFlooded, dark } = stage;
  const { time, chance } = world;
  const requests = isFlooded ? 24 : 2 + Math.floor(chance() * 2.5);
  const more = Math.floor(chance() * 4) + (dark ? 3 : 0);
  for (let n = 0; n < requests + more; n += 1) {
    const isNew = n < requests;
    const requestId = `r${isNew ? n : Math.floor(chance() * requests)}`;
    const through = endpoints[Number(requestId.slice(1)) % endpoints.length] ?? "account";
    const isDoomed = !isNew && chance() < 0.15;
    const events = chance() < 0.25 ? 2 : 1;
    const [process] = onDuty(stage);
    if (process) void makeChange(stage, { process, n, requestId, through, isNew, isDoomed, events });
    if (!isFlooded) await time.pause(Math.floor(chance() * 150));
  }
}

type NewChange = {
  readonly process: Process;
  readonly n: number;
  readonly requestId: string;
  /** The endpoint of the app through which the request is made, or the account's. */
  readonly through: string;
  readonly isNew: boolean;
  readonly isDoomed: boolean;
  readonly events: number;
};

async function makeChange(
  { changes }: Stage,
  { process, n, requestId, through, isNew, isDoomed, events }: NewChange,
): Promise<void> {
  const marks = Array.from({ length: events }, (_, m) => `<${n}.${m}>`);
  const change: Change = { marks, endpoints: [...new Set(["account", through])], outcome: "open" };
  changes.push(change);
  const make = async (work: Work) => {
    if (isNew)
      await work.tx
        .insertInto("signature_requests")
        .values(requestRow(requestId, clientOf(through)))
        .execute();
    for (const message of marks) await append(work, { type: "signature_request_viewed", requestId, message });
    if (isDoomed) throw new Error("doomed");
  };
  change.outcome = await process.transact(make).then(
    () => "committed",
    () => "rolled back",
  );
}

/** No more trouble: until nothing is pending and nothing under way. */
async function comeToRest(stage: Stage): Promise<void> {
  const { world, slots, everybody, held } = stage;
  const { store, time, receiver } = world;
  receiver.kind = true;
  for (const process of slots) process.fuse = null;
  // What a frozen process was asked for before is done when it thaws.
  while (onDuty(stage).length < slots.length || everybody.some(({ thawsAt }) => thawsAt >= time.now() && thawsAt > 0)) {
    await time.pause(100);
    await replaceDead(stage);
  }
  for (const endpoint of held) await reopen(stage, { endpoint, held: "send" });
  for (let n = 0; n < 300; n += 1) {
    await time.pause(200);
    const pending = await store.read
      .selectFrom("deliveries")
      .select("delivery_id")
      .where("state", "=", "pending")
      .limit(1)
      .execute();
    const isBusy = receiver.posts.some(({ ended }) => ended === null);
    if (pending.length === 0 && !isBusy) break;
  }
  for (const one of onDuty(stage)) await one.loop.stop();
}
