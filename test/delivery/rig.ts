import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keyColumns } from "../../src/accounts/keys.ts";
import { newWebhookSecret, sealWebhookSecret } from "../../src/accounts/webhook-secret.ts";
import { systemClock } from "../../src/base/clock.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase } from "../storage/cluster.ts";
import { placeReady, readyTemplate } from "../support/ready.ts";
import { type Answer, account, type Line, type Order, type RigEndpoint, type Setting } from "./rig-orders.ts";
import { patienceMs, type RigReceiver, startRigReceiver } from "./rig-receiver.ts";
import { type Books, reckon, type Violation } from "./rig-reckoning.ts";

/** The engine's process. */
export type Engine = {
  readonly pid: number;
  /** What became of an order; `dead` when the process did not live to say so. */
  readonly ask: (order: Order) => Promise<Answer["became"] | "dead">;
  readonly signal: (name: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM") => void;
  /** Resolves when it is dead; rejects when it still lives after the patience of a test. */
  readonly died: () => Promise<void>;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  readonly printed: () => string;
};

/** An engine's world: a database, a receiver and the ledgers. */
export type Rig = {
  readonly receiver: RigReceiver;
  readonly store: Store;
  readonly endpoints: readonly RigEndpoint[];
  readonly launch: () => Promise<Engine>;
  /** The producer's ledger. */
  readonly lines: () => readonly Line[];
  /** Waits until nothing waits any more for an endpoint that takes callbacks. */
  readonly drain: () => Promise<void>;
  /** `posts`: the receiver's ledger, where there is more than one receiver. */
  readonly reckon: (
    how: Pick<Books, "losses" | "mayOverlap"> & Partial<Pick<Books, "posts">>,
  ) => Promise<readonly Violation[]>;
  readonly close: () => Promise<void>;
};

/** Where a rig stands. `url`: a PostgreSQL database that the caller made; `tree`: the folder of the sources that run. */
export type Site = {
  readonly kind: Store["kind"];
  readonly endpoints: readonly Omit<RigEndpoint, "url">[];
  /** URLs of endpoints that are elsewhere than at the receiver. */
  readonly urls?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly tree?: string;
  readonly schedule?: readonly number[];
  readonly timeoutMs?: number;
};

/** A short ladder: five retries. */
export const shortLadder = [200, 200, 200, 200, 200];

/** Builds a world; no engine runs in it yet. */
export async function openRig(site: Site): Promise<Rig> {
  const { kind, schedule = shortLadder, timeoutMs = 5000 } = site;
  const folder = mkdtempSync(join(tmpdir(), "countersign-rig-"));
  const receiver = await startRigReceiver();
  const made = kind === "postgres" && site.url === undefined ? await createDatabase(readyTemplate()) : null;
  const database: Setting["database"] =
    kind === "postgres" ? { kind, url: site.url ?? made?.url ?? "" } : { kind, file: join(folder, "countersign.db") };
  if (kind === "sqlite") placeReady(join(folder, "countersign.db"));
  const store = await openDatabase(database);
  const endpoints = site.endpoints.map((one) => ({ ...one, url: site.urls?.[one.id] ?? `${receiver.url}/${one.id}` }));
  await found(store, endpoints);

  const ledger = join(folder, "ledger.jsonl");
  const setting: Setting = { database, ledger, schedule, timeoutMs };
  const engines: Engine[] = [];
  const lines = () => readLines(ledger);
  return {
    receiver,
    store,
    endpoints,
    lines,
    async launch() {
      const engine = await startEngine(setting, site.tree ?? resolve(import.meta.dirname, "../.."));
      engines.push(engine);
      return engine;
    },
    drain: () => drain(store, engines),
    reckon: (how) => reckon({ store, lines: lines(), posts: receiver.posts, endpoints, schedule, ...how }),
    async close() {
      for (const engine of engines) engine.signal("SIGKILL");
      await Promise.all(engines.map((engine) => engine.died()));
      await receiver.close();
      await store.close();
      await made?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openDatabase(database: Setting["database"]): Promise<Store> {
  if (database.kind === "postgres") return openPostgres(database);
  return openSqlite({ file: database.file, clock: systemClock });
}

async function found(store: Store, endpoints: readonly RigEndpoint[]): Promise<void> {
  const { id: account_id, key, secret } = account;
  const at = Date.now();
  await store.transact(async (tx) => {
    const row = { account_id, email: "me@example.com", password_hash: "", locale: "en-US", created_at: at };
    await tx.insertInto("accounts").values(row).execute();
    const columns = keyColumns(secret, { key, accountId: account_id, name: "rig", isPrimary: true, at });
    await tx.insertInto("api_keys").values(columns).execute();
    const rows = endpoints.map(({ id, client, url, ordering }) => ({
      endpoint_id: id,
      account_id,
      client_id: client,
      url,
      ordering,
      credentials_cipher: null,
      state: "active",
      secret_cipher: sealWebhookSecret(newWebhookSecret(), secret),
      created_at: at,
      updated_at: at,
    }));
    await tx.insertInto("endpoints").values(rows).execute();
  });
}

async function startEngine(setting: Setting, tree: string): Promise<Engine> {
  const process_ = fork(join(tree, "test/delivery/rig-child.ts"), {
    env: { ...process.env, COUNTERSIGN_RIG: JSON.stringify(setting), NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const printed = keepPrinted(process_);
  const waiting = new Map<number, (answer: Answer | null) => void>();
  const dead = new Promise<void>((ended) => {
    process_.once("exit", () => {
      for (const tell of waiting.values()) tell(null);
      waiting.clear();
      ended();
    });
  });
  process_.on("message", (message) => {
    const answer = message as Answer;
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  });
  const heard = (number: number) => new Promise<Answer | null>((tell) => waiting.set(number, tell));
  const hello = await within(heard(0), "the engine is up");
  if (hello === null) throw new Error(`The engine did not start:\n${printed()}`);

  let orders = 0;
  const died = () => within(dead, `the engine dies\n${printed()}`);
  return {
    pid: process_.pid ?? 0,
    async ask(order) {
      orders += 1;
      const number = orders;
      if (!process_.connected) return "dead";
      const answer = heard(number);
      // A process that dies meanwhile closes the channel: its exit answers.
      process_.send({ number, order }, () => {});
      return (await within(answer, `an order is carried out: ${order.order}`))?.became ?? "dead";
    },
    signal: (name) => void process_.kill(name),
    died,
    async stop() {
      process_.kill("SIGTERM");
      await died();
      if (process_.exitCode !== 0) throw new Error(`The engine did not end in order:\n${printed()}`);
    },
    printed,
  };
}

/** Rejects with what was waited for when it takes longer than a test has patience. */
async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const over = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`Waited ${patienceMs} ms in vain: ${what}`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}

/** Asks again and again until it is so; rejects after the patience of a test. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error(`Waited ${patienceMs} ms in vain: ${what}`);
    await sleep(25);
  }
}

async function drain({ read }: Store, engines: readonly Engine[]): Promise<void> {
  const left = () =>
    read
      .selectFrom("deliveries as d")
      .innerJoin("endpoints as e", "e.endpoint_id", "d.endpoint_id")
      .select(["d.delivery_id", "d.tries", "d.leased", "d.lease_no", "d.next_at"])
      .where("d.state", "=", "pending")
      .where("e.state", "=", "active")
      .execute();
  const jobs = () =>
    read.selectFrom("jobs").select("job_id").where("state", "=", "pending").where("kind", "=", "replay").execute();
  await eventually("nothing is left", async () => (await left()).length + (await jobs()).length === 0).catch(
    async (error: unknown) => {
      const said = engines.map((engine) => engine.printed()).join("\n");
      throw new Error(`${JSON.stringify(await left(), null, 1)} ${Date.now()}\n${said}`, { cause: error });
    },
  );
}

function readLines(ledger: string): readonly Line[] {
  return readFileSync(ledger, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

const printedMost = 32_768;

function keepPrinted({ stdout, stderr }: ChildProcess): () => string {
  let kept = "";
  for (const stream of [stdout, stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      kept = (kept + text).slice(-printedMost);
    });
  return () => kept;
}
