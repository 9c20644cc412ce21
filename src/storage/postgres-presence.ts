// Who is at work on a PostgreSQL database: a lock that every server shares while it runs, and that who changes the secret takes alone. The server
// of the database drops it with the connection, however a process ends.

import type { Client } from "pg";
import { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";

/** Being there; `leave` ends it. */
export type Presence = { readonly leave: () => Promise<void> };

/**
 * Shares the database with other servers, until `leave`; a connection that ends is replaced. Throws an Error, in words, while the secret is being
 * changed.
 */
export async function attend(url: string): Promise<Presence> {
  const over = new AbortController();
  const left = new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve(), { once: true }));
  let held = await enter(url, "shared");
  if (held === null) throw new Error("The secret of this database is being changed (keys rewrap): start once it is");

  const stay = async () => {
    while (!over.signal.aborted) {
      await Promise.race([held?.ended, left]);
      await held?.client.end().catch(ignore);
      await pause(limits.wakeReconnectMs, over.signal);
      held = over.signal.aborted ? null : await enter(url, "shared").catch(() => null);
    }
  };
  const staying = stay();
  return {
    leave: async () => {
      over.abort();
      await staying;
    },
  };
}

/** Has the database alone, until `leave`; null while a server runs on it. */
export async function attendAlone(url: string): Promise<Presence | null> {
  const held = await enter(url, "alone");
  return held && { leave: () => held.client.end() };
}

type Held = { readonly client: Client; readonly ended: Promise<void> };

/** A connection that has the lock, or null where another stands in its way. */
async function enter(url: string, how: "shared" | "alone"): Promise<Held | null> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url,
    application_name: "countersign presence",
    connectionTimeoutMillis: limits.postgresConnectMs,
    query_timeout: limits.postgresConnectMs,
    keepAlive: true,
  });
  client.on("error", ignore);
  const ended = new Promise<void>((resolve) => client.once("end", () => resolve()));
  const take = how === "shared" ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(`select ${take}(hashtext('countersign house')) as taken`);
    if (rows[0]?.taken === true) return { client, ended };
  } catch (error) {
    await client.end().catch(ignore);
    throw error;
  }
  await client.end();
  return null;
}

/** A connection that breaks also ends, and that is heard. */
function ignore(): void {
  // There is nobody to tell: those who work with the database meet the same trouble.
}
