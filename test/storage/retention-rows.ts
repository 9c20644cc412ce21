import assert from "node:assert/strict";
import { newUuid } from "../../src/base/ids.ts";
import { retentionWalks } from "../../src/storage/retention.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import type { Step, Walk } from "../../src/storage/walk.ts";

/** A day in milliseconds. */
export const day = 24 * 60 * 60 * 1000;

/** A moment in the middle of a week of attempts. */
export const today = Date.parse("2026-08-03T12:00:00Z");

/** A walk of the house by its name, keeping things for ninety days and calls for thirty. */
export function walkCalled(store: Store, name: string): Walk {
  const keeping = { attemptsMs: 90 * day, payloadsMs: 90 * day, lettersMs: 90 * day, callsMs: 30 * day };
  const found = retentionWalks(store, keeping).find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

/** Takes a walk to its end, as a keeper does; answers how much each step removed. */
export async function walkToEnd(walk: Walk, at: number = today): Promise<readonly number[]> {
  const steps: number[] = [];
  let step: Step = { removed: 0, after: null };
  do {
    step = await walk.step({ at, after: step.after });
    steps.push(step.removed);
  } while (step.after !== null);
  return steps;
}

/** How many rows a walk removes on its way. */
export async function removedBy(walk: Walk, at: number = today): Promise<number> {
  return (await walkToEnd(walk, at)).reduce((sum, removed) => sum + removed, 0);
}

/** An account `me` with the endpoint `A`, and requests by the state that they are named after. */
export async function furnish(store: Store, states: readonly string[] = []): Promise<void> {
  await store.transact(async (tx) => {
    const account = { account_id: "me", email: "me@example.com", password_hash: "", locale: "en-US", created_at: 0 };
    await tx.insertInto("accounts").values(account).execute();
    const endpoint = { endpoint_id: "A", account_id: "me", client_id: null, url: null, credentials_cipher: null };
    await tx
      .insertInto("endpoints")
      .values({ ...endpoint, state: "active", created_at: 0, updated_at: 0 })
      .execute();
    for (const state of states) await addRequest(tx, { id: state, state });
  });
}

async function addRequest(tx: Db, { id, state }: { readonly id: string; readonly state: string }): Promise<void> {
  const texts = { title: id, original_title: id, subject: null, message: null, error_message: null };
  const json = { metadata_json: "{}", cc_json: "[]", custom_fields_json: "[]", options_json: "{}", pages_json: null };
  const times = { created_at: 0, expires_at: null, completed_at: null };
  const blobs = { document_blob: null, sealed_blob: null };
  await tx
    .insertInto("signature_requests")
    .values({
      ...texts,
      ...json,
      ...times,
      ...blobs,
      request_id: id,
      account_id: "me",
      client_id: null,
      state,
      is_embedded: 1,
      test_mode: 0,
      redirect_url: null,
      last_seq: 0,
    })
    .execute();
  const signature = { name: "Ann", email: "ann@example.com", state: "awaiting_signature", position: 0 };
  await tx
    .insertInto("signatures")
    .values({
      ...signature,
      signature_id: `${id} signer`,
      request_id: id,
      sign_order: null,
      pin_hash: null,
      signed_at: null,
      viewed_at: null,
      reminded_at: null,
      decline_reason: null,
      error: null,
      time_zone: null,
    })
    .execute();
}

/** An event, how old it is, the states of its deliveries, and how many attempts each of these has. */
export type Past = {
  readonly ageMs: number;
  readonly deliveries?: readonly string[];
  readonly attempts?: number;
  /** Null: a `callback_test`, which is about no request. */
  readonly about?: string | null;
  readonly type?: string;
  readonly seq?: number;
};

/** Writes down what happened in the past; answers the events' ids, in order. */
export async function remember(store: Store, pasts: readonly Past[]): Promise<readonly string[]> {
  return store.transact(async (tx) => {
    const ids: string[] = [];
    for (const past of pasts) {
      const eventId = newUuid(today - past.ageMs);
      ids.push(eventId);
      await tx
        .insertInto("events")
        .values({ ...eventOf(past, eventId), position: store.position })
        .execute();
      for (const state of past.deliveries ?? []) await addDelivery(tx, { past, eventId, state });
    }
    return ids;
  });
}

function eventOf({ ageMs, about = "complete", type, seq = 1 }: Past, eventId: string) {
  return {
    event_id: eventId,
    account_id: "me",
    client_id: null,
    type: type ?? (about === null ? "callback_test" : "signature_request_sent"),
    request_id: about,
    seq: about === null ? 0 : seq,
    occurred_at: today - ageMs,
    related_signature_id: null,
    message: null,
    object_json: about === null ? null : '{"title":"Lease"}',
  };
}

type Owed = { readonly past: Past; readonly eventId: string; readonly state: string };

async function addDelivery(tx: Db, { past, eventId, state }: Owed): Promise<void> {
  const at = today - past.ageMs;
  const count = await tx
    .selectFrom("deliveries")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("event_id", "=", eventId)
    .executeTakeFirstOrThrow();
  const { request_id, seq } = eventOf(past, eventId);
  const deliveryId = newUuid(at);
  await tx
    .insertInto("deliveries")
    .values({
      delivery_id: deliveryId,
      event_id: eventId,
      endpoint_id: "A",
      account_id: "me",
      request_id,
      seq,
      state,
      replay_no: count.count,
      single_attempt: 0,
      tries: past.attempts ?? 0,
      lease_no: past.attempts ?? 0,
      leased: 0,
      worker_id: null,
      next_at: at,
      created_at: at,
    })
    .execute();
  for (let n = 1; n <= (past.attempts ?? 0); n += 1) await addAttempt(tx, { deliveryId, n, at });
}

/** One attempt of a delivery. */
export async function addAttempt(
  tx: Db,
  { deliveryId, n, at }: { readonly deliveryId: string; readonly n: number; readonly at: number },
): Promise<void> {
  const said = { url: "http://127.0.0.1:1/", status: 500, outcome: "status", response_body: "no" };
  await tx
    .insertInto("attempts")
    .values({
      ...said,
      delivery_id: deliveryId,
      n,
      lease_no: n,
      started_at: at,
      duration_ms: 1,
      response_headers_json: "{}",
    })
    .execute();
}

/** How many rows a table has. */
export async function countOf(store: Store, table: "attempts" | "deliveries" | "events" | "jobs"): Promise<number> {
  const { count } = await store.read
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}
