import { setTimeout as sleep } from "node:timers/promises";
import { canceled, declined, malformed, refused, type Story, signedByTwo, type Teller } from "./stories.ts";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: COUNTERSIGN_TEST_SEED repeats one that was printed. */
export function seedOfRun(): number {
  return Number(process.env.COUNTERSIGN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32));
}

/** How a random run goes. */
export type Chaos = {
  readonly seed: number;
  /** How often the server is killed; the stories go on until it is done, and then to their ends. */
  readonly kills: number;
  /** How many stories are told side by side. */
  readonly lanes: number;
  readonly fileUrl: string;
};

/** Tells stories side by side while the server dies at moments that the seed decides, and the receiver refuses now and then. */
export async function tellAtRandom(teller: Teller, { seed, kills, lanes, fileUrl }: Chaos): Promise<void> {
  const { ledger, victim } = teller;
  const chance = chanceOf(seed);
  const { before } = ledger.tempter;
  ledger.tempter = {
    ...ledger.tempter,
    before: async (arrival, isAlive) => (chance() < 0.1 ? 500 : before(arrival, isAlive)),
  };
  let isOver = false;

  async function killOn(): Promise<void> {
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(30 + chance() * 1200);
      victim.kill("at random", chance() < 0.25 ? chance() * 700 : undefined);
      await victim.up();
    }
    isOver = true;
  }

  async function tellOn(lane: number): Promise<void> {
    const stories: readonly Story[] = [signedByTwo(1), canceled(fileUrl), declined, malformed, refused];
    // Each lane begins elsewhere, so that every story is told.
    for (let count = 0; !isOver || count === 0; count += 1)
      await stories[(lane * 2 + count) % stories.length]?.(teller, `lane ${lane}, story ${count}`);
  }

  await Promise.all([killOn(), ...Array.from({ length: lanes }, (_, lane) => tellOn(lane))]);
  ledger.tempter = { ...ledger.tempter, before };
}
