import { Type } from "typebox";
import { destroyOwnRequest } from "../requests/destroy.ts";
import { expireTestRequest } from "../requests/expire.ts";
import { exportRequest } from "./export.ts";
import { operation } from "./operation.ts";

const ById = Type.Object({ signature_request_id: Type.String() });

export const signatureRequestDestroy = operation({
  id: "signatureRequestDestroy",
  on: "DELETE /signature_requests/{signature_request_id}/data",
  events: ["signature_request_destroyed"],
  says: "Destroys the documents and personal data of a request that has ended, and calls back signature_request_destroyed. This cannot be undone.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "not_found", "conflict", "deleted"],

  async handle({ house, account, actor }, { signature_request_id: requestId }) {
    await house.transact((work) => destroyOwnRequest(work, { accountId: account.account_id, requestId }), actor);
  },
});

export const signatureRequestExpire = operation({
  id: "signatureRequestExpire",
  on: "POST /signature_requests/{signature_request_id}/expire",
  events: ["signature_request_expired"],
  says: "Expires an open request of test mode at once, as when expires_at has come: to test what follows without waiting for a day.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "bad_request", "not_found", "conflict", "deleted", "signature_request_expired"],

  async handle({ house, account, actor }, { signature_request_id: requestId }) {
    await house.transact((work) => expireTestRequest(work, { accountId: account.account_id, requestId }), actor);
  },
});

export const signatureRequestExport = operation({
  id: "signatureRequestExport",
  on: "GET /signature_requests/{signature_request_id}/export",
  says: "Answers a zip with everything that is kept about a request: documents, audit trail, events with their deliveries and attempts, letters, answers.",
  input: ById,
  output: { files: ["application/zip"] },
  faults: ["unauthorized", "not_found", "deleted"],

  handle: ({ house, account, actor }, { signature_request_id: requestId }) =>
    exportRequest(house, { accountId: account.account_id, actor, requestId }),
});
