// What the indexes cost: the same events written and settled with them and without, in turns.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { systemClock } from "../../src/base/clock.ts";
import { newId } from "../../src/base/ids.ts";
import { planCallbacks } from "../../src/callbacks/plan.ts";
import { append } from "../../src/events/append.ts";
import type { EventType } from "../../src/events/catalog.ts";
import type { Transact } from "../../src/events/work.ts";
import { claimDeliveries } from "../../src/outbox/deliveries.ts";
import { settleDeliveries } from "../../src/outbox/settle.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { writeWords } from "../../src/storage/request-words.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Postgres } from "../callbacks/grounds.ts";
import { percentile } from "../figures.ts";
import { chanceFrom, lifeOf, wordsOf } from "./lives.ts";

/** Processor time of an event on one database, and the time to write the words of a request: microseconds. */
export type Writes = {
  readonly name: string;
  readonly withIndexes: number;
  readonly without: number;
  readonly wordsMicros: number;
};

const payload = JSON.stringify({ title: "x".repeat(200), signatures: "y".repeat(4000) });
const [accountId, clientId] = ["writer", "writing app"];

/** Measures on SQLite and on PostgreSQL. What waits for the disk is not counted: it takes as long with the indexes as without. */
export async function measureWrites({
  postgres,
  requests,
  rounds,
}: Extent & { readonly postgres: Postgres }): Promise<readonly Writes[]> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-writes-"));
  const grounds = [
    {
      name: "SQLite",
      open: (name: string) => openSqlite({ file: join(folder, `${name}.db`), clock: systemClock }),
      processorMs: ownMs,
    },
    {
      name: "PostgreSQL",
      open: async (name: string) => openPostgres({ url: await postgres.createDatabase(name) }),
      processorMs: () => ownMs() + postgres.cpu() * 1000,
    },
  ];
  const measured: Writes[] = [];
  for (const { name, open, processorMs } of grounds) {
    const [full, bare] = [await open("with_indexes"), await open("without_indexes")];
    await Promise.all([furnish(full), furnish(bare)]);
    for (const index of ["events_newest", "events_type", "events_app", "deliveries_open"])
      await bare.transact((tx) => sql`drop index ${sql.ref(index)}`.execute(tx));
    const costs = await takeTurns({ full, bare }, { requests, rounds, processorMs });
    measured.push({ name, ...costs, wordsMicros: await timeWords(full) });
    await Promise.all([full.close(), bare.close()]);
  }
  rmSync(folder, { recursive: true });
  return measured;
}

/** How many requests a turn, and how many rounds of turns. */
type Extent = { readonly requests: number; readonly rounds: number };

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function furnish(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    const account = { account_id: accountId, email: accountId, password_hash: "", locale: "en-US", created_at: 0 };
    await tx.insertInto("accounts").values(account).execute();
    for (const client_id of [null, clientId])
      await tx
        .insertInto("endpoints")
        .values({
          endpoint_id: `to ${client_id}`,
          account_id: accountId,
          client_id,
          state: "active",
          url: "https://app.example/hook",
          created_at: 0,
          updated_at: 0,
        })
        .execute();
  });
}

type Sides = { readonly full: Store; readonly bare: Store };
type Turns = Extent & { readonly processorMs: () => number };

async function takeTurns({ full, bare }: Sides, { requests, rounds, processorMs }: Turns) {
  const [withIndexes, without]: [number[], number[]] = [[], []];
  const sides = [[full, withIndexes] as const, [bare, without] as const];
  for (let round = 0; round <= rounds; round += 1)
    for (const [store, costs] of round % 2 === 0 ? sides : sides.toReversed()) {
      const began = processorMs();
      const count = await writeSome(store, { requests, seed: round });
      if (round > 0) costs.push(((processorMs() - began) * 1000) / count);
    }
  return { withIndexes: percentile(withIndexes, 0.5), without: percentile(without, 0.5) };
}

/** Each event in a commit of its own, with its deliveries; then these are claimed and settled. Answers how many there were. */
async function writeSome(
  store: Store,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<number> {
  const chance = chanceFrom(seed);
  const transact = openTransact(store);
  let count = 0;
  for (let request = 0; request < requests; request += 1) {
    const requestId = newId();
    await transact((work) => writeRequest(work.tx, requestId));
    for (const { type } of lifeOf(chance)) {
      await transact((work) => append(work, { type: type satisfies EventType, requestId }));
      count += 1;
    }
  }
  await settleAll(store);
  return count;
}

function openTransact(store: Store): Transact {
  const secret = Buffer.alloc(32, 7);
  const plan = { renderObject: async () => payload, findHearing: async () => null, appOverridesAccount: false };
  return makeTransact({
    store,
    clock: systemClock,
    secret,
    reactions: [(work) => planCallbacks(work, plan)],
    wake: () => {},
  });
}

async function writeRequest(tx: Store["read"], requestId: string): Promise<void> {
  const texts = {
    title: "Lease",
    original_title: "Lease",
    metadata_json: "{}",
    cc_json: "[]",
    custom_fields_json: "[]",
    options_json: "{}",
  };
  const ids = { request_id: requestId, account_id: accountId, client_id: clientId, state: "awaiting" };
  await tx
    .insertInto("signature_requests")
    .values({ ...ids, ...texts, is_embedded: 1, test_mode: 0, created_at: Date.now(), last_seq: 0 })
    .execute();
}

async function settleAll(store: Store): Promise<void> {
  for (;;) {
    const claimed = await claimDeliveries(store, {
      workerId: "bench",
      leaseMs: 60_000,
      probeMs: 60_000,
      share: (due) => due.map((endpoint) => [endpoint, 64]),
    });
    if (claimed.length === 0) return;
    const attempt = {
      duration_ms: 40,
      url: "https://app.example/hook",
      status: 200,
      outcome: "acked",
      response_headers_json: null,
      response_body: null,
    };
    const at = Date.now();
    await settleDeliveries(store, {
      at,
      mostWaitMs: 60_000,
      settlements: claimed.map((one) => ({
        claimed: one,
        attempt: { ...attempt, started_at: at },
        report: "acked",
        becomes: { state: "delivered" },
      })),
    });
  }
}

/** Within one transaction, so that no commit is measured along. */
async function timeWords(store: Store): Promise<number> {
  const chance = chanceFrom(3);
  const { rows } = await sql<{ id: string }>`select request_id as id from signature_requests limit 1000`.execute(
    store.read,
  );
  const nothing = { subject: null, message: null, cc: [], errorMessage: null, messages: [] };
  const facts = rows.map(({ id }, number) => {
    const { title, signer, order } = wordsOf(chance, number);
    return {
      ...nothing,
      requestId: id,
      accountId,
      title,
      signers: [signer],
      files: ["contract.pdf"],
      metadata: { order },
    };
  });
  const began = performance.now();
  await store.transact((tx) => writeWords({ tx, kind: store.kind }, facts));
  return ((performance.now() - began) * 1000) / facts.length;
}
