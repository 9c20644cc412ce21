import type { TrailLine } from "../documents/document.ts";
import type { Actor } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { TrailRow } from "../storage/tables.ts";
import { readableAgent } from "./agent.ts";

/** What the audit trail tells, in the words that its page prints. */
export const trailWords = {
  created: "Signature request created",
  sent: "Sent for signature",
  viewed: "Document viewed",
  consented: "Agreed to sign electronically",
  signed: "Document signed",
  declined: "Declined to sign",
  reminded: "Reminder sent",
  canceled: "Withdrawn by the sender",
  expired: "Expired before everybody had signed",
  failed: "Processing failed",
  completed: "Completed and sealed",
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

/** Writes one entry in the transaction of the change that it tells. Its caller holds the request's row. */
export async function record(
  work: { readonly tx: Db; readonly at: number; readonly actor: Actor },
  { requestId, kind, signatureId, facts = {} }: TrailEntry,
): Promise<void> {
  const last = await work.tx
    .selectFrom("trail")
    .select((eb) => eb.fn.max("seq").as("seq"))
    .where("request_id", "=", requestId)
    .executeTakeFirst();
  await work.tx
    .insertInto("trail")
    .values({
      request_id: requestId,
      seq: Number(last?.seq ?? 0) + 1,
      at: work.at,
      kind,
      signature_id: signatureId ?? null,
      who: work.actor.who,
      ip: work.actor.ip,
      user_agent: work.actor.userAgent,
      facts_json: JSON.stringify(facts),
    })
    .execute();
}

/** Every entry about a request, oldest first. */
export async function findTrail(db: Db, requestId: string): Promise<readonly TrailRow[]> {
  return db.selectFrom("trail").selectAll().where("request_id", "=", requestId).orderBy("seq").execute();
}

/** An entry as the audit page prints it. */
export function trailLine(row: TrailRow): TrailLine {
  const known = Object.entries(trailWords).find(([kind]) => kind === row.kind);
  return {
    at: new Date(row.at).toISOString(),
    what: known ? known[1] : row.kind,
    who: row.who,
    from: [row.ip, row.user_agent === null ? null : readableAgent(row.user_agent)]
      .filter((part) => part !== null)
      .join(" · "),
  };
}
