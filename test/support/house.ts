import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { placeReady, readyTemplate } from "./ready.ts";
import { type Caller, callerOf, freePort } from "./server.ts";

/** The whole house inside this process, listening on a port of its own, on a database of its own. */
export type House = {
  readonly url: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly dataFolder: string;
  /** Null where the database is embedded. */
  readonly databaseUrl: string | null;
  readonly call: Caller;
  /** A second look at the same database: what the house writes down. */
  readonly store: Store;
  /** Resolves once nothing is under way and nothing is due soon: what is not heard by then is not coming. */
  readonly quiet: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A kind of database that a house can stand on; `skip` says in words why it is not here. */
export type Ground = {
  readonly name: string;
  readonly skip: string | false;
  /** Starts a house; `env` adds to its settings. */
  readonly open: (env?: Readonly<Record<string, string>>) => Promise<House>;
};

/** SQLite and PostgreSQL, to be looped over. */
export function grounds(): readonly Ground[] {
  const cluster = findCluster();
  return [
    { name: "SQLite", skip: false, open: (env = {}) => openHouse({ env, databaseUrl: null, drop: forget }) },
    { name: "PostgreSQL", skip: cluster.kind === "none" ? cluster.why : false, open: openOnPostgres },
  ];
}

async function openOnPostgres(env: Readonly<Record<string, string>> = {}): Promise<House> {
  const { url, drop } = await createDatabase(readyTemplate());
  return openHouse({ env, databaseUrl: url, drop });
}

type Site = {
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string | null;
  readonly drop: () => Promise<void>;
};

async function openHouse({ env, databaseUrl, drop }: Site): Promise<House> {
  const dataFolder = mkdtempSync(join(tmpdir(), "countersign-house-"));
  placeReady(join(dataFolder, "countersign.db"));
  const port = await freePort();
  const apiKey = "5".repeat(64);
  const clientId = "c".repeat(32);
  const server = await startServer(
    readConfig({
      PORT: String(port),
      COUNTERSIGN_DATA: dataFolder,
      COUNTERSIGN_API_KEY: apiKey,
      COUNTERSIGN_CLIENT_ID: clientId,
      COUNTERSIGN_LOG: "error",
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      ...env,
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const store = await lookAt({ dataFolder, databaseUrl });
  return {
    url,
    apiKey,
    clientId,
    dataFolder,
    databaseUrl,
    call: callerOf({ url, apiKey }),
    store,
    quiet: () => waitForQuiet(store),
    close: async () => {
      await server.stop();
      await store.close();
      await drop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Opens the database of a house or server beside it, for reading. */
export function lookAt({
  dataFolder,
  databaseUrl,
}: {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
}): Promise<Store> {
  return databaseUrl === null
    ? openSqlite({ file: join(dataFolder, "countersign.db"), clock: systemClock })
    : openPostgres({ url: databaseUrl });
}

const soonMs = 10 * 60_000;
const patienceMs = 90_000;

/** Waits until no job and no delivery is under way or due within ten minutes. Rejects with what is left after 90 s. */
export async function waitForQuiet(store: Store): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const owed = await findOwed(store);
    if (owed.length === 0) return;
    if (Date.now() > until) throw new Error(`Still owed after ${patienceMs / 1000} s: ${JSON.stringify(owed)}`);
    await sleep(25);
  }
}

async function findOwed({ read }: Store): Promise<readonly object[]> {
  const soon = Date.now() + soonMs;
  const jobs = await read
    .selectFrom("jobs")
    .selectAll()
    .where("state", "=", "pending")
    .where("next_at", "<=", soon)
    .execute();
  // What an endpoint without a URL, or a paused one, holds is not on its way.
  const deliveries = await read
    .selectFrom("deliveries")
    .innerJoin("endpoints", "endpoints.endpoint_id", "deliveries.endpoint_id")
    .selectAll("deliveries")
    .where((eb) =>
      eb.or([
        eb("leased", "=", 1),
        eb.and([
          eb("deliveries.state", "=", "pending"),
          eb("url", "is not", null),
          eb("endpoints.state", "=", "active"),
        ]),
      ]),
    )
    .where("next_at", "<=", soon)
    .execute();
  return [...jobs, ...deliveries];
}

async function forget(): Promise<void> {}
