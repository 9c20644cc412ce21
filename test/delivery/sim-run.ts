import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outbound } from "../../src/http/outbound.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { chanceOf } from "./random.ts";
import { checkAftermath } from "./sim-check.ts";
import { clearGround, layGround } from "./sim-ground.ts";
import { type Aftermath, playSeed } from "./sim-story.ts";
import { type Counters, databaseClock, type World } from "./sim-world.ts";

/** What seeds have shown: what does not fit, by seed, and how often what was met. */
export type Outcome = {
  readonly played: number;
  readonly violations: readonly { readonly seed: number; readonly words: readonly string[] }[];
  readonly met: Readonly<Record<string, number>>;
  /** A fingerprint of everything that arrived when, in all seeds. */
  readonly trace: string;
};

/** Which seeds to play; a mutant changes the store, or what the receiver's answers look like to the engine. */
export type Playing = {
  readonly from: number;
  readonly count: number;
  readonly mutateStore?: (store: Store) => Store;
  readonly mutateOutbound?: (outbound: Pick<Outbound, "request">) => Pick<Outbound, "request">;
  readonly sameName?: boolean;
  /** Stops at the first seed that does not fit. */
  readonly untilFailure?: boolean;
  /** Is told the story of each seed. */
  readonly tell?: (story: string) => void;
};

/** Plays seeds one after another on one database, in memory where the machine has a folder for that. */
export async function playSeeds({ from, count, untilFailure = false, tell, ...mutants }: Playing): Promise<Outcome> {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "countersign-sim-"));
  let clock = () => 1_790_000_000_000;
  const store = await openSqlite({ file: join(folder, "sim.db"), clock: () => clock() });
  await layGround(store);
  const violations: { readonly seed: number; readonly words: readonly string[] }[] = [];
  const met: Record<string, number> = {};
  const trace = createHash("sha256");
  const counters: Counters = {
    crashesBefore: 0,
    crashesAfter: 0,
    freezes: 0,
    jumpsForward: 0,
    jumpsBack: 0,
    stops: 0,
    refusedByFence: 0,
  };
  let played = 0;
  try {
    for (let seed = from; seed < from + count && !(untilFailure && violations.length > 0); seed += 1) {
      const chance = chanceOf(seed);
      const endpoints = chance() < 0.8 ? ["account", "app"] : ["account"];
      const strict = endpoints.filter(() => chance() < 0.3);
      await clearGround(store, { endpoints, strict });
      const parts = {
        store: mutants.mutateStore?.(store) ?? store,
        seed,
        chance,
        shared: chance() < 0.4,
        counters,
        mutateOutbound: mutants.mutateOutbound,
        sameName: mutants.sameName,
      };
      const useClock = (world: World) => {
        clock = databaseClock(world);
      };
      const aftermath = await playSeed(parts, { endpoints, strict }, useClock).catch((error: unknown) => {
        throw new Error(`COUNTERSIGN_SEED=${seed} node --test test/delivery/simulator.test.ts`, { cause: error });
      });
      const words = await checkAftermath(aftermath);
      if (words.length > 0) violations.push({ seed, words });
      await note(aftermath, met);
      const story = traceOf(aftermath);
      trace.update(story);
      tell?.(story);
      played += 1;
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { played, violations, met: { ...met, ...counters }, trace: trace.digest("hex") };
}

/** Counts what was met, so that a run that met nothing is not taken for a proof. */
async function note({ world, strict }: Aftermath, met: Record<string, number>): Promise<void> {
  const count = (name: string, by: number) => {
    met[name] = (met[name] ?? 0) + by;
  };
  for (const [way, times] of world.receiver.drawn) count(way, times);
  const { read } = world.store;
  const rows = await read.selectFrom("deliveries").select(["state", "tries", "lease_no", "replay_no"]).execute();
  count("exhausted", rows.filter(({ state }) => state === "exhausted").length);
  count("leases lost or given back", rows.filter(({ tries, lease_no }) => lease_no > tries).length);
  count("resent", rows.filter(({ replay_no }) => replay_no > 0).length);
  count("strict endpoints", strict.length);
  count("shared databases", world.shared ? 1 : 0);
  const posts = Map.groupBy(world.receiver.posts, ({ deliveryId, attempt }) => `${deliveryId} ${attempt}`);
  count("attempts made twice", [...posts.values()].filter((list) => list.length > 1).length);
}

/** One line a POST, without what is random in every run. */
function traceOf({ world, changes }: Aftermath): string {
  const posts = world.receiver.posts.map(
    ({ worker, endpoint, request, seq, attempt, begun, ended, acked }) =>
      `${begun}–${ended} ${worker} ${endpoint} ${request} ${seq} attempt ${attempt}${acked ? " acked" : ""}`,
  );
  return `${[...posts.toSorted(), ...changes.map(({ marks, outcome }) => `${marks.join()} ${outcome}`)].join("\n")}\n`;
}
