import { PgBoss } from "pg-boss";
import { type Contesting, connections, postsAtOnce } from "./contestant.ts";
import type { Stored } from "./payload.ts";
import { openPeer } from "./peer.ts";

const queue = "callbacks";
const workers = 4;
const batchSize = postsAtOnce / workers;
type Data = { readonly stored: Stored; readonly tries: number };

/** pg-boss with batches, each job settled by itself, woken by its own LISTEN/NOTIFY. */
export const boss: Contesting = {
  settings: [
    `localConcurrency ${workers} x batchSize ${batchSize}, perJobResults`,
    "useListenNotify, notify on the queue, burstWhenBatchFull",
    "a partition of its own for the queue",
    "send in the business transaction (db option)",
    "ladder: send with startAfter",
  ],
  open: async (ground) => {
    const peer = await openPeer(ground);
    const one = new PgBoss({ connectionString: ground.databaseUrl ?? "", max: connections, useListenNotify: true });
    one.on("error", (error) => console.error("pg-boss:", error));
    await one.start();
    await one.createQueue(queue, { notify: true, partition: true, retryLimit: 0 });

    async function deliver({ id, data }: { readonly id: string; readonly data: Data }) {
      const wait = await peer.deliver(data);
      if (wait !== null && Number.isFinite(wait))
        await one.send(queue, { ...data, tries: data.tries + 1 }, { startAfter: Math.ceil(wait) });
      return { id, status: "completed" } as const;
    }

    return {
      enqueue: (order) =>
        peer.transact(order, async (client, stored) => {
          const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
          await one.send(queue, { stored, tries: 0 }, { db });
        }),
      start: async () => {
        const options = {
          localConcurrency: workers,
          batchSize,
          perJobResults: true,
          burstWhenBatchFull: true,
        } as const;
        await one.work<Data>(queue, options, (jobs) => Promise.all(jobs.map(deliver)));
      },
      stop: async () => {
        await one.offWork(queue, { wait: true });
      },
      close: async () => {
        await one.stop({ graceful: true, timeout: 5000 });
        await peer.close();
      },
      attempts: peer.attempts,
    };
  },
};
