import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { cancelRequest } from "../requests/cancel.ts";
import { findOwnRequest } from "../requests/find.ts";
import { listRequests, type RequestPage } from "../requests/list.ts";
import { readQuery } from "../requests/query.ts";
import { remindSigner } from "../requests/remind.ts";
import { fileAliases } from "../wire/request-draft.ts";
import { SignatureRequestInput } from "../wire/request-input.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { SignatureRequest } from "../wire/signature-request.ts";
import { type Call, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { ById, RequestAnswer, sendDraft, show, takeDraft } from "./signature-request-answers.ts";

export const signatureRequestSend = operation({
  id: "signatureRequestSend",
  on: "POST /signature_request/send",
  says: "Sends documents for signature by mail. Answers at once; signature_request_sent tells when they are processed.",
  input: SignatureRequestInput,
  output: RequestAnswer,
  faults: ["unauthorized", "bad_request", "forbidden"],
  aliases: fileAliases,

  handle: (call, input) => create(call, { input, isEmbedded: false }),
});

export const signatureRequestCreateEmbedded = operation({
  id: "signatureRequestCreateEmbedded",
  on: "POST /signature_request/create_embedded",
  says: "Makes a request whose signers sign inside your own site. Answers at once; signature_request_sent tells when sign URLs can be fetched.",
  input: SignatureRequestInput,
  output: RequestAnswer,
  faults: ["unauthorized", "bad_request", "forbidden"],
  aliases: fileAliases,

  handle: (call, input) => create(call, { input, isEmbedded: true }),
});

export const signatureRequestGet = operation({
  id: "signatureRequestGet",
  on: "GET /signature_request/{signature_request_id}",
  says: "Answers one signature request.",
  input: ById,
  output: RequestAnswer,
  faults: ["unauthorized", "not_found", "deleted"],

  async handle(call, { signature_request_id: requestId }) {
    const record = await findOwnRequest(call.house.store.read, { accountId: call.account.account_id, requestId });
    return { signature_request: show(call, record) };
  },
});

export const signatureRequestList = operation({
  id: "signatureRequestList",
  on: "GET /signature_request/list",
  says: "Lists the account's signature requests, newest first; query searches them.",
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
    const accountId = call.account.account_id;
    if (input.account_id && input.account_id !== "all" && input.account_id !== accountId)
      throw badRequest("account_id not valid: give the account's own id, or all; there are no teams yet", "account_id");
    const query = readQuery(input.query ?? "", { email: call.account.email });
    const found = await listRequests(call.house.store, { accountId, query, ...paging });
    const body = {
      signature_requests: found.records.map((record) => show(call, record)),
      list_info: renderListInfo({ ...paging, count: found.count }),
    };
    return withWarnings(body, listWarnings(found));
  },
});

/** Says of a search that did not look at everything what is not known. */
function listWarnings({ isCounted, reached, count }: RequestPage): readonly Warning[] {
  if (isCounted) return [];
  const most = `At least ${count} requests fit: in a long list num_results and num_pages count those that were met so far.`;
  const far =
    reached === null
      ? ""
      : ` The search stopped at requests of ${new Date(reached).toISOString()}: go on from there with created:[* TO …].`;
  return [{ warning_name: "partial_success", warning_msg: `query: ${most}${far}` }];
}

export const signatureRequestCancel = operation({
  id: "signatureRequestCancel",
  on: "POST /signature_request/cancel/{signature_request_id}",
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

  async handle({ house, account, actor }, { signature_request_id: requestId }) {
    await house.transact((work) => cancelRequest(work, { accountId: account.account_id, requestId }), actor);
  },
});

export const signatureRequestRemind = operation({
  id: "signatureRequestRemind",
  on: "POST /signature_request/remind/{signature_request_id}",
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
