import { pauseEndpoint, resumeEndpoint } from "../../src/accounts/endpoint-state.ts";
import { resendEvent } from "../../src/callbacks/resend.ts";
import { append } from "../../src/events/append.ts";
import type { Work } from "../../src/events/work.ts";
import { accountId, requestRow } from "./sim-ground.ts";
import { openWorld, type Process, reach, startProcess, type World } from "./sim-world.ts";

/** A change that was asked for, and what its caller learnt; a crash leaves that open. */
export type Change = { readonly marks: readonly string[]; outcome: "open" | "committed" | "rolled back" };

/** What a seed has left behind. */
export type Aftermath = {
  readonly world: World;
  readonly changes: readonly Change[];
  readonly processes: readonly Process[];
  readonly endpoints: readonly string[];
  readonly strict: readonly string[];
};

type Stage = {
  readonly world: World;
  readonly changes: Change[];
  /** Those on duty, and those that have died and are not replaced yet. */
  readonly slots: Process[];
  readonly everybody: Process[];
  readonly crew: number;
};

/** Plays one seed to its end: changes, crashes, frost, jumps of the clock; then all is well for as long as it takes. */
export async function playSeed(
  parts: Parameters<typeof openWorld>[0],
  { endpoints, strict }: Pick<Aftermath, "endpoints" | "strict">,
  use: (world: World) => void,
): Promise<Aftermath> {
  const world = openWorld(parts);
  use(world);
  const stage: Stage = { world, changes: [], slots: [], everybody: [], crew: world.shared ? 2 : 1 };
  const play = async () => {
    for (let n = 0; n < stage.crew; n += 1) await enlist(stage, { slot: n, name: `w${n}` });
    await Promise.all([playChanges(stage), playTrouble(stage, endpoints), keepCrew(stage)]);
    await comeToRest(stage, endpoints);
  };
  await reach(world, play());
  return { world, changes: stage.changes, processes: stage.everybody, endpoints, strict };
}

async function enlist(
  { world, slots, everybody }: Stage,
  { slot, name }: { readonly slot: number; readonly name: string },
): Promise<void> {
  const process = await startProcess(world, name);
  slots[slot] = process;
  everybody.push(process);
}

function onDuty({ slots }: Stage): readonly Process[] {
  return slots.filter(({ isAlive, isLeaving }) => isAlive && !isLeaving);
}

const span = 1500;

async function playChanges(stage: Stage): Promise<void> {
  const { world } = stage;
  const { time, chance } = world;
  const requests = 2 + Math.floor(chance() * 3);
  for (let n = 0; n < requests + 3 + Math.floor(chance() * 5); n += 1) {
    const request = `r${n < requests ? n : Math.floor(chance() * requests)}`;
    const change = {
      n,
      request,
      isNew: n < requests,
      isDoomed: n >= requests && chance() < 0.2,
      isApp: chance() < 0.7,
    };
    const [process] = onDuty(stage);
    if (process) void makeChange(stage, { process, ...change, events: 1 + Math.floor(chance() * 2) });
    await time.pause(Math.floor(chance() * (span / 8)));
  }
}

type NewChange = {
  readonly process: Process;
  readonly n: number;
  readonly request: string;
  readonly isNew: boolean;
  readonly isDoomed: boolean;
  readonly isApp: boolean;
  readonly events: number;
};

async function makeChange(
  { changes }: Stage,
  { process, n, request, isNew, isDoomed, isApp, events }: NewChange,
): Promise<void> {
  const marks = Array.from({ length: events }, (_, m) => `<${n}.${m}>`);
  const change: Change = { marks, outcome: "open" };
  changes.push(change);
  const make = async (work: Work) => {
    if (isNew) await work.tx.insertInto("signature_requests").values(requestRow(request, isApp)).execute();
    for (const message of marks) await append(work, { type: "signature_request_viewed", requestId: request, message });
    if (isDoomed) throw new Error("doomed");
  };
  change.outcome = await process.transact(make).then(
    () => "committed",
    () => "rolled back",
  );
}

