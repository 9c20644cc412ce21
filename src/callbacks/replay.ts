import { findEndpointById } from "../accounts/endpoints.ts";
import { assert } from "../base/assert.ts";
import { badRequest, Fault, notFound } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { EndpointRow } from "../storage/account-tables.ts";
import type { ReplayRow } from "../storage/promise-tables.ts";
import type { Db, Store } from "../storage/store.ts";
import { type Place, theStart } from "./log-catch-up.ts";
import {
  countRange,
  findNewest,
  type RangeAlong,
  type ReplayCount,
  type ReplayFilter,
  type ReplayRange,
  takeBatch,
} from "./replay-range.ts";
import { holdEndpoint, owe } from "./resend.ts";

/** A range that shall be sent again: at most `perMinute` deliveries are made a minute. */
export type NewReplay = ReplayRange & {
  readonly perMinute: number;
  /** Refuses when more events fit by now than the caller knows of. */
  readonly expectedCount?: number;
};

/** A replay as it is shown: its row and what it was asked for. */
export type Replay = Omit<ReplayRow, "filter_json"> & { readonly filter: ReplayFilter };

/** What is kept of the question: the filter, the newest event that there was, and the app along whose events it goes; without it along the account's. */
type KeptRange = { readonly filter: ReplayFilter; readonly edge: Place; readonly clientId?: string | null };

/** Counts what a replay would send. Throws `not_found` for another account's endpoint, `bad_request` when too much fits. */
export async function countReplay({ read }: Pick<Store, "read">, range: ReplayRange): Promise<ReplayCount> {
  const { client_id: clientId } = await findEndpointById(read, range);
  return countBounded(read, { ...range, clientId });
}

async function countBounded(db: Db, range: RangeAlong): Promise<ReplayCount> {
  const counted = await countRange(db, range);
  if (counted.count + counted.payloadRemoved > limits.replayEvents)
    throw badRequest(
      `More than ${limits.replayEvents} events fit: take a shorter time with since and until, one after the other.`,
      "since",
    );
  return counted;
}

/**
 * Starts sending a range again, little by little: only events that are there now; `payloadRemoved` of them cannot be
 * sent. Throws as `countReplay` does, and `conflict` while another replay to the endpoint runs, or when more fits than
 * was expected.
 */
export async function startReplay(
  work: Work,
  { perMinute, expectedCount, ...asked }: NewReplay,
): Promise<Replay & Pick<ReplayCount, "payloadRemoved">> {
  const { client_id: clientId } = await lockEndpoint(work, asked);
  const range = { ...asked, clientId };
  const { count, payloadRemoved } = await countBounded(work.tx, range);
  if (expectedCount !== undefined && count > expectedCount)
    throw new Fault("conflict", `${count} events fit by now, more than the ${expectedCount} that were expected.`);

  const kept: KeptRange = { filter: range.filter, edge: await findNewest(work.tx, range), clientId };
  const row: ReplayRow = {
    replay_id: newUuid(work.at),
    account_id: range.accountId,
    endpoint_id: range.endpointId,
    filter_json: JSON.stringify(kept),
    per_minute: perMinute,
    total: count,
    made: 0,
    state: "running",
    cursor_event_id: null,
    cursor_position: null,
    created_at: work.at,
    ended_at: null,
  };
  await work.tx.insertInto("replays").values(row).execute();
  await enqueue(work, { kind: "replay", requestId: null, payload: { replayId: row.replay_id } });
  return { ...show(row), payloadRemoved };
}

/** Stops a running replay: what it has made is still sent. Ends quietly when it was stopped before; `conflict` when it is done. */
export async function cancelReplay(
  work: Work,
  { accountId, replayId }: { readonly accountId: string; readonly replayId: string },
): Promise<Replay> {
  await work.tx
    .updateTable("replays")
    .set({ state: "canceled", ended_at: work.at })
    .where("replay_id", "=", replayId)
    .where("account_id", "=", accountId)
    .where("state", "=", "running")
    .execute();
  const replay = await findReplay(work.tx, { accountId, replayId });
  if (replay.state === "done") throw new Fault("conflict", "This replay is done already.");
  return replay;
}

/** One replay of the account: another's, or none, is a 404. */
export async function findReplay(
  db: Db,
  { accountId, replayId }: { readonly accountId: string; readonly replayId: string },
): Promise<Replay> {
  const row = await db
    .selectFrom("replays")
    .selectAll()
    .where("replay_id", "=", replayId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!row) throw notFound("There is no such replay.");
  return show(row);
}

/** The account's replays, newest first, at most `limit`, from the one before `before` on. */
export async function findReplays(
  db: Db,
  { accountId, limit, before }: { readonly accountId: string; readonly limit: number; readonly before?: string },
): Promise<readonly Replay[]> {
  const rows = await db
    .selectFrom("replays")
    .selectAll()
    .where("account_id", "=", accountId)
    .$if(before !== undefined, (query) => query.where("replay_id", "<", before ?? ""))
    .orderBy("replay_id", "desc")
    .limit(limit)
    .execute();
  return rows.map(show);
}

/**
 * Makes the next deliveries of a replay, at most a batch, moves its cursor and promises the next step, all in this transaction:
 * it makes none twice and leaves none out wherever it is killed. Does nothing when the replay has ended.
 */
export async function stepReplay(work: Work, { replayId }: { readonly replayId: string }): Promise<void> {
  const row = await work.tx
    .updateTable("replays")
    .set((eb) => ({ made: eb.ref("made") }))
    .where("replay_id", "=", replayId)
    .where("state", "=", "running")
    .returningAll()
    .executeTakeFirst();
  if (!row) return;

  const { filter, edge, clientId = null } = readRange(row.filter_json);
  const batch = await takeBatch(work, {
    range: { accountId: row.account_id, endpointId: row.endpoint_id, filter, clientId },
    after: { position: row.cursor_position ?? theStart.position, eventId: row.cursor_event_id ?? theStart.eventId },
    edge,
    most: Math.min(limits.replayBatch, row.per_minute),
  });
  const made = await owe(work, { endpointId: row.endpoint_id, events: batch.events });
  await work.tx
    .updateTable("replays")
    .set({
      made: row.made + made.length,
      cursor_position: batch.upTo.position,
      cursor_event_id: batch.upTo.eventId,
      ...(batch.isLast ? { state: "done", ended_at: work.at } : {}),
    })
    .where("replay_id", "=", replayId)
    .execute();
  const delayMs = Math.ceil((made.length * 60_000) / row.per_minute);
  if (!batch.isLast) await enqueue(work, { kind: "replay", requestId: null, payload: { replayId }, delayMs });
}

/** One replay to an endpoint at a time: who comes second waits here and finds the first. */
async function lockEndpoint(work: Work, { accountId, endpointId }: ReplayRange): Promise<EndpointRow> {
  await findEndpointById(work.tx, { accountId, endpointId });
  const endpoint = await holdEndpoint(work, endpointId);
  const running = await work.tx
    .selectFrom("replays")
    .select("replay_id")
    .where("account_id", "=", accountId)
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", "running")
    .executeTakeFirst();
  if (running)
    throw new Fault(
      "conflict",
      `A replay to this endpoint runs already: wait for its end, or cancel ${running.replay_id} first.`,
    );
  return endpoint;
}

function show({ filter_json, ...row }: ReplayRow): Replay {
  return { ...row, filter: readRange(filter_json).filter };
}

function readRange(text: string): KeptRange {
  const kept: unknown = JSON.parse(text);
  assert(typeof kept === "object" && kept !== null && "filter" in kept && "edge" in kept, "a replay keeps its range");
  return kept as KeptRange;
}
