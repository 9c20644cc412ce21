// Who may look at a request: its own account, and the accounts of its signers, which have received it. docs/decisions/022-hearers.md.

import { Fault, notFound } from "../base/faults.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { findRequest, goneFault, lockRequest, needOwn, type RequestRecord } from "./find.ts";
import { optionsOf } from "./options.ts";

/** An account that asks for a request, and the address at which it may have received it: left out or null where nothing shows that it is its holder's. */
export type Party = { readonly accountId: string; readonly address?: string | null };

type Asked = Party & { readonly requestId: string };

/** A request and, for the account of signers of it, their signatures; null: it is the account's own. */
export type PartyRecord = { readonly record: RequestRecord; readonly received: readonly SignatureRow[] | null };

/** The states of a request that was sent to its signers, and is there. */
export const sentStates: readonly string[] = ["awaiting", "sealing", "complete", "declined", "expired"];

/**
 * Loads a request that an account has sent or received. Faults as `findOwnRequest`: what it has received and was withdrawn or destroyed is a
 * 410, what was not sent to it, is processed anew, or was given up is a 404.
 */
export async function findPartyRequest(db: Db, { requestId, ...party }: Asked): Promise<PartyRecord> {
  return needParty(db, { record: await findRequest(db, requestId), party });
}

/** Locks such a request; the same faults. */
export async function lockPartyRequest(work: Work, { requestId, ...party }: Asked): Promise<PartyRecord> {
  return needParty(work.tx, { record: await lockRequest(work, requestId), party });
}

type Needing = { readonly record: RequestRecord | null; readonly party: Party };

async function needParty(db: Db, { record, party }: Needing): Promise<PartyRecord> {
  const { accountId, address = null } = party;
  if (record === null || address === null || record.request.account_id === accountId)
    return { record: needOwn(record, accountId), received: null };
  const { state, request_id: requestId } = record.request;
  // Whose addresses it was sent to is forgotten with it: only its events tell.
  if (state === "destroyed" && (await hasHeard(db, { accountId, requestId }))) throw goneFault();
  return needReceived(record, ({ email }) => email.toLowerCase() === address.toLowerCase());
}

/** The request, if it was sent to this signer and is still theirs to see; the same faults. */
export function needSigner(record: RequestRecord | null, signatureId: string): PartyRecord {
  return needReceived(record, (one) => one.signature_id === signatureId);
}

function needReceived(record: RequestRecord | null, isTheirs: (signature: SignatureRow) => boolean): PartyRecord {
  const received = record?.signatures.filter((one) => one.received_at !== null && isTheirs(one)) ?? [];
  if (record === null || received.length === 0) throw notFound();
  if (record.request.state === "canceled") throw goneFault();
  if (!sentStates.includes(record.request.state)) throw notFound();
  return { record, received };
}

async function hasHeard(
  db: Db,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<boolean> {
  const heard = await db
    .selectFrom("events")
    .select("event_id")
    .where("account_id", "=", accountId)
    .where("request_id", "=", requestId)
    .limit(1)
    .executeTakeFirst();
  return heard !== undefined;
}

/**
 * Throws `conflict` for a document that its signer would be shown behind a code or an identification only: an account is proven by its mailbox
 * alone. Once everybody has signed each signer is given it.
 */
export function refuseGuarded({ record: { request }, received }: PartyRecord): void {
  if (received === null || request.state === "complete") return;
  const isGuarded = received.some((one) => one.pin_hash !== null || one.sms_use === "authentication");
  if (isGuarded || optionsOf(request).isEid)
    throw new Fault(
      "conflict",
      "This document is shown to its signer behind a code or an identification. It can be fetched here once everybody has signed.",
    );
}
