import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../src/base/limits.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { chanceOf } from "./random.ts";
import { type Books, checkBooks, openBooks } from "./sim-check.ts";
import { clearGround, endpointNames, layGround } from "./sim-ground.ts";
import type { Cast } from "./sim-stage.ts";
import { playSeed } from "./sim-story.ts";
import { count as countMet, type Met, type WorldParts } from "./sim-world.ts";

/** What seeds have shown: what does not fit, by seed, and how often what was met. */
export type Outcome = {
  readonly played: number;
  readonly violations: readonly { readonly seed: number; readonly words: readonly string[] }[];
  readonly met: Readonly<Met>;
  /** A fingerprint of everything that arrived when, in all seeds. */
  readonly trace: string;
};

/** Which seeds to play; a mutant changes the store, or what the receiver's answers look like to the engine. */
export type Playing = Pick<WorldParts, "sameName" | "mutateOutbound"> & {
  readonly from: number;
  readonly count: number;
  readonly mutateStore?: (store: Store) => Store;
  /** Stops at the first seed that does not fit. */
  readonly untilFailure?: boolean;
  /** Is told the story of each seed. */
  readonly tell?: (story: string) => void;
};

/** How one seed is played again. */
export function commandFor(seed: number): string {
  return `COUNTERSIGN_SEED=${seed} node --test test/delivery/simulator.test.ts`;
}

/** Plays seeds one after another on one database, in memory where the machine has a folder for that. */
export async function playSeeds({ from, count, untilFailure = false, tell, ...mutants }: Playing): Promise<Outcome> {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "countersign-sim-"));
  let world: { readonly databaseClock: () => number } = { databaseClock: () => 1_790_000_000_000 };
  const store = await openSqlite({ file: join(folder, "sim.db"), clock: () => world.databaseClock() });
  const violations: { readonly seed: number; readonly words: readonly string[] }[] = [];
  const met: Met = {};
  const trace = createHash("sha256");
  let played = 0;
  try {
    await layGround(store);
    for (let seed = from; seed < from + count && !(untilFailure && violations.length > 0); seed += 1) {
      const chance = chanceOf(seed);
      const cast = drawCast(chance);
      await clearGround(store, cast);
      const { mutateStore = (same) => same, mutateOutbound, sameName } = mutants;
      const shared = chance() < 0.35;
      // Where attempts outlast a lease, beats have to keep it.
      const timeoutMs = shared && chance() < 0.25 ? 3000 : 250;
      const mutated = { mutateOutbound, sameName, store: mutateStore(store) };
      const parts = { seed, chance, met, shared, timeoutMs, ...mutated };
      const aftermath = await playSeed(parts, {
        cast,
        use: (opened) => {
          world = opened;
        },
      }).catch((error: unknown) => {
        throw new Error(commandFor(seed), { cause: error });
      });
      const books = await openBooks(aftermath);
      const words = checkBooks(books);
      if (words.length > 0) violations.push({ seed, words });
      note(books, met);
      const story = traceOf(books);
      trace.update(story);
      tell?.(story);
      played += 1;
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { played, violations, met, trace: trace.digest("hex") };
}

function drawCast(chance: () => number): Cast {
  const isFlooded = chance() < 0.04;
  const endpoints = endpointNames.slice(0, isFlooded ? 1 : 1 + Math.floor(chance() * 2.4));
  const strict = endpoints.filter(() => chance() < 0.25);
  const [isDark, untilMs] = [isFlooded || chance() < 0.1, 600 + Math.floor(chance() * 2000)];
  return { endpoints, strict, isFlooded, dark: isDark ? { endpoint: "account", untilMs } : null };
}

/** Counts what was met, so that a run that met nothing is not taken for a proof. */
function note({ world, deliveries, posts, processes }: Books, met: Met): void {
  for (const { way } of world.receiver.posts) countMet(met, way);
  const sum = (name: string, fits: (delivery: Books["deliveries"][number]) => boolean) =>
    countMet(met, name, deliveries.filter(fits).length);
  const isCalm = processes.every(({ wasKilled, frozenAt }) => !wasKilled && frozenAt === null) && !world.wasAhead;
  sum("exhausted", ({ state, single_attempt }) => state === "exhausted" && single_attempt === 0);
  sum("skipped", ({ state }) => state === "skipped");
  sum("tests", ({ single_attempt }) => single_attempt === 1);
  sum("sent again", ({ replay_no }) => replay_no > 0);
  sum(isCalm ? "given back" : "claims lost", ({ tries, lease_no }) => lease_no > tries);
  if (isCalm && world.timeoutMs > limits.beatMs) countMet(met, "worlds with beats");
  countMet(met, world.shared ? "databases of two" : "databases of one");
  for (const list of posts.values()) {
    const byAttempt = [...Map.groupBy(list, ({ attempt }) => attempt).values()];
    countMet(met, "duplicates", byAttempt.filter(({ length }) => length > 1).length);
    const workers = byAttempt.filter((same) => new Set(same.map(({ worker }) => worker)).size > 1);
    countMet(met, "taken over by another", world.shared ? workers.length : 0);
  }
}

/** One line a POST, without what is random in every run. */
function traceOf({ world, changes }: Books): string {
  const posts = world.receiver.posts.map(
    ({ worker, endpoint, request, seq, attempt, begun, ended, way }) =>
      `${String(begun).padStart(6)} –${String(ended).padStart(6)} ${worker} ${endpoint} ${request} ${seq} attempt ${attempt}: ${way}`,
  );
  return `${[...posts.toSorted(), ...changes.map(({ marks, outcome }) => `${marks.join()} ${outcome}`)].join("\n")}\n`;
}
