import { pauseEndpoint, testEndpoint } from "../../src/accounts/endpoint-state.ts";
import { setCallbackUrl } from "../../src/accounts/endpoints.ts";
import { limits } from "../../src/base/limits.ts";
import { startReplay, stepReplay } from "../../src/callbacks/replay.ts";
import { resendEvent } from "../../src/callbacks/resend.ts";
import { accountId, clientOf } from "./sim-ground.ts";
import { type Process, points } from "./sim-process.ts";
import { onDuty, reopen, type Stage } from "./sim-stage.ts";
import { count, type World } from "./sim-world.ts";

type Target = { readonly process: Process; readonly endpoint: string };

/** Plays what goes wrong, and what people do meanwhile, at moments that the seed decides. */
export async function playTrouble(stage: Stage): Promise<void> {
  const { world, endpoints, isFlooded } = stage;
  const { time, chance } = world;
  for (let n = Math.floor(chance() * 4); n > 0; n -= 1) {
    await time.pause(Math.floor(chance() * (isFlooded ? 60 : 500)));
    const [first, second = first] = onDuty(stage);
    const process = chance() < 0.5 ? first : second;
    const endpoint = endpoints[Math.floor(chance() * endpoints.length)] ?? "account";
    const kind = chance();
    if (!process) continue;
    if (kind < 0.4) arm(stage, { process, endpoint });
    else if (kind < 0.52 && world.shared) freeze(world, process);
    else if (kind < 0.62) stopGently(world, process);
    else if (kind < 0.75) jump(world);
    else if (kind < 0.88) await holdAWhile(stage, { process, endpoint });
    else void askAgain(stage, { process, endpoint }).catch(() => {});
  }
}

/** What seldom comes by itself is waited for where it does. */
function arm({ world, isFlooded }: Stage, { process, endpoint }: Target): void {
  const { chance, timeoutMs } = world;
  const after = chance() < 0.5;
  const any = points[Math.floor(chance() * points.length)] ?? "claim";
  const rare = isFlooded ? "give-back" : timeoutMs > limits.beatMs ? "beat" : any;
  const point = chance() < 0.5 ? rare : any;
  const most = point === "give-back" || point === "beat" ? 1 : 3;
  process.fuse = { point, endpoint, after, left: 1 + Math.floor(chance() * most) };
}

function freeze({ met, chance }: World, process: Process): void {
  count(met, "frosts");
  process.freeze(2000 + Math.floor(chance() * 2500));
}

function stopGently({ met }: World, process: Process): void {
  count(met, "gentle stops");
  process.isLeaving = true;
  void process.loop.stop().then(process.kill);
}

function jump(world: World): void {
  const { chance, met } = world;
  const widest = chance() < 0.5 ? 5000 : 7_200_000;
  const by = Math.floor((chance() - 0.5) * widest);
  world.wall += by;
  if (by > 0) world.wasAhead = true;
  else world.wasBack = true;
  count(met, by > 0 ? "clock set forward" : "clock set back");
}

async function holdAWhile(stage: Stage, { process, endpoint }: Target): Promise<void> {
  const { time, chance, met } = stage.world;
  const owner = { accountId, clientId: clientOf(endpoint) };
  const isCleared = chance() < 0.4;
  const held = chance() < 0.3 ? "skip" : "send";
  stage.held.add(endpoint);
  count(met, isCleared ? "endpoints cleared" : "endpoints paused");
  void process
    .transact(async (work) => {
      if (isCleared) await setCallbackUrl(work, { owner, url: "" });
      else await pauseEndpoint(work, { accountId, endpointId: endpoint });
    })
    .catch(() => {});
  await time.pause(Math.floor(chance() * 1000));
  void reopen(stage, { endpoint, held }).catch(() => {});
}

/** One event once more, all of an endpoint once more, or a test. */
async function askAgain({ world }: Stage, { process, endpoint }: Target): Promise<void> {
  const { store, chance } = world;
  const [kind, which] = [chance(), chance()];
  if (kind < 0.3) {
    await process.transact((work) => testEndpoint(work, { accountId, endpointId: endpoint }));
    return;
  }
  if (kind < 0.6) {
    const range = { accountId, endpointId: endpoint, filter: { types: [], states: [] } };
    const { replay_id: replayId } = await process.transact((work) => startReplay(work, { ...range, perMinute: 3 }));
    for (let step = 0; step < 4; step += 1) await process.transact((work) => stepReplay(work, { replayId }));
    return;
  }
  const events = await store.read.selectFrom("events").select("event_id").orderBy("message").orderBy("seq").execute();
  const chosen = events[Math.floor(which * events.length)];
  if (chosen) await process.transact((work) => resendEvent(work, { accountId, eventId: chosen.event_id }));
}
