import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { startOwnServer } from "../storage/cluster.ts";
import { eventually, openRig, type Rig } from "./rig.ts";
import { openProducer } from "./rig-producer.ts";
import { ack, type Post, refuse } from "./rig-receiver.ts";
import type { Violation } from "./rig-reckoning.ts";
import { type Stage, threeEndpoints } from "./rig-scenes.ts";

/**
 * A worker is frozen with a callback under way, past its lease; another takes the delivery over. While that one's attempt is
 * under way, the first wakes up with a refusal in hand. It may not touch the row.
 */
export async function frozenWorker({ tree, chance }: Omit<Stage, "kind">): Promise<readonly Violation[]> {
  const endpoints = threeEndpoints.slice(0, 1);
  const rig = await openRig({
    kind: "postgres",
    endpoints,
    timeoutMs: 30_000,
    ...(tree === undefined ? {} : { tree }),
  });
  const { receiver } = rig;
  const held: { readonly post: Post; readonly response: ServerResponse }[] = [];
  receiver.manner = (post, response) => void held.push({ post, response });
  try {
    const stale = await rig.launch();
    await openProducer({ chance, clients: [null] }).flood(stale, { client: null, requests: 1 });
    await receiver.until("the first attempt", () => held.length === 1);
    stale.signal("SIGSTOP");
    const other = await rig.launch();
    await receiver.until("the attempt of the other worker", () => held.length === 2);
    const [first, second] = held;
    assert.ok(first && second && first.post.deliveryId === second.post.deliveryId);

    const before = await rowOf(rig);
    refuse(500)(first.post, first.response);
    stale.signal("SIGCONT");
    await eventually("the woken worker has tried to settle", async () =>
      rig.lines().some((line) => line.tell === "settled" && line.pid === stale.pid),
    );
    const after = await rowOf(rig);
    receiver.manner = ack;
    ack(second.post, second.response);
    await rig.drain();
    await Promise.all([stale.stop(), other.stop()]);
    const overwritten = { law: "I9", words: `a woken worker made ${before} into ${after}` };
    return [...(before === after ? [] : [overwritten]), ...(await rig.reckon({ losses: 1, mayOverlap: "everywhere" }))];
  } finally {
    await rig.close();
  }
}

/** The one delivery that there is, without the end of its lease, which beats move. */
async function rowOf({ store }: Rig): Promise<string> {
  const row = await store.read
    .selectFrom("deliveries")
    .select(["state", "tries", "lease_no", "leased", "worker_id"])
    .executeTakeFirstOrThrow();
  const attempts = await store.read.selectFrom("attempts").select("lease_no").execute();
  return JSON.stringify({ ...row, attempts });
}

/** What goes wrong with the database, so many times. */
export type Trouble = { readonly kind: "crash" | "cut"; readonly times: number };

/** The database crashes, or cuts every connection, while two workers deliver, to a signer's own account too, and changes are made. */
export async function troubledDatabase({ chance }: Omit<Stage, "kind">, { kind, times }: Trouble) {
  const signers = { id: "signer", isSigners: true, client: null, ordering: "strict" } as const;
  const endpoints = [...threeEndpoints, signers];
  const server = await startOwnServer();
  const rig = await openRig({ kind: "postgres", endpoints, url: server.url });
  rig.receiver.manner = async (post, response) => {
    await sleep(chance() * 20);
    (chance() < 0.1 ? refuse(500) : ack)(post, response);
  };
  const clients = threeEndpoints.map(({ client }) => client);
  const producers = [0, 1].map(() => openProducer({ chance, clients }));
  try {
    const engines = await Promise.all(producers.map(() => rig.launch()));
    const committed = () => rig.lines().filter(({ tell }) => tell === "committed").length;
    let isOver = false;
    const produceOn = producers.map(async (producer, index) => {
      const engine = engines[index] ?? assert.fail("each producer has an engine");
      for (; !isOver; await sleep(20)) await producer.produce(engine, 1);
    });
    for (let time = 0; time < times; time += 1) {
      const enough = committed() + 15;
      await eventually("changes are made", async () => committed() >= enough);
      if (kind === "cut") await cutAll(rig);
      else {
        server.crash();
        await sleep(200);
        await server.start();
      }
    }
    const enough = committed() + 10;
    await eventually("changes are made again", async () => committed() >= enough);
    isOver = true;
    await Promise.all(produceOn);
    await rig.drain();
    await Promise.all(engines.map((engine) => engine.stop()));
    // Each trouble may cost each of the two workers what it has in hands.
    const violations = await rig.reckon({ losses: 2 * times, mayOverlap: "everywhere" });
    return { violations, said: engines.map((engine) => engine.printed()).join("\n") };
  } finally {
    await rig.close();
    await server.close();
  }
}

/** Ends every connection to the database but the one that asks. */
async function cutAll({ store }: Rig): Promise<void> {
  const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'countersign%' and pid <> pg_backend_pid()`;
  await cut.execute(store.read);
}
