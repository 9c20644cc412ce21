import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { ask } from "./ask.ts";
import type { Ground, House } from "./house.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** A house whose account and first app call back to one receiver, at `/account` and `/app`. */
export type HeardHouse = House & { readonly receiver: Receiver };

/** Opens a house with both callback URLs set, once their tests have been heard and forgotten; `env` adds to its settings. */
export async function openHeardHouse(ground: Ground, env: Readonly<Record<string, string>> = {}): Promise<HeardHouse> {
  const receiver = await startReceiver();
  const house = await ground.open(env);
  for (const [on, path] of [
    ["PUT /account", "/account"],
    [`PUT /api_app/${house.clientId}`, "/app"],
  ] as const) {
    const { status } = await ask(house, on, { json: { callback_url: receiver.url + path } });
    assert.equal(status, 200);
  }
  await house.quiet();
  receiver.heard.length = 0;

  const close = async () => {
    await house.close();
    await receiver.close();
  };
  return { ...house, receiver, close };
}

const patienceMs = 60_000;

/**
 * Every event about a request, in order, once nothing more is owed: what its account heard, which must be what was
 * written down, and what its app heard too, if it has one.
 */
export async function eventsOf({ store, receiver }: HeardHouse, requestId: string): Promise<readonly string[]> {
  await untilNothingIsOwed({ store }, requestId);
  const written = await store.read
    .selectFrom("events")
    .select(["type", "client_id"])
    .where("request_id", "=", requestId)
    .where("as_signer", "=", 0)
    .orderBy("seq")
    .execute();

  const types = written.map(({ type }) => type);
  assert.deepEqual(receiver.types(requestId, "/account"), types);
  const toApp = written.filter(({ client_id }) => client_id !== null).map(({ type }) => type);
  assert.deepEqual(receiver.types(requestId, "/app"), toApp);
  return types;
}

/** The words of an event about a request, as called back. */
export function messageOf({ receiver }: HeardHouse, requestId: string): string {
  const messages = receiver.heard
    .filter(({ payload }) => payload.signature_request?.signature_request_id === requestId)
    .map(({ payload }) => payload.event.event_metadata.event_message ?? null)
    .filter((message) => message !== null);
  const [message = "", ...others] = new Set(messages);
  assert.deepEqual(others, []);
  return message;
}

/** Waits until no job but expiry and no delivery of a request is left to do. */
async function untilNothingIsOwed({ store }: Pick<House, "store">, requestId: string): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const jobs = await store.read
      .selectFrom("jobs")
      .select("kind")
      .where("request_id", "=", requestId)
      .where("state", "=", "pending")
      .where("kind", "not in", ["expire", "remind"])
      .execute();
    const deliveries = await store.read
      .selectFrom("deliveries")
      .select("delivery_id")
      .where("request_id", "=", requestId)
      .where((eb) => eb.or([eb("state", "=", "pending"), eb("leased", "=", 1)]))
      .execute();
    if (jobs.length + deliveries.length === 0) return;
    if (Date.now() > until) throw new Error(`Still owed: ${JSON.stringify([...jobs, ...deliveries])}`);
    await sleep(10);
  }
}

const tables = [
  "accounts",
  "api_apps",
  "endpoints",
  "signature_requests",
  "request_files",
  "signatures",
  "fields",
  "answers",
  "sign_links",
  "trail",
  "events",
  "deliveries",
  "jobs",
  "letters",
  "templates",
  "template_files",
  "template_accounts",
  "request_parts",
  "drafts",
  "draft_files",
  "faxes",
  "fax_files",
  "fax_accounts",
  "fax_transmissions",
  "fax_lines",
  "fax_line_accounts",
] as const;

/** All that a house has written down once it is quiet: how many rows in which table, and the names of its documents' files. */
export async function tracesOf({ store, dataFolder, quiet }: House): Promise<Readonly<Record<string, unknown>>> {
  await quiet();
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
      store.read,
    );
    counts[table] = Number(rows[0]?.count);
  }
  return { ...counts, files: filesBelow(join(dataFolder, "blobs")) };
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
}
