import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import type { Actor } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { TrailRow } from "../storage/tables.ts";
import { chainHash, chainStart } from "./chain.ts";

/** What the audit trail tells, in the words that its page prints. */
export const trailWords = {
  created: "Signature request created",
  prepared: "Prepared and held back by the sender",
  sent: "Sent for signature",
  viewed: "Document viewed",
  code_sent: "Access code sent by text message",
  code_passed: "Access code accepted",
  code_failed: "Wrong access code",
  code_locked: "Access locked after too many wrong codes",
  identified: "Identified by an electronic identity",
  not_identified: "Identification was not completed",
  consented: "Agreed to sign electronically",
  attached: "File attached",
  signed: "Document signed",
  group_signed: "Signed for a group",
  declined: "Declined to sign",
  reassigned: "Assigned to somebody else",
  reminded: "Reminder sent",
  bounced: "Mail came back",
  updated: "Changed by the sender",
  edited: "Edited by the sender, who asks anew",
  canceled: "Withdrawn by the sender",
  expired: "Expired before everybody had signed",
  failed: "Processing failed",
  completed: "Completed",
  sealed: "Document sealed",
  timestamped: "Seal timestamped and extended for the long term",
  downloaded: "Document downloaded",
  removed: "Removed from the sender's requests",
  given_up: "Removed from a signer's requests",
  exported: "Everything about the request exported",
  destroyed: "Documents and personal data destroyed",
} as const;

/** The kind of an entry. */
export type TrailKind = keyof typeof trailWords;

/** One entry to be written; `facts` is JSON, kept as it is. */
export type TrailEntry = {
  readonly requestId: string;
  readonly kind: TrailKind;
  readonly signatureId?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** The entry before, where its writer knows it: the one that it has just written, or null before the first. */
export type Behind = { readonly last?: TrailRow | null };

/** Who writes, when, and where. */
export type Writing = { readonly tx: Db; readonly at: number; readonly actor: Actor };

/**
 * Writes one entry in the transaction of the change that it tells, chained to the one before; answers it. Its caller holds the
 * request's row.
 */
export async function record(work: Writing, { last: known, ...entry }: TrailEntry & Behind): Promise<TrailRow> {
  const last = known === undefined ? await lastOf(work.tx, entry.requestId) : known;
  const row = nextEntry(work, { entry, last });
  await work.tx.insertInto("trail").values(row).execute();
  return row;
}

/** The entry that `record` would write behind `last`: the audit pages print it before it is written. */
export function nextEntry(
  { at, actor }: Omit<Writing, "tx">,
  { entry, last }: { readonly entry: TrailEntry; readonly last: TrailRow | null },
): TrailRow {
  const { requestId, kind, signatureId = null } = entry;
  assert(last === null || last.hash !== null, "the entry before has its hash");
  // Two changes at the same moment may come in the other order; a clock that has gone back is told. The trail never goes back.
  const isBehind = last !== null && last.at - at > limits.clockLeewayMs;
  const facts = isBehind ? { ...entry.facts, clock: new Date(at).toISOString() } : entry.facts;
  const row = {
    request_id: requestId,
    seq: (last?.seq ?? 0) + 1,
    at: Math.max(at, last?.at ?? 0),
    kind,
    signature_id: signatureId,
    who: actor.who,
    ip: actor.ip,
    user_agent: actor.userAgent,
    facts_json: JSON.stringify(facts ?? {}),
  };
  return { ...row, hash: hashRow(row, last?.hash ?? chainStart) };
}

/** Every entry about a request, oldest first; gives hashes to those that were written before there were any. The caller holds the row. */
export async function findChain(tx: Db, requestId: string): Promise<readonly TrailRow[]> {
  await lastOf(tx, requestId);
  return findTrail(tx, requestId);
}

/** Writes an entry that `nextEntry` made. Throws when another has come before it meanwhile. */
export async function recordEntry(tx: Db, row: TrailRow): Promise<void> {
  const last = await lastOf(tx, row.request_id);
  if ((last?.seq ?? 0) + 1 !== row.seq) throw new Error("The audit trail has grown meanwhile.");
  await tx.insertInto("trail").values(row).execute();
}

/** Every entry about a request, oldest first. */
export async function findTrail(db: Db, requestId: string): Promise<readonly TrailRow[]> {
  return db.selectFrom("trail").selectAll().where("request_id", "=", requestId).orderBy("seq").execute();
}

/** The last entry, with its hash. */
async function lastOf(tx: Db, requestId: string): Promise<TrailRow | null> {
  const last = await tx
    .selectFrom("trail")
    .selectAll()
    .where("request_id", "=", requestId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!last || last.hash !== null) return last ?? null;
  return chainUp(tx, requestId);
}

/** Gives their hashes to entries that were written before there were any. */
async function chainUp(tx: Db, requestId: string): Promise<TrailRow | null> {
  let last: TrailRow | null = null;
  for (const row of await findTrail(tx, requestId)) {
    const hash: string = hashRow(row, last?.hash ?? chainStart);
    await tx
      .updateTable("trail")
      .set({ hash })
      .where("request_id", "=", requestId)
      .where("seq", "=", row.seq)
      .execute();
    last = { ...row, hash };
  }
  return last;
}

function hashRow(row: Omit<TrailRow, "hash">, previous: string): string {
  return chainHash(
    {
      requestId: row.request_id,
      seq: row.seq,
      at: row.at,
      kind: row.kind,
      signatureId: row.signature_id,
      who: row.who,
      ip: row.ip,
      userAgent: row.user_agent,
      facts: row.facts_json,
    },
    previous,
  );
}
