import type { Client, Pool } from "pg";
import { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Wakes } from "./store.ts";

const channel = "countersign_wakes";

/**
 * Tells the other processes on a PostgreSQL database that there is work. A NOTIFY takes a lock that all commits of the server share,
 * so it never stands in the transaction of a change: it is sent after the commit, at most once in `limits.wakeGatherMs`, on a
 * connection that does not wait for the disk. It is a hint: one that is lost costs a poll.
 */
export function openWakes({ url, pool }: { readonly url: string; readonly pool: Pool }): Wakes {
  const over = new AbortController();
  const hearers: ((loop: string) => void)[] = [];
  const gathered = new Set<string>();
  let sending: Promise<void> | null = null;
  let listening: Promise<void> | null = null;

  async function send(): Promise<void> {
    await pause(limits.wakeGatherMs, over.signal);
    const names = [...gathered].join(",");
    gathered.clear();
    sending = null;
    await pool.query("select pg_notify($1, $2)", [channel, names]).catch(ignore);
  }

  return {
    announce(loops) {
      if (over.signal.aborted || loops.size === 0) return;
      for (const loop of loops) gathered.add(loop);
      sending ??= send();
    },
    onAnnounced(hear) {
      hearers.push(hear);
      const hearAll = (loop: string) => {
        for (const one of hearers) one(loop);
      };
      listening ??= listen(url, { over: over.signal, hear: hearAll });
    },
    async close() {
      over.abort();
      await Promise.all([sending, listening]);
    },
  };
}

/** A server that is gone without a word does not answer a farewell. */
async function endWithin(client: Client, milliseconds: number): Promise<void> {
  const patience = new AbortController();
  await Promise.race([client.end().catch(ignore), pause(milliseconds, patience.signal)]);
  patience.abort();
}

type Listening = { readonly over: AbortSignal; readonly hear: (loop: string) => void };

/** Listens on a connection of its own, and on another when that one ends, until it is over. */
async function listen(url: string, { over, hear }: Listening): Promise<void> {
  const { default: pg } = await import("pg");
  while (!over.aborted) {
    const client = new pg.Client({
      connectionString: url,
      application_name: "countersign wakes",
      connectionTimeoutMillis: limits.postgresConnectMs,
      query_timeout: limits.postgresConnectMs,
      keepAlive: true,
    });
    await hearOn(client, { over, hear }).catch(ignore);
    await endWithin(client, limits.wakeReconnectMs);
    await pause(limits.wakeReconnectMs, over);
  }
}

async function hearOn(client: Client, { over, hear }: Listening): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  client.on("error", () => end());
  client.on("end", () => end());
  client.on("notification", ({ payload }) => {
    for (const loop of (payload ?? "").split(",")) hear(loop);
  });
  over.addEventListener("abort", () => end(), { once: true });
  await client.connect();
  await client.query(`listen ${channel}`);
  await ended;
}

/** A hint that could not be sent or heard: the next poll finds the work. */
function ignore(): void {
  // Trouble of the database is told by those whose work it stops.
}
