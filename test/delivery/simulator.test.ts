import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type { Store } from "../../src/storage/store.ts";
import { isTorture } from "./rig-torture.ts";
import { type Outcome, type Playing, playSeeds } from "./sim-run.ts";

const run = promisify(execFile);
const only = process.env.COUNTERSIGN_SEED === undefined ? null : Number(process.env.COUNTERSIGN_SEED);
const count = isTorture ? 20_000 : 1000;

describe("the engine in a simulated world", { skip: only !== null && "COUNTERSIGN_SEED plays one seed" }, () => {
  test(`in ${count} seeds of crashes, frost, jumping clocks and bad receivers nothing is lost, told wrong or out of turn`, async () => {
    const first = Number(process.env.COUNTERSIGN_TEST_SEED ?? Math.floor(Math.random() * 1_000_000_000));
    const half = count / 2;
    const outcomes = await Promise.all([playApart(first, half), playApart(first + half, half)]);
    const wrong = outcomes.flatMap(({ violations }) => violations);
    assert.deepEqual(
      wrong.slice(0, 5),
      [],
      `COUNTERSIGN_SEED=${wrong[0]?.seed} node --test test/delivery/simulator.test.ts`,
    );
    assert.equal(outcomes[0]?.played, half);

    const met = (name: string) => outcomes.reduce((sum, outcome) => sum + (outcome.met[name] ?? 0), 0);
    const wanted = [
      "ack, wrong body, 500, 302, busy, refused, hang, ack too late, reset",
      "crashesBefore, crashesAfter, freezes, jumpsForward, jumpsBack, stops, refusedByFence",
      "exhausted, resent, leases lost or given back, attempts made twice, strict endpoints, shared databases",
    ].flatMap((line) => line.split(", "));
    assert.deepEqual(
      wanted.filter((name) => met(name) === 0),
      [],
      "what never happened was not tested",
    );
  });

  test("the same seed is the same story", async () => {
    const once = await playSeeds({ from: 1, count: 40 });
    const again = await playSeeds({ from: 1, count: 40 });
    assert.equal(again.trace, once.trace);
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
    "what is owed is written after the commit of its change, if at all": {
      mutateStore: (store) =>
        changing(store, (tx) => tx.deleteFrom("deliveries").where("seq", "=", 3).where("lease_no", "=", 0).execute()),
    },
    "the fence is open: every lease has the same number and every worker the same name": {
      sameName: true,
      mutateStore: (store) =>
        changing(store, (tx) => tx.updateTable("deliveries").set({ lease_no: 1 }).where("lease_no", ">", 1).execute()),
    },
  };
  for (const [name, mutant] of Object.entries(mutants))
    test(`a mutant is found out: ${name}`, async () => {
      const { violations, played } = await playSeeds({ from: 1, count: 400, untilFailure: true, ...mutant });
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
