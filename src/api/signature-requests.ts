import { Type } from "typebox";
import { present } from "../base/assert.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { cancelRequest } from "../requests/cancel.ts";
import { findOwnRequest, findRequest, listRequests, type RequestRecord } from "../requests/find.ts";
import { remindSigner } from "../requests/remind.ts";
import { sendRequest } from "../requests/send.ts";
import { uploadsOf } from "../wire/draft-files.ts";
import { fileAliases, readDraft } from "../wire/request-draft.ts";
import { SignatureRequestInput } from "../wire/request-input.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { renderSignatureRequest, SignatureRequest } from "../wire/signature-request.ts";
import { type Call, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { warningsOf } from "./request-warnings.ts";

const Answer = Type.Object({ signature_request: SignatureRequest, warnings: Type.Optional(Type.Array(Warning)) });
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

const ById = Type.Object({ signature_request_id: Type.String() });

export const signatureRequestSend = operation({
  id: "signatureRequestSend",
  on: "POST /signature_request/send",
  events: begun,
  example: asked,
  says: "Sends documents for signature by mail. Answers at once; signature_request_sent tells when they are processed.",
  input: SignatureRequestInput,
  output: Answer,
  faults: ["unauthorized", "bad_request"],
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
  output: Answer,
  faults: ["unauthorized", "bad_request"],
  aliases: fileAliases,

  handle: (call, input) => create(call, { input, isEmbedded: true }),
});

export const signatureRequestGet = operation({
  id: "signatureRequestGet",
  on: "GET /signature_request/{signature_request_id}",
  says: "Answers one signature request.",
  input: ById,
  output: Answer,
  faults: ["unauthorized", "not_found", "deleted"],

  async handle(call, { signature_request_id: requestId }) {
    const record = await findOwnRequest(call.house.store.read, { accountId: call.account.account_id, requestId });
    return { signature_request: show(call, record) };
  },
});

export const signatureRequestList = operation({
  id: "signatureRequestList",
  on: "GET /signature_request/list",
  says: "Lists the account's signature requests, newest first.",
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
    const { records, count } = await listRequests(call.house.store.read, {
      accountId,
      ...paging,
    });
    const body = {
      signature_requests: records.map((record) => show(call, record)),
      list_info: renderListInfo({ ...paging, count }),
    };
    return withWarnings(
      body,
      input.query
        ? [
            {
              warning_name: "parameter_ignored",
              warning_msg: "query: searching is not available in this version; all requests are listed.",
            },
          ]
        : [],
    );
  },
});

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

  async handle({ house, account, actor }, { signature_request_id: requestId }) {
    await house.transact((work) => cancelRequest(work, { accountId: account.account_id, requestId }), actor);
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
  output: Answer,
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
  { input, isEmbedded }: { readonly input: SignatureRequestInput; readonly isEmbedded: boolean },
): Promise<Type.Static<typeof Answer>> {
  const { house, account, files, keys } = call;
  house.workshop.warm();
  const asked = { db: house.store.read, accountId: account.account_id, at: house.clock(), files, keys };
  const draft = await readDraft(asked, { input, isEmbedded });
  await Promise.all(uploadsOf(call).map(({ received }) => received.keep()));
  const record = await call.house.transact(async (work) => {
    const requestId = await sendRequest(work, draft);
    return present(await findRequest(work.tx, requestId), "the new request");
  }, call.actor);
  const warnings = warningsOf({ input, files: uploadsOf(call), fields: draft.options.fields, signers: draft.signers });
  return withWarnings({ signature_request: show(call, record) }, warnings);
}

function show({ house, account }: Call, record: RequestRecord): Type.Static<typeof SignatureRequest> {
  return renderSignatureRequest(record, { publicUrl: house.publicUrl, requesterEmail: account.email });
}
