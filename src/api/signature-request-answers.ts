import { Type } from "typebox";
import { hasPassword } from "../accounts/password.ts";
import { present } from "../base/assert.ts";
import { needEidProvider } from "../providers/eid.ts";
import { editRequest } from "../requests/edit.ts";
import { findRequest, type RequestRecord } from "../requests/find.ts";
import type { Party } from "../requests/party.ts";
import { type Draft, sendRequest } from "../requests/send.ts";
import { uploadsOf } from "../wire/draft-files.ts";
import { type Asked, readDraft } from "../wire/request-draft.ts";
import type { SignatureRequestInput } from "../wire/request-input.ts";
import { Warning, withWarnings } from "../wire/shapes.ts";
import { renderForSigners, renderSignatureRequest, SignatureRequest } from "../wire/signature-request.ts";
import type { Call } from "./operation.ts";
import { warningsOf } from "./request-warnings.ts";
import { receivedScope } from "./scopes.ts";

/** What operations on one request answer. */
export const RequestAnswer = Type.Object({
  signature_request: SignatureRequest,
  warnings: Type.Optional(Type.Array(Warning)),
});

/** What those take that are told nothing but which. */
export const ById = Type.Object({ signature_request_id: Type.String() });

/** A checked request that is not written yet, and what is worth telling of it. */
export type Taken = { readonly draft: Draft; readonly warnings: readonly Warning[] };

/** A request as v3 shows it. */
export function show(
  { house, account }: Pick<Call, "house" | "account">,
  record: RequestRecord,
): Type.Static<typeof SignatureRequest> {
  return renderSignatureRequest(record, { publicUrl: house.publicUrl, requesterEmail: account.email });
}

/** Who may look at requests: the caller, and at which address it has received some. An app needs the scope for all that its account sees. */
export function partyOf({ account, scopes }: Pick<Call, "account" | "scopes">): Party {
  const mayReceive = scopes === null || scopes.some((scope) => scope === receivedScope);
  return {
    accountId: account.account_id,
    address: mayReceive && hasPassword(account.password_hash) ? account.email : null,
  };
}

/** Requests that the caller has received, as v3 shows them to signers; each has the address of its sender. */
export async function showReceived(
  { house: { store, publicUrl } }: Pick<Call, "house">,
  records: readonly RequestRecord[],
): Promise<ReadonlyMap<string, Type.Static<typeof SignatureRequest>>> {
  if (records.length === 0) return new Map();
  const senders = await store.read
    .selectFrom("accounts")
    .select(["account_id", "email"])
    .where("account_id", "in", [...new Set(records.map(({ request }) => request.account_id))])
    .execute();
  const emails = new Map(senders.map((one) => [one.account_id, one.email]));
  return new Map(
    records.map((record) => {
      const requesterEmail = present(emails.get(record.request.account_id), "the sender of a request");
      return [record.request.request_id, renderForSigners(record, { publicUrl, requesterEmail })];
    }),
  );
}

/** Who asks, when, and what came along, for the readers of drafts. */
export function askedOf({ house, account, app, files, keys }: Call): Asked {
  return { db: house.store.read, accountId: account.account_id, at: house.clock(), files, keys, app };
}

/** Makes a checked draft of what a call brings. Throws as `readDraft`. */
export async function takeDraft(
  call: Call,
  { input, isEmbedded }: { readonly input: SignatureRequestInput; readonly isEmbedded: boolean },
): Promise<Taken> {
  call.house.workshop.warm();
  const draft = await readDraft(askedOf(call), { input, isEmbedded });
  refuseWithoutEid(call, draft);
  const warnings = warningsOf({ input, files: uploadsOf(call), fields: draft.options.fields, signers: draft.signers });
  return { draft, warnings };
}

/** Throws `forbidden` for a signer who is to be identified (is_eid) where nobody does that. */
export function refuseWithoutEid({ house }: Call, { options }: Draft): void {
  if (options.isEid) needEidProvider(house.eid);
}

/** Keeps the files that came with a call. */
export async function keepFiles(call: Call): Promise<void> {
  await Promise.all(uploadsOf(call).map(({ received }) => received.keep()));
}

/** Keeps what came along, writes the request and answers it with its warnings. */
export async function sendDraft(call: Call, { draft, warnings }: Taken): Promise<Type.Static<typeof RequestAnswer>> {
  await keepFiles(call);
  const record = await call.house.transact(async (work) => {
    const requestId = await sendRequest(work, draft);
    return present(await findRequest(work.tx, requestId), "the new request");
  }, call.actor);
  return withWarnings({ signature_request: show(call, record) }, warnings);
}

/** Keeps what came along, puts it in the place of a request that is there, and answers that with the warnings. Faults as `editRequest`. */
export async function replaceRequest(
  call: Call,
  { requestId, taken }: { readonly requestId: string; readonly taken: Taken },
): Promise<Type.Static<typeof RequestAnswer>> {
  await keepFiles(call);
  const record = await call.house.transact(async (work) => {
    await editRequest(work, { draft: taken.draft, requestId });
    return present(await findRequest(work.tx, requestId), "the edited request");
  }, call.actor);
  return withWarnings({ signature_request: show(call, record) }, taken.warnings);
}
