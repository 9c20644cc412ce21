import { Logger, makeWorkerUtils, type Runner, run } from "graphile-worker";
import { type Contesting, connections, postsAtOnce } from "./contestant.ts";
import type { Stored } from "./payload.ts";
import { openPeer } from "./peer.ts";

const batchDelayMs = 25;
const task = "callback";
const add = `select graphile_worker.add_job('${task}', $1::json, max_attempts := 7)`;
const addLater = `select graphile_worker.add_job('${task}', $1::json, run_at := now() + $2 * interval '1 second', max_attempts := 7)`;

/** graphile-worker, batching as its performance page advises. */
export const graphile: Contesting = {
  settings: [
    `concurrentJobs ${postsAtOnce}`,
    `localQueue.size ${postsAtOnce + 1}`,
    `completeJobBatchDelay and failJobBatchDelay ${batchDelayMs} ms`,
    "woken by its own LISTEN/NOTIFY, pollInterval 2000 ms",
    "add_job in the business transaction",
    "ladder: the task adds its successor with run_at",
  ],
  open: async (ground) => {
    const peer = await openPeer(ground);
    const connectionString = ground.databaseUrl ?? "";
    const utils = await makeWorkerUtils({ connectionString });
    await utils.migrate();
    await utils.release();
    let runner: Runner | null = null;

    async function deliver({ stored, tries }: { readonly stored: Stored; readonly tries: number }): Promise<void> {
      const wait = await peer.deliver({ stored, tries });
      if (wait === null || !Number.isFinite(wait)) return;
      await peer.pool.query(addLater, [JSON.stringify({ stored, tries: tries + 1 }), wait]);
    }

    return {
      enqueue: (order) =>
        peer.transact(order, async (client, stored) => {
          await client.query({ name: "add", text: add, values: [JSON.stringify({ stored, tries: 0 })] });
        }),
      start: async () => {
        runner = await run({
          preset: {
            worker: {
              connectionString,
              concurrentJobs: postsAtOnce,
              maxPoolSize: connections,
              localQueue: { size: postsAtOnce + 1 },
              completeJobBatchDelay: batchDelayMs,
              failJobBatchDelay: batchDelayMs,
            },
          },
          logger: new Logger(() => () => {}),
          noHandleSignals: true,
          taskList: { [task]: (payload) => deliver(payload as { readonly stored: Stored; readonly tries: number }) },
        });
      },
      stop: async () => {
        await runner?.stop();
        runner = null;
      },
      close: peer.close,
      attempts: peer.attempts,
    };
  },
};
