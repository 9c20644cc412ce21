import { Type } from "typebox";
import { findSeenAccounts } from "../accounts/team-members.ts";
import { present } from "../base/assert.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { cancelRequest } from "../requests/cancel.ts";
import { findOwnRequest, type RequestRecord } from "../requests/find.ts";
import { listRequests, type RequestPage } from "../requests/list.ts";
import { findPartyRequest } from "../requests/party.ts";
import { readQuery } from "../requests/query.ts";
import { remindSigner } from "../requests/remind.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import { fileAliases } from "../wire/request-draft.ts";
import { SignatureRequestInput } from "../wire/request-input.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { SignatureRequest } from "../wire/signature-request.ts";
import { type Call, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { ById, partyOf, RequestAnswer, sendDraft, show, showReceived, takeDraft } from "./signature-request-answers.ts";

/** How the processing of a new request ends. */
const begun = ["signature_request_sent", "signature_request_invalid", "file_error", "unknown_error"] as const;

const asked = {
  title: "Bicycle loan",
  subject: "Please sign for your bicycle",
  signers: [{ name: "Ada Lovelace", email_address: "ada@example.com" }],
  file_urls: ["https://example.com/loan.pdf"],
  use_text_tags: true,
  test_mode: true,
};

export const signatureRequestSend = operation({
  id: "signatureRequestSend",
  on: "POST /signature_request/send",
  events: begun,
  example: asked,
  says: "Sends documents for signature by mail. Answers at once; signature_request_sent tells when they are processed.",
  input: SignatureRequestInput,
  output: RequestAnswer,
  faults: ["unauthorized", "payment_required", "bad_request", "forbidden"],
  aliases: fileAliases,

  handle: (call, input) => create(call, { input, isEmbedded: false }),
});

export const signatureRequestCreateEmbedded = operation({
  id: "signatureRequestCreateEmbedded",
  on: "POST /signature_request/create_embedded",
  events: begun,
  example: { client_id: "0123456789abcdef0123456789abcdef", ...asked },
  says: "Makes a request whose signers sign inside your own site. Answers at once; signature_request_sent tells when sign URLs can be fetched.",
  input: SignatureRequestInput,
  output: RequestAnswer,
  faults: ["unauthorized", "payment_required", "bad_request", "forbidden"],
  aliases: fileAliases,

  handle: (call, input) => create(call, { input, isEmbedded: true }),
});

export const signatureRequestGet = operation({
  id: "signatureRequestGet",
  on: "GET /signature_request/{signature_request_id}",
  says: "Answers one signature request that the account has sent, or received as a signer.",
  input: ById,
  output: RequestAnswer,
  faults: ["unauthorized", "not_found", "deleted"],

  async handle(call, { signature_request_id: requestId }) {
    const { record, received } = await findPartyRequest(call.house.store.read, { ...partyOf(call), requestId });
    if (received === null) return { signature_request: show(call, record) };
    return { signature_request: present((await showReceived(call, [record])).get(requestId), "the received request") };
  },
});

export const signatureRequestList = operation({
  id: "signatureRequestList",
  on: "GET /signature_request/list",
  says: "Lists the signature requests that the account has sent or received, newest first; query searches them. Those who look after a team also list those that a member (account_id) has sent, or all of them (all).",
  input: Type.Object({
    page: Type.Optional(Type.Integer()),
    page_size: Type.Optional(Type.Integer()),
    account_id: Type.Optional(Type.String()),
    query: Type.Optional(Type.String()),
  }),
  output: Type.Object({
    signature_requests: Type.Array(SignatureRequest),
    list_info: ListInfo,
    warnings: Type.Optional(Type.Array(Warning)),
  }),
  faults: ["unauthorized", "bad_request"],

  async handle(call, input) {
    const paging = readPaging(input);
    const senders = await findSenders(call, input.account_id || call.account.account_id);
    const { email } = call.account;
    const query = readQuery(input.query ?? "", { email });
    const { accountId, address = null } = partyOf(call);
    const received =
      address === null || !senders.has(accountId)
        ? null
        : { address, query: readQuery(input.query ?? "", { email, isSigner: true }) };
    const found = await listRequests(call.house.store, { accountIds: [...senders.keys()], query, received, ...paging });
    const body = {
      signature_requests: await showListed(call, { senders, records: found.records }),
      list_info: renderListInfo({ ...paging, count: found.count }),
    };
    return withWarnings(body, listWarnings(found, { isAll: !input.query }));
  },
});

type Listed = { readonly senders: ReadonlyMap<string, AccountRow>; readonly records: readonly RequestRecord[] };

async function showListed(call: Call, { senders, records }: Listed): Promise<Type.Static<typeof SignatureRequest>[]> {
  const received = await showReceived(
    call,
    records.filter(({ request }) => !senders.has(request.account_id)),
  );
  return records.map((record) => {
    const account = senders.get(record.request.account_id);
    if (account) return show({ ...call, account }, record);
    return present(received.get(record.request.request_id), "a received request");
  });
}

/** Says of a search that did not look at everything what is not known. */
function listWarnings(
  { isCounted, reached, count }: RequestPage,
  { isAll }: { readonly isAll: boolean },
): readonly Warning[] {
  if (isCounted) return [];
  if (isAll) return [{ warning_name: "partial_success", warning_msg: olderReceived(reached ?? 0) }];
  const most = `At least ${count} requests fit: in a long list num_results and num_pages count those that were met so far.`;
  const far =
    reached === null
      ? ""
      : ` The search stopped at requests of ${new Date(reached).toISOString()}: go on from there with created:[* TO …].`;
  return [{ warning_name: "partial_success", warning_msg: `query: ${most}${far}` }];
}

function olderReceived(reached: number): string {
  const until = new Date(reached).toISOString();
  return `Of the requests that you have received the newest are in this list and its counts. Ask for those of ${until} and before with query=created:[* TO ${until}].`;
}

export const signatureRequestCancel = operation({
  id: "signatureRequestCancel",
  on: "POST /signature_request/cancel/{signature_request_id}",
  events: ["signature_request_canceled"],
  says: "Withdraws an incomplete signature request. This cannot be undone.",
  input: ById,
  output: "nothing",
  faults: [
    "unauthorized",
    "not_found",
    "conflict",
    "deleted",
    "signature_request_cancel_failed",
    "signature_request_expired",
  ],

  async handle(call, { signature_request_id: requestId }) {
    const { house, actor } = call;
    await house.transact((work) => cancelRequest(work, { ...partyOf(call), requestId }), actor);
  },
});

export const signatureRequestRemind = operation({
  id: "signatureRequestRemind",
  on: "POST /signature_request/remind/{signature_request_id}",
  events: ["signature_request_remind"],
  says: "Reminds one signer by mail, at most once an hour; not for embedded requests.",
  input: Type.Object({
    signature_request_id: Type.String(),
    email_address: Type.String({ format: "email", minLength: 1, maxLength: limits.emailLength }),
    name: Type.Optional(Type.String({ maxLength: limits.nameLength })),
  }),
  output: RequestAnswer,
  faults: [
    "unauthorized",
    "bad_request",
    "not_found",
    "conflict",
    "deleted",
    "invalid_reminder",
    "signature_request_expired",
  ],

  async handle(call, { signature_request_id: requestId, email_address: email, name }) {
    const { house, account, actor } = call;
    await house.transact(
      (work) => remindSigner(work, { accountId: account.account_id, requestId, email, name: name || null }),
      actor,
    );
    const record = await findOwnRequest(house.store.read, { accountId: account.account_id, requestId });
    return { signature_request: show(call, record) };
  },
});

async function create(
  call: Call,
  asked: { readonly input: SignatureRequestInput; readonly isEmbedded: boolean },
): Promise<Type.Static<typeof RequestAnswer>> {
  return sendDraft(call, await takeDraft(call, asked));
}

/** Whose requests are listed, by their ids. Throws `bad_request` for an account that the caller does not look after. */
async function findSenders({ house, account }: Call, asked: string): Promise<ReadonlyMap<string, AccountRow>> {
  const seen = asked === account.account_id ? [account] : await findSeenAccounts(house.store.read, account);
  const chosen = asked === "all" ? seen : seen.filter((one) => one.account_id === asked);
  if (chosen.length === 0)
    throw badRequest(
      "account_id not valid: give the account's own id, that of a member of a team you look after, or all",
      "account_id",
    );
  return new Map(chosen.map((one) => [one.account_id, one]));
}
