import pg from "pg";
import { Agent, request } from "undici";
import { connections, type Ground, postsAtOnce } from "./contestant.ts";
import { composeForPeer, type Due, type Order, objectOf, requestRow, type Stored } from "./payload.ts";

/** The same ladder as ours, in seconds. */
const ladder = [300, 900, 2700, 8100, 24300, 72900];
const deadlineMs = 30_000;
const phrase = "Hello API Event Received";
const flushMs = 5;

/** What became of a post. */
export type Attempt = {
  readonly status: number | null;
  readonly outcome: string;
  readonly headers: string | null;
  readonly body: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly url: string;
};

/** What every peer shares: the business change, the post with its check, the attempt log, the ladder. */
export type Peer = {
  readonly pool: pg.Pool;
  /** Runs the business change and `owe` in one transaction. */
  readonly transact: (order: Order, owe: (client: pg.PoolClient, stored: Stored) => Promise<void>) => Promise<void>;
  /** Posts, judges and writes the attempt down; null when acknowledged, else the seconds until the next try, or Infinity after the last. */
  readonly deliver: (due: Due) => Promise<number | null>;
  readonly attempts: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/** Opens a peer's database with its table of attempts. */
export async function openPeer({ databaseUrl, receiverUrl }: Ground): Promise<Peer> {
  if (databaseUrl === null) throw new Error("A peer needs PostgreSQL");
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  await pool.query(`create table if not exists peer_attempts (
    delivery_id text not null, n bigint not null, started_at bigint not null, duration_ms bigint not null, url text not null,
    status bigint, outcome text not null, response_headers_json text, response_body text, primary key (delivery_id, n))`);
  const post = openPost(receiverUrl);
  const logPool = new pg.Pool({ connectionString: databaseUrl, max: 2, options: "-c synchronous_commit=off" });
  const log = openAttemptLog(logPool);
  return {
    pool,
    transact: (order, owe) => transact(pool, { order, owe }),
    deliver: async (due) => {
      const attempt = await post.send(due);
      await log.write(due, attempt);
      return attempt.outcome === "acked" ? null : waitAfter(due.tries + 1);
    },
    attempts: async () => {
      const { rows } = await pool.query<{ count: string }>("select count(*) from peer_attempts");
      return Number(rows[0]?.count);
    },
    close: async () => {
      await post.close();
      await logPool.end();
      await pool.end();
    },
  };
}

type Change = { readonly order: Order; readonly owe: (client: pg.PoolClient, stored: Stored) => Promise<void> };

async function transact(pool: pg.Pool, { order, owe }: Change): Promise<void> {
  const at = Date.now();
  const row = requestRow(order, at);
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query({ name: "request", text: insertRequest, values: Object.values(row) });
    await owe(client, { key: order.requestId, lane: order.lane, at, object: objectOf(order) });
    await client.query("commit");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

const columns = Object.keys(requestRow({ requestId: "", lane: 0 }, 0));
const insertRequest = `insert into signature_requests (${columns.join(", ")}) values (${columns.map((_, index) => `$${index + 1}`).join(", ")})`;

/** Seconds until the next try after so many, 0 to 10 % late; Infinity after the last. */
function waitAfter(tries: number): number {
  return (ladder[tries - 1] ?? Number.POSITIVE_INFINITY) * (1 + Math.random() / 10);
}

/** Posts with undici over `postsAtOnce` connections that are kept, and checks for 200 and the phrase. */
export function openPost(receiverUrl: string) {
  const agent = new Agent({ connections: postsAtOnce, pipelining: 1 });

  async function send(due: Due): Promise<Attempt> {
    const url = `${receiverUrl}/lane/${due.stored.lane}`;
    const startedAt = Date.now();
    const began = performance.now();
    const said = await ask(url, due);
    return { ...said, startedAt, durationMs: Math.round(performance.now() - began), url };
  }

  async function ask(url: string, due: Due) {
    try {
      const { statusCode, headers, body } = await request(url, {
        ...composeForPeer(due),
        method: "POST",
        dispatcher: agent,
        signal: AbortSignal.timeout(deadlineMs),
      });
      const text = await body.text();
      const outcome = statusCode === 200 && text.includes(phrase) ? "acked" : `http_${statusCode}`;
      return { status: statusCode, outcome, headers: JSON.stringify(headers), body: text.slice(0, 16_384) };
    } catch (error) {
      return { status: null, outcome: "failed", headers: null, body: String(error) };
    }
  }

  return { send, close: () => agent.close() };
}

/**
 * Attempts are collected for 5 ms and written in one statement, without waiting for the disk: a lost one is made again. Each caller
 * waits until its own is written.
 */
function openAttemptLog(pool: pg.Pool) {
  let batch: { due: Due; attempt: Attempt; done: () => void; failed: (error: unknown) => void }[] = [];

  async function flush(): Promise<void> {
    const written = batch;
    batch = [];
    const of = (value: (one: (typeof written)[number]) => unknown) => written.map(value);
    try {
      await pool.query({
        name: "attempts",
        text: `insert into peer_attempts select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[],
          $6::bigint[], $7::text[], $8::text[], $9::text[])`,
        values: [
          of(({ due }) => due.stored.key),
          of(({ due }) => due.tries + 1),
          of(({ attempt }) => attempt.startedAt),
          of(({ attempt }) => attempt.durationMs),
          of(({ attempt }) => attempt.url),
          of(({ attempt }) => attempt.status),
          of(({ attempt }) => attempt.outcome),
          of(({ attempt }) => attempt.headers),
          of(({ attempt }) => attempt.body),
        ],
      });
      for (const one of written) one.done();
    } catch (error) {
      for (const one of written) one.failed(error);
    }
  }

  return {
    write: (due: Due, attempt: Attempt) =>
      new Promise<void>((done, failed) => {
        if (batch.length === 0) setTimeout(() => void flush(), flushMs);
        batch.push({ due, attempt, done, failed });
      }),
  };
}
