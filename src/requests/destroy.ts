// Destroys what is kept of a request that has ended: documents, names, answers, trail, letters. A tombstone stays, and one event tells it.

import { sql } from "kysely";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { findChain } from "../evidence/trail.ts";
import { enqueue } from "../outbox/jobs.ts";
import { isPayloadNeeded } from "../storage/retention-events.ts";
import type { Store } from "../storage/store.ts";
import { placeAfter, type Walk } from "../storage/walk.ts";
import { lockOwnRequest, lockRequest, type RequestRecord } from "./find.ts";

/** The kind of the job. */
export const destroyKind = "destroy";

const ended: readonly string[] = ["complete", "declined", "canceled", "expired", "error"];

/** Destroys an account's own request at once. Faults as `lockOwnRequest`; `conflict` while it has not ended. */
export async function destroyOwnRequest(
  work: Work,
  asked: { readonly accountId: string; readonly requestId: string },
): Promise<void> {
  const found = await lockOwnRequest(work, { ...asked, even: "canceled" });
  if (!ended.includes(found.request.state))
    throw new Fault("conflict", "This request has not ended yet: cancel it first, or wait until it is completed.");
  await destroy(work, found);
}

/** Destroys a request that has ended; any other is left alone. For the house's own work. */
export async function destroyRequest(work: Work, requestId: string): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found !== null && ended.includes(found.request.state)) await destroy(work, found);
}

async function destroy(work: Work, { request }: RequestRecord): Promise<void> {
  const { tx } = work;
  const { request_id: id } = request;
  const last = (await findChain(tx, id)).at(-1);
  for (const table of ["answers", "fields", "sign_links", "request_files", "letters", "trail"] as const)
    await tx.deleteFrom(table).where("request_id", "=", id).execute();
  // What is promised for it ends without a word; the job that does this is ended by whoever does it.
  await tx.deleteFrom("jobs").where("request_id", "=", id).where("kind", "<>", destroyKind).execute();
  await tx
    .updateTable("signatures")
    .set({ name: "", email: "", pin_hash: null, decline_reason: null, error: null, time_zone: null, ...noPhone })
    .where("request_id", "=", id)
    .execute();
  await tx
    .updateTable("signature_requests")
    .set({
      ...nothingLeft,
      state: "destroyed",
      destroyed_at: work.at,
      destroyed_sealed: request.sealed_blob,
      destroyed_first_sealed: request.first_sealed_blob,
      destroyed_trail_head: last?.hash ?? null,
      destroyed_trail_count: last?.seq ?? 0,
      payloads_left: 1,
    })
    .where("request_id", "=", id)
    .execute();
  await forgetPayloads(work, id);
  await append(work, { type: "signature_request_destroyed", requestId: id });
}

const noPhone = { sms_phone: null, sms_use: null, code_hash: null, code_expires_at: null, code_locked_until: null };

const nothingLeft = {
  title: "",
  original_title: "",
  subject: null,
  message: null,
  metadata_json: "{}",
  cc_json: "[]",
  custom_fields_json: "[]",
  options_json: '{"fields":[],"mergeValues":[]}',
  redirect_url: null,
  error_message: null,
  document_blob: null,
  pages_json: null,
  sealed_blob: null,
  first_sealed_blob: null,
  trail_blob: null,
};

/** The objects of its events hold names too: those that no delivery waits for go at once, the others with `payloadsLeftWalk`. */
async function forgetPayloads({ tx }: Pick<Work, "tx">, requestId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    update events set object_json = null, message = null
    where request_id = ${requestId} and type <> 'signature_request_destroyed'
      and (object_json is not null or message is not null) and not ${isPayloadNeeded}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Removes the objects of destroyed requests' events once no delivery of them waits, is held or is exhausted. */
export function payloadsLeftWalk(store: Store): Walk {
  return {
    name: "payloads of destroyed requests",
    restMs: 0,
    step: async ({ after }) => {
      const rows = await store.read
        .selectFrom("signature_requests")
        .select("request_id")
        .where("payloads_left", "=", 1)
        .where("request_id", ">", after ?? "")
        .orderBy("request_id")
        .limit(limits.retentionBatch)
        .execute();
      let removed = 0;
      for (const { request_id: id } of rows) removed += await store.transact((tx) => forgetTheRest(tx, id));
      return { removed, after: placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => row.request_id }) };
    },
  };
}

async function forgetTheRest(tx: Work["tx"], requestId: string): Promise<number> {
  const removed = await forgetPayloads({ tx }, requestId);
  const left = await tx
    .selectFrom("events")
    .select("event_id")
    .where("request_id", "=", requestId)
    .where("type", "<>", "signature_request_destroyed")
    .where((eb) => eb.or([eb("object_json", "is not", null), eb("message", "is not", null)]))
    .limit(1)
    .executeTakeFirst();
  if (left === undefined)
    await tx.updateTable("signature_requests").set({ payloads_left: 0 }).where("request_id", "=", requestId).execute();
  return removed;
}

/** Promises to destroy the requests that ended so long ago; null: none is ever destroyed by its age. */
export function requestsWalk(store: Store, { requestsMs }: { readonly requestsMs: number | null }): readonly Walk[] {
  if (requestsMs === null) return [];
  return [
    {
      name: "requests",
      restMs: 0,
      step: async ({ at, after }) => {
        const before = at - requestsMs;
        const { rows } = await sql<{ request_id: string; due: number }>`
          select r.request_id, case when r.state in (${sql.join(ended)}) and not exists (
            select 1 from events e where e.request_id = r.request_id and e.occurred_at >= ${before}) then 1 else 0 end as due
          from signature_requests r
          where r.request_id > ${after ?? ""} and r.created_at < ${before} and r.state <> 'destroyed'
          order by r.request_id limit ${limits.retentionBatch}`.execute(store.read);
        const due = rows.filter((row) => row.due === 1);
        await store.transact(async (tx) => {
          const work = { tx, at, now: store.now, wakes: new Set<"jobs" | "deliveries">() };
          for (const { request_id: requestId } of due)
            await enqueue(work, { kind: destroyKind, requestId, payload: {} });
        });
        return {
          removed: due.length,
          after: placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => row.request_id }),
        };
      },
    },
  ];
}
