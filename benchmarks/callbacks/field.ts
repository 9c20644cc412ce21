import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { ContestantName, Ground } from "./contestant.ts";
import { type Postgres, type Redis, startPostgres, startRedis } from "./grounds.ts";
import { accountRow, lanes } from "./payload.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** What all contestants share: one receiver, one PostgreSQL, one Redis. */
export type Field = {
  readonly receiver: Receiver;
  readonly postgres: Postgres;
  readonly redis: Redis;
  /** Seconds of processor time of PostgreSQL and Redis so far. */
  readonly databaseCpu: () => number;
  /** The part of a processor that both take while nobody asks them for anything. */
  readonly idleDatabaseShare: number;
  /** Gives a contestant an empty database and folder of its own, and sweeps them up. */
  readonly withGround: <T>(name: ContestantName, use: (ground: Ground) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

const idleMs = 2000;

/** Starts the field. */
export async function openField(): Promise<Field> {
  const [receiver, postgres, redis] = [await startReceiver(), await startPostgres(), await startRedis()];
  const databaseCpu = () => postgres.cpu() + redis.cpu();
  await sleep(500);
  const before = databaseCpu();
  await sleep(idleMs);
  const idleDatabaseShare = ((databaseCpu() - before) * 1000) / idleMs;
  let databases = 0;
  return {
    receiver,
    postgres,
    redis,
    databaseCpu,
    idleDatabaseShare,
    withGround: async (name, use) => {
      const folder = mkdtempSync(join(tmpdir(), "countersign-bench-data-"));
      const database = `bench_${databases++}`;
      const databaseUrl = needsPostgres(name) ? await postgres.createDatabase(database) : null;
      if (databaseUrl !== null) await prepare(databaseUrl, { isOurs: name === "ours-postgres" });
      try {
        return await use({ receiverUrl: receiver.url, databaseUrl, redisPort: redis.port, folder });
      } finally {
        if (databaseUrl !== null) await postgres.dropDatabase(database);
        rmSync(folder, { recursive: true, force: true });
      }
    },
    close: async () => {
      receiver.close();
      await redis.stop();
      await postgres.stop();
    },
  };
}

function needsPostgres(name: ContestantName): boolean {
  return name !== "ours-sqlite" && name !== "limit";
}

/** The house's tables, since every contestant writes the same row of a signature request; ours makes its accounts itself. */
async function prepare(url: string, { isOurs }: { readonly isOurs: boolean }): Promise<void> {
  const store = await openPostgres({ url });
  await store.close();
  if (isOurs) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let lane = 0; lane < lanes; lane++)
    await client.query(
      "insert into accounts (account_id, email, password_hash, locale, created_at) values ($1, $2, $3, $4, $5)",
      Object.values(accountRow(lane)),
    );
  await client.end();
}
