import { type Job, Queue, Worker } from "bullmq";
import type pg from "pg";
import { type Contesting, postsAtOnce } from "./contestant.ts";
import type { Stored } from "./payload.ts";
import { openPeer, type Peer } from "./peer.ts";

const relayBatch = 500;
const relayPollMs = 100;
const name = "callbacks";

/** An outbox in PostgreSQL, a relay that moves it in batches into BullMQ, and Redis that syncs every write. */
export const bull: Contesting = {
  settings: [
    `worker concurrency ${postsAtOnce}, attempts 7 with a backoff strategy for the ladder`,
    "removeOnComplete, removeOnFail false",
    `relay: woken after the commit and every ${relayPollMs} ms, for update skip locked, ${relayBatch} rows an addBulk, jobId = outbox id`,
    "Redis: appendonly yes, appendfsync always, maxmemory-policy noeviction",
  ],
  open: async (ground) => {
    const peer = await openPeer(ground);
    await peer.pool.query(
      "create table if not exists outbox (id bigint generated always as identity primary key, payload text not null)",
    );
    const connection = { host: "127.0.0.1", port: ground.redisPort ?? 0, maxRetriesPerRequest: null };
    const queue = new Queue<Stored>(name, { connection });
    await queue.waitUntilReady();
    const relay = openRelay({ peer, queue });
    let worker: Worker<Stored> | null = null;

    return {
      enqueue: async (order) => {
        await peer.transact(order, async (client, stored) => {
          const values = [JSON.stringify(stored)];
          await client.query({ name: "outbox", text: "insert into outbox (payload) values ($1)", values });
        });
        relay.wake();
      },
      start: async () => {
        worker = openWorker({ peer, connection });
        await worker.waitUntilReady();
        relay.start();
      },
      stop: async () => {
        await relay.stop();
        await worker?.close();
        worker = null;
      },
      close: async () => {
        await queue.close();
        await peer.close();
      },
      attempts: peer.attempts,
    };
  },
};

type Connection = { readonly host: string; readonly port: number; readonly maxRetriesPerRequest: null };

function openWorker({ peer, connection }: { readonly peer: Peer; readonly connection: Connection }): Worker<Stored> {
  const waits = new Map<string, number>();
  const deliver = async (job: Job<Stored>) => {
    const wait = await peer.deliver({ stored: job.data, tries: job.attemptsMade });
    if (wait === null) return;
    waits.set(job.id ?? "", wait * 1000);
    throw new Error("not acknowledged");
  };
  return new Worker<Stored>(name, deliver, {
    connection,
    concurrency: postsAtOnce,
    settings: {
      backoffStrategy: (_tries, _type, _error, job) => {
        const wait = waits.get(job?.id ?? "") ?? 0;
        waits.delete(job?.id ?? "");
        return Number.isFinite(wait) ? wait : -1;
      },
    },
  });
}

/** Moves what the outbox holds, one batch after another. */
function openRelay({ peer, queue }: { readonly peer: Peer; readonly queue: Queue<Stored> }) {
  let running: Promise<void> | null = null;
  let stopping = false;
  let bell = Promise.withResolvers<void>();

  async function turn(): Promise<void> {
    while (!stopping) {
      bell = Promise.withResolvers();
      if ((await moveBatch(peer.pool, queue)) === relayBatch) continue;
      const timer = setTimeout(bell.resolve, relayPollMs);
      await bell.promise;
      clearTimeout(timer);
    }
  }

  return {
    wake: () => bell.resolve(),
    start: () => {
      stopping = false;
      running = turn();
    },
    stop: async () => {
      stopping = true;
      bell.resolve();
      await running;
    },
  };
}

async function moveBatch(pool: pg.Pool, queue: Queue<Stored>): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ id: string; payload: string }>({
      name: "move",
      text: `delete from outbox where id = any (array (select id from outbox order by id limit ${relayBatch} for update skip locked))
        returning id, payload`,
    });
    if (rows.length > 0) {
      const opts = { attempts: 7, backoff: { type: "custom" }, removeOnComplete: true, removeOnFail: false };
      const jobs = rows.map(({ id, payload }) => ({
        name,
        data: JSON.parse(payload) as Stored,
        opts: { ...opts, jobId: `outbox-${id}` },
      }));
      await queue.addBulk(jobs);
    }
    await client.query("commit");
    client.release();
    return rows.length;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
