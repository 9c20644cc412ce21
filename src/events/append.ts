import { assert, present } from "../base/assert.ts";
import { newUuid } from "../base/ids.ts";
import { type EventType, eventKinds, hearSigners } from "./catalog.ts";
import type { Happening, Work } from "./work.ts";

/** What an event of a signature request says beside its type. */
export type RequestFacts = {
  readonly requestId: string;
  readonly relatedSignatureId?: string;
  readonly message?: string;
  /** The accounts of signers that are told too, where it is an event that these hear of; left out: as the request's signers are in the end. */
  readonly hearers?: readonly string[];
};

/**
 * Appends an event of a signature request. Takes the request's next sequence number, holding its row until the
 * commit: so sequences are gapless and in commit order.
 */
export async function append(
  work: Work,
  { type, ...facts }: RequestFacts & { readonly type: EventType },
): Promise<void> {
  assert(eventKinds[type].about === "request", `${type} is about a request`);
  const row = await work.tx
    .updateTable("signature_requests")
    .set((eb) => ({ last_seq: eb("last_seq", "+", 1) }))
    .where("request_id", "=", facts.requestId)
    .returning(["last_seq", "account_id", "client_id"])
    .executeTakeFirst();
  const request = present(row, "the request of an event");

  happen(work, {
    type,
    accountId: request.account_id,
    clientId: request.client_id,
    requestId: facts.requestId,
    seq: request.last_seq,
    relatedSignatureId: facts.relatedSignatureId ?? null,
    message: facts.message ?? null,
    hearers: hearSigners(type) ? (facts.hearers ?? null) : [],
  });
}

/** What an event of a template says: whose it is, which app's, and, of an error, why. */
export type TemplateFacts = {
  readonly templateId: string;
  readonly accountId: string;
  readonly clientId: string | null;
  readonly message?: string;
};

/** Appends an event of a template. It has one only, so there is nothing to number. */
export function appendTemplateEvent(
  work: Work,
  { type, message, ...facts }: TemplateFacts & { readonly type: EventType },
): void {
  assert(eventKinds[type].about === "template", `${type} is about a template`);
  happen(work, { ...facts, type, message: message ?? null });
}

/** What an event of a fax says: which accounts hear of it, and, of one that failed, why. */
export type FaxFacts = { readonly faxId: string; readonly accountIds: readonly string[]; readonly message?: string };

/** Appends an event of a fax, one for each account; numbered as those of a request, holding the fax's row until the commit. */
export async function appendFaxEvent(
  work: Work,
  { type, faxId, accountIds, message }: FaxFacts & { readonly type: EventType },
): Promise<void> {
  assert(eventKinds[type].about === "fax", `${type} is about a fax`);
  const row = await work.tx
    .updateTable("faxes")
    .set((eb) => ({ last_seq: eb("last_seq", "+", accountIds.length) }))
    .where("fax_id", "=", faxId)
    .returning("last_seq")
    .executeTakeFirst();
  const first = present(row, "the fax of an event").last_seq - accountIds.length + 1;
  accountIds.forEach((accountId, index) => {
    happen(work, { type, accountId, clientId: null, faxId, seq: first + index, message: message ?? null });
  });
}

/** Appends `account_confirmed` of an account that was made for an app, for the app's owner. */
export function appendConfirmed(
  work: Work,
  {
    owner,
    subjectId,
  }: { readonly owner: { readonly accountId: string; readonly clientId: string }; readonly subjectId: string },
): void {
  happen(work, { ...owner, type: "account_confirmed", subjectId });
}

/** Appends an event that is about no request: `callback_test`. Answers its id. */
export function appendTest(
  work: Work,
  { accountId, clientId }: { readonly accountId: string; readonly clientId: string | null },
): string {
  return happen(work, { type: "callback_test", accountId, clientId });
}

const aboutNothing = {
  requestId: null,
  templateId: null,
  faxId: null,
  subjectId: null,
  seq: 0,
  relatedSignatureId: null,
  message: null,
  hearers: [],
} as const;

type Told = Pick<Happening, "type" | "accountId" | "clientId"> & Partial<Omit<Happening, "eventId" | "at">>;

function happen(work: Work, told: Told): string {
  const eventId = newUuid(work.at);
  work.happened.push({ ...aboutNothing, ...told, eventId, at: work.at });
  work.wakes.add("deliveries");
  return eventId;
}
