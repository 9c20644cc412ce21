import { Type } from "typebox";
import { findSeenAccounts } from "../accounts/team-members.ts";
import { present } from "../base/assert.ts";
import { startBulkSend } from "../requests/bulk.ts";
import { findBulkSend, listBulkRequests, listBulkSends } from "../requests/bulk-list.ts";
import { readBulkSend } from "../wire/bulk-draft.ts";
import { BulkSendInput } from "../wire/bulk-input.ts";
import { BulkSendJob, renderBulkSendJob } from "../wire/bulk-send-job.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { SignatureRequest } from "../wire/signature-request.ts";
import { castSignersOf } from "../wire/templated-input.ts";
import { type Call, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { phoneTypeWarnings } from "./request-warnings.ts";
import { askedOf, show } from "./signature-request-answers.ts";
import { bulkFieldWarnings, twiceWarnings } from "./templated-warnings.ts";

const JobAnswer = Type.Object({ bulk_send_job: BulkSendJob, warnings: Type.Optional(Type.Array(Warning)) });
const Paged = { page: Type.Optional(Type.Integer()), page_size: Type.Optional(Type.Integer()) };
const sendFaults = [
  "unauthorized",
  "payment_required",
  "bad_request",
  "not_found",
  "conflict",
  "unprocessable_entity",
] as const;
/** One template may be named alone. */
const aliases = { template_id: "template_ids" };

export const signatureRequestBulkSendWithTemplate = operation({
  id: "signatureRequestBulkSendWithTemplate",
  on: "POST /signature_request/bulk_send_with_template",
  says: "Sends templates of one signer role to many people by mail, a request each: signer_list, or a CSV as signer_file. A row that is wrong refuses the call. Answers at once; the requests are made one after another.",
  input: BulkSendInput,
  output: JobAnswer,
  faults: sendFaults,
  aliases,

  handle: (call, input) => start(call, { input, isEmbedded: false }),
});

export const signatureRequestBulkCreateEmbeddedWithTemplate = operation({
  id: "signatureRequestBulkCreateEmbeddedWithTemplate",
  on: "POST /signature_request/bulk_create_embedded_with_template",
  says: "The same for signers who sign inside your own site. Answers at once; signature_request_sent tells of each request when its sign URL can be fetched.",
  input: BulkSendInput,
  output: JobAnswer,
  faults: sendFaults,
  aliases,

  handle: (call, input) => start(call, { input, isEmbedded: true }),
});

export const bulkSendJobGet = operation({
  id: "bulkSendJobGet",
  on: "GET /bulk_send_job/{bulk_send_job_id}",
  says: "Answers a bulk send with the requests that it has made so far, in the order of its rows.",
  input: Type.Object({ bulk_send_job_id: Type.String(), ...Paged }),
  output: Type.Object({
    bulk_send_job: BulkSendJob,
    list_info: ListInfo,
    signature_requests: Type.Array(SignatureRequest),
  }),
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle(call, { bulk_send_job_id: jobId, ...input }) {
    const paging = readPaging(input);
    const { read } = call.house.store;
    const seen = await findSeenAccounts(read, call.account);
    const job = await findBulkSend(read, { accountIds: seen.map(({ account_id: id }) => id), jobId });
    const account = present(
      seen.find(({ account_id: id }) => id === job.account_id),
      "the sender in bulk",
    );
    const { records, count } = await listBulkRequests(read, { jobId, ...paging });
    return {
      bulk_send_job: renderBulkSendJob(job, call.account.account_id),
      list_info: renderListInfo({ ...paging, count }),
      signature_requests: records.map((record) => show({ ...call, account }, record)),
    };
  },
});

export const bulkSendJobList = operation({
  id: "bulkSendJobList",
  on: "GET /bulk_send_job/list",
  says: "Lists the account's bulk sends, newest first; those who look after a team see its members' too.",
  input: Type.Object(Paged),
  output: Type.Object({ bulk_send_jobs: Type.Array(BulkSendJob), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house, account }, input) {
    const paging = readPaging(input);
    const seen = await findSeenAccounts(house.store.read, account);
    const accountIds = seen.map(({ account_id: id }) => id);
    const { jobs, count } = await listBulkSends(house.store.read, { accountIds, ...paging });
    return {
      bulk_send_jobs: jobs.map((job) => renderBulkSendJob(job, account.account_id)),
      list_info: renderListInfo({ ...paging, count }),
    };
  },
});

async function start(
  call: Call,
  { input, isEmbedded }: { readonly input: BulkSendInput; readonly isEmbedded: boolean },
) {
  const { house, account, actor } = call;
  const { draft, rows, warnings } = await readBulkSend(askedOf(call), { input, isEmbedded, most: house.bulkRows });
  const jobId = await house.transact((work) => startBulkSend(work, { draft, rows }), actor);
  const accountIds = [account.account_id];
  const job = await findBulkSend(house.store.read, { accountIds, jobId });
  const listed = (input.signer_list ?? []).flatMap(({ signers }) => castSignersOf(signers));
  const told = [...twiceWarnings(input), ...warnings, ...bulkFieldWarnings(draft, rows), ...phoneTypeWarnings(listed)];
  return withWarnings({ bulk_send_job: renderBulkSendJob(job, account.account_id) }, told);
}
