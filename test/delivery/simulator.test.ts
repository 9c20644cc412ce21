import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type { Store } from "../../src/storage/store.ts";
import { isTorture } from "./rig-torture.ts";
import { commandFor, type Outcome, type Playing, playSeeds } from "./sim-run.ts";

const run = promisify(execFile);
const only = process.env.COUNTERSIGN_SEED === undefined ? null : Number(process.env.COUNTERSIGN_SEED);
const count = isTorture ? 100_000 : 10_000;

const everything = [
  "ack, wrong body, 500, 302, busy, refused, hang, ack too late, reset",
  "crash before claim, crash before settlement, crash before change, crash before attempt, crash before give-back",
  "crash after claim, crash after settlement, crash after change, crash after attempt, crash after give-back",
  "crash before beat, crash after beat",
  "frosts, gentle stops, clock set forward, clock set back, endpoints paused, endpoints cleared, databases of one, databases of two",
  "duplicates, claims lost, taken over by another, settlements refused by the fence, given back",
  "exhausted, skipped, tests, sent again, strict roads that waited, waits that a receiver asked for",
  "breakers that opened, probes that failed, probes that closed a breaker",
].flatMap((line) => line.split(", "));

describe("the engine in a simulated world", { skip: only !== null && "COUNTERSIGN_SEED plays one seed" }, () => {
  test(`in ${count} seeds of crashes, frost, jumping clocks and bad receivers nothing is lost, told wrong or out of turn`, async (t) => {
    const first = Number(process.env.COUNTERSIGN_TEST_SEED ?? Math.floor(Math.random() * 1_000_000_000));
    const half = count / 2;
    const outcomes = await Promise.all([playApart(first, half), playApart(first + half, half)]);
    const wrong = outcomes.flatMap(({ violations }) => violations);
    assert.deepEqual(wrong.slice(0, 5), [], commandFor(wrong[0]?.seed ?? first));
    assert.equal(
      outcomes.reduce((sum, { played }) => sum + played, 0),
      count,
    );

    const met = everything.map((name) => [name, outcomes.reduce((sum, one) => sum + (one.met[name] ?? 0), 0)] as const);
    t.diagnostic(`seeds from ${first}: ${met.map(([name, times]) => `${name} ${times}`).join(", ")}`);
    assert.deepEqual(
      met.filter(([, times]) => times === 0),
      [],
      "what never happened was not tested",
    );
  });

  test("the same seed is the same story", async () => {
    const [once, again] = [await playTraced(50), await playTraced(50)];
    assert.deepEqual(again, once);
    assert.equal(new Set(once).size, once.length);
  });

  const mutants: Readonly<Record<string, Partial<Playing>>> = {
    "a callback whose answer lacks the phrase counts as acknowledged": {
      mutateOutbound: ({ request }) => ({
        request: async (asked) => {
          const result = await request(asked);
          const body = Buffer.from("Hello API Event Received");
          return result.kind === "answered" && result.status === 200 ? { ...result, body } : result;
        },
      }),
    },
    "what is owed is not in the commit of its change, and some of it gets lost": {
      mutateStore: (store) =>
        changing(store, (tx) => tx.deleteFrom("deliveries").where("seq", "=", 2).where("lease_no", "=", 0).execute()),
    },
    "the fence is open: every lease has the same number and every worker the same name": {
      sameName: true,
      mutateStore: (store) =>
        changing(store, (tx) => tx.updateTable("deliveries").set({ lease_no: 1 }).where("lease_no", ">", 1).execute()),
    },
    "what waits for its retry is due at once": {
      mutateStore: (store) =>
        changing(store, (tx) => tx.updateTable("deliveries").set({ next_at: 0 }).where("leased", "=", 0).execute()),
    },
    "the breaker never rests": {
      mutateStore: (store) =>
        changing(store, (tx) => tx.updateTable("endpoints").set({ breaker_until: null }).execute()),
    },
    "a strict endpoint is served like any other": {
      mutateStore: (store) =>
        changing(store, (tx) => tx.updateTable("endpoints").set({ ordering: "best_effort" }).execute()),
    },
  };
  for (const [name, mutant] of Object.entries(mutants))
    test(`a mutant is found out: ${name}`, async () => {
      const { violations, played } = await playSeeds({ from: 1, count: 500, untilFailure: true, ...mutant });
      assert.ok(violations.length > 0, `none in ${played} seeds`);
    });
});

if (only !== null)
  test("one seed, with its story", async () => {
    const { violations } = await playSeeds({ from: only, count: 1, tell: (story) => console.log(story) });
    assert.deepEqual(violations, []);
  });

async function playApart(from: number, count: number): Promise<Outcome> {
  const child = join(import.meta.dirname, "sim-child.ts");
  const { stdout } = await run(process.execPath, [child, String(from), String(count)], { maxBuffer: 64 * 1024 ** 2 });
  return JSON.parse(stdout) as Outcome;
}

/** The stories of the first seeds. */
async function playTraced(count: number): Promise<readonly string[]> {
  const stories: string[] = [];
  await playSeeds({ from: 1, count, tell: (story) => stories.push(story) });
  return stories;
}

type Tx = Parameters<Parameters<Store["transact"]>[0]>[0];

/** A store that spoils something after each change. */
function changing(store: Store, spoil: (tx: Tx) => Promise<unknown>): Store {
  return Object.create(store, {
    transact: {
      value: async (change: Parameters<Store["transact"]>[0], options: Parameters<Store["transact"]>[1]) => {
        const result = await store.transact(change, options);
        await store.transact(spoil);
        return result;
      },
    },
  }) as Store;
}
