// Destroys what is kept of a request that has ended: documents, names, answers, trail, letters. A tombstone stays, and one event tells it.

import { sql } from "kysely";
import { forgetCallWords } from "../accounts/calls.ts";
import { Fault } from "../base/faults.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { findChain } from "../evidence/trail.ts";
import { isBulkSendOver } from "../storage/bulk-over.ts";
import { forgetPayloadsOf } from "../storage/forget-payloads.ts";
import type { Db } from "../storage/store.ts";
import { lockOwnRequest, lockRequest, type RequestRecord } from "./find.ts";
import { findHearersBefore } from "./hearers.ts";

/** The kind of the job. */
export const destroyKind = "destroy";

/** States in which nothing more happens to a request, but that it is destroyed. */
export const endedStates: readonly string[] = ["complete", "declined", "canceled", "expired", "error"];

/** Destroys an account's own request at once. Faults as `lockOwnRequest`; `conflict` while it has not ended. */
export async function destroyOwnRequest(
  work: Work,
  asked: { readonly accountId: string; readonly requestId: string },
): Promise<void> {
  const found = await lockOwnRequest(work, { ...asked, even: "canceled" });
  if (!endedStates.includes(found.request.state)) throw notEnded();
  await destroy(work, found);
}

/** Of a request that is still under way. */
export function notEnded(): Fault {
  return new Fault("conflict", "This request has not ended yet: cancel it first, or wait until it is completed.");
}

/** Destroys a request that has ended; any other is left alone. For the house's own work. */
export async function destroyRequest(work: Work, requestId: string): Promise<void> {
  const found = await lockRequest(work, requestId);
  if (found !== null && endedStates.includes(found.request.state)) await destroy(work, found);
}

async function destroy(work: Work, { request }: RequestRecord): Promise<void> {
  const { tx } = work;
  const { request_id: id } = request;
  const last = (await findChain(tx, id)).at(-1);
  if (request.bulk_send_job_id !== null) await lockBulkSend(tx, request.bulk_send_job_id);
  // Afterwards nobody knows who the signers were.
  const hearers = await findHearersBefore(work, id);
  // Signing links hold nothing personal: they stay as long as others, so that who comes with one is told what became of it.
  for (const table of [
    "answers",
    "group_answers",
    "hands",
    "hand_links",
    "fields",
    "request_files",
    "request_words",
    "request_templates",
    "attachments",
    "identifications",
    "letters",
    "trail",
  ] as const)
    await tx.deleteFrom(table).where("request_id", "=", id).execute();
  // What is promised for it ends without a word; the job that does this is ended by whoever does it.
  await tx.deleteFrom("jobs").where("request_id", "=", id).where("kind", "<>", destroyKind).execute();
  await tx
    .updateTable("signatures")
    .set({
      name: "",
      email: "",
      pin_hash: null,
      decline_reason: null,
      error: null,
      group_name: null,
      time_zone: null,
      locale: null,
      ...noPhone,
    })
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
      destroyed_trail_file: request.trail_blob,
      destroyed_trail_head: last?.hash ?? null,
      destroyed_trail_count: last?.seq ?? 0,
      payloads_left: 1,
    })
    .where("request_id", "=", id)
    .execute();
  if (request.bulk_send_job_id !== null) await forgetBulkSend(tx, request.bulk_send_job_id);
  await forgetPayloadsOf(work, forgottenEvents(id));
  await forgetCallWords(tx, id);
  await append(work, { type: "signature_request_destroyed", requestId: id, hearers });
}

/** Of two that are destroyed at once the later one then sees that it is the last. */
async function lockBulkSend(tx: Db, jobId: string): Promise<void> {
  await tx
    .updateTable("bulk_send_jobs")
    .set((eb) => ({ made: eb.ref("made") }))
    .where("bulk_send_job_id", "=", jobId)
    .execute();
}

/** What is kept of a bulk send, its title among it, is its requests': it goes with the last of these. */
async function forgetBulkSend(tx: Db, jobId: string): Promise<void> {
  await tx.deleteFrom("bulk_send_jobs").where("bulk_send_job_id", "=", jobId).where(isBulkSendOver).execute();
}

const noPhone = {
  reassigned_by: null,
  reassignment_reason: null,
  received_at: null,
  sms_phone: null,
  sms_use: null,
  code_hash: null,
  code_expires_at: null,
  code_locked_until: null,
};

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
  requester_email: null,
  error_message: null,
  document_blob: null,
  pages_json: null,
  sealed_blob: null,
  first_sealed_blob: null,
  trail_blob: null,
};

/** The condition for those of its events that lose what they hold of names: all but the one that tells of it. */
export function forgottenEvents(requestId: string) {
  return sql`request_id = ${requestId} and type <> 'signature_request_destroyed'`;
}