async function playTrouble(stage: Stage, endpoints: readonly string[]): Promise<void> {
  const { world } = stage;
  const { time, chance, counters } = world;
  for (let n = Math.floor(chance() * 5); n > 0; n -= 1) {
    await time.pause(Math.floor(chance() * (span / 2)));
    const process = onDuty(stage)[Math.floor(chance() * stage.crew)];
    const endpointId = endpoints[Math.floor(chance() * endpoints.length)] ?? "";
    const kind = chance();
    if (!process) continue;
    if (kind < 0.4) process.fuse = { left: 1 + Math.floor(chance() * 6), after: chance() < 0.5 };
    else if (kind < 0.55 && world.shared) process.freeze(2000 + Math.floor(chance() * 2500));
    else if (kind < 0.65) await stopGently(process, counters);
    else if (kind < 0.8) jump(world);
    else if (kind < 0.9) await holdAWhile(stage, { process, endpointId });
    else void resendOne(stage, process);
  }
}

async function stopGently(process: Process, counters: World["counters"]): Promise<void> {
  counters.stops += 1;
  process.isLeaving = true;
  void process.loop.stop().then(() => process.kill());
}

function jump(world: World): void {
  const by = Math.floor((world.chance() - 0.5) * 7_200_000);
  world.wall += by;
  if (by > 0) world.wasAhead = true;
  world.counters[by > 0 ? "jumpsForward" : "jumpsBack"] += 1;
}

type Holding = { readonly process: Process; readonly endpointId: string };

async function holdAWhile({ world }: Stage, { process, endpointId }: Holding): Promise<void> {
  void process.transact((work) => pauseEndpoint(work, { accountId, endpointId })).catch(() => {});
  await world.time.pause(Math.floor(world.chance() * 1500));
  void process.transact((work) => resumeEndpoint(work, { accountId, endpointId, held: "send" })).catch(() => {});
}

async function resendOne({ world }: Stage, process: Process): Promise<void> {
  const events = await world.store.read.selectFrom("events").select("event_id").orderBy("event_id").execute();
  const chosen = events[Math.floor(world.chance() * events.length)];
  if (chosen)
    await process.transact((work) => resendEvent(work, { accountId, eventId: chosen.event_id })).catch(() => {});
}

/** Who dies is followed by another. */
async function keepCrew(stage: Stage): Promise<void> {
  for (let n = 0; n < 6 || onDuty(stage).length < stage.crew; n += 1) {
    await stage.world.time.pause(250);
    for (const [slot, { isAlive, name }] of stage.slots.entries())
      if (!isAlive) await enlist(stage, { slot, name: `${name}'` });
  }
}

/** No more trouble: until nothing is pending and nothing under way. */
async function comeToRest(stage: Stage, endpoints: readonly string[]): Promise<void> {
  const { world } = stage;
  const { store, time, receiver } = world;
  receiver.kind = true;
  for (const process of stage.slots) process.fuse = null;
  await keepCrew(stage);
  const [process] = onDuty(stage);
  for (const endpointId of endpoints)
    await process?.transact((work) => resumeEndpoint(work, { accountId, endpointId, held: "send" }));
  for (let n = 0; n < 240; n += 1) {
    await time.pause(250);
    const pending = await store.read
      .selectFrom("deliveries")
      .select("delivery_id")
      .where("state", "=", "pending")
      .execute();
    const isBusy = receiver.posts.some(({ ended, worker }) => ended === null && worker !== "");
    const isCold = stage.everybody.some(({ thawsAt }) => thawsAt + 500 > time.now());
    if (pending.length === 0 && !isCold && (!isBusy || n > 8)) break;
  }
  for (const one of onDuty(stage)) await one.loop.stop();
}
