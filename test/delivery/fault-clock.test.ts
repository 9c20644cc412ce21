import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { chanceOf, seedOfRun } from "./random.ts";
import { eventually, openRig } from "./rig.ts";
import { openProducer } from "./rig-producer.ts";
import { ack, type Post, refuse } from "./rig-receiver.ts";
import { threeEndpoints } from "./rig-scenes.ts";
import { rounds } from "./rig-torture.ts";

const hourMs = 3_600_000;

// The embedded database goes by the process's clock; PostgreSQL by its own, which no test can move.
test("a clock that jumps an hour ahead and back loses nothing, and nothing comes twice", async () => {
  for (let round = 0; round < rounds; round += 1) {
    const seed = seedOfRun();
    console.log(`COUNTERSIGN_TEST_SEED=${seed} repeats this run`);
    await jumpAheadAndBack(chanceOf(seed));
  }
});

async function jumpAheadAndBack(chance: () => number): Promise<void> {
  const rig = await openRig({ kind: "sqlite", endpoints: threeEndpoints, timeoutMs: 30_000 });
  const { receiver } = rig;
  const held: { readonly post: Post; readonly response: ServerResponse }[] = [];
  const unsteady = (post: Post, response: ServerResponse) => (chance() < 0.3 ? refuse(500) : ack)(post, response);
  const hold = (post: Post, response: ServerResponse) => void held.push({ post, response });
  const acked = (posts: readonly Post[]) => posts.filter(({ answer }) => answer === "acked").length;
  try {
    const producer = openProducer({ chance, clients: threeEndpoints.map(({ client }) => client) });
    const engine = await rig.launch();
    const goOn = async () => {
      receiver.manner = unsteady;
      const enough = acked(receiver.posts) + 10;
      await eventually("the engine goes on", async () => {
        await producer.produce(engine, 1);
        return acked(receiver.posts) >= enough;
      });
    };

    for (const by of [hourMs, -hourMs, -hourMs]) {
      await goOn();
      receiver.manner = hold;
      await producer.flood(engine, { client: "an app in order", requests: 3, events: 2 });
      await receiver.until("some are under way", () => held.length >= 6);
      await engine.ask({ order: "shift clock", by });
      await goOn();
      for (const { post, response } of held.splice(0)) unsteady(post, response);
    }

    // What was told to wait while the clock was ahead waits until the next start.
    await engine.stop();
    receiver.manner = ack;
    const next = await rig.launch();
    await producer.produce(next, 3);
    await rig.drain();
    await next.stop();
    assert.deepEqual(await rig.reckon({ losses: 0, mayOverlap: "best_effort" }), []);
  } finally {
    await rig.close();
  }
}
