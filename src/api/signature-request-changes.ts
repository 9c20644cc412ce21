import { Type } from "typebox";
import { present } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { findOwnRequest, findRequest } from "../requests/find.ts";
import { releaseRequest } from "../requests/hold.ts";
import { removeRequest } from "../requests/remove.ts";
import { updateRequest } from "../requests/update.ts";
import { fileAliases, readExpiry } from "../wire/request-draft.ts";
import { SignatureRequestInput } from "../wire/request-input.ts";
import { Nullable } from "../wire/shapes.ts";
import { trimName } from "../wire/trim-name.ts";
import { type Call, operation } from "./operation.ts";
import { ById, partyOf, RequestAnswer, replaceRequest, show, takeDraft } from "./signature-request-answers.ts";

const EditInput = Type.Object({ signature_request_id: Type.String(), ...SignatureRequestInput.properties });

const editFaults = [
  "unauthorized",
  "payment_required",
  "bad_request",
  "forbidden",
  "not_found",
  "conflict",
  "deleted",
  "signature_request_expired",
] as const;

export const signatureRequestEdit = operation({
  id: "signatureRequestEdit",
  on: "PUT /signature_request/edit/{signature_request_id}",
  says: "Replaces all of a request that nobody has signed yet and sends it anew by mail. Answers at once; signature_request_sent tells when it is processed.",
  input: EditInput,
  output: RequestAnswer,
  faults: editFaults,
  aliases: fileAliases,

  handle: (call, input) => edit(call, { input, isEmbedded: false }),
});

export const signatureRequestEditEmbedded = operation({
  id: "signatureRequestEditEmbedded",
  on: "PUT /signature_request/edit_embedded/{signature_request_id}",
  says: "Replaces all of a request that nobody has signed yet, to be signed inside your own site. Answers at once; signature_request_sent tells when sign URLs can be fetched.",
  input: EditInput,
  output: RequestAnswer,
  faults: editFaults,
  aliases: fileAliases,

  handle: (call, input) => edit(call, { input, isEmbedded: true }),
});

export const signatureRequestUpdate = operation({
  id: "signatureRequestUpdate",
  on: "POST /signature_request/update/{signature_request_id}",
  says: "Changes a signer's e-mail or name, or when the request expires. Another e-mail makes another signature_id, and the old links die.",
  input: Type.Object({
    signature_request_id: Type.String(),
    signature_id: Type.String({ minLength: 1, maxLength: 64 }),
    email_address: Type.Optional(Type.String({ format: "email", minLength: 1, maxLength: limits.emailLength })),
    name: Type.Optional(Type.String({ maxLength: limits.nameLength })),
    expires_at: Type.Optional(Nullable(Type.Integer())),
  }),
  output: RequestAnswer,
  faults: ["unauthorized", "bad_request", "forbidden", "not_found", "conflict", "deleted", "signature_request_expired"],

  async handle(call, { signature_request_id: requestId, signature_id: signatureId, email_address, name, expires_at }) {
    const { house, account, actor } = call;
    const record = await house.transact(async (work) => {
      await updateRequest(work, {
        accountId: account.account_id,
        requestId,
        signatureId,
        name: name ? trimName(name, "name") : null,
        email: email_address || null,
        expiresAt: readExpiry(expires_at, work.at),
      });
      return present(await findRequest(work.tx, requestId), "the changed request");
    }, actor);
    return { signature_request: show(call, record) };
  },
});

export const signatureRequestRemove = operation({
  id: "signatureRequestRemove",
  on: "POST /signature_request/remove/{signature_request_id}",
  says: "Removes your access to a request that was signed by everybody, declined or has expired, and nobody else's, whether you have sent or received it. This cannot be undone.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "not_found", "deleted", "signature_request_remove_failed"],

  async handle(call, { signature_request_id: requestId }) {
    const { house, actor } = call;
    await house.transact((work) => removeRequest(work, { ...partyOf(call), requestId }), actor);
  },
});

export const signatureRequestReleaseHold = operation({
  id: "signatureRequestReleaseHold",
  on: "POST /signature_request/release_hold/{signature_request_id}",
  says: "Sends a request that was made of a draft with hold_request and is held back since.",
  input: ById,
  output: RequestAnswer,
  faults: ["unauthorized", "bad_request", "not_found", "deleted"],

  async handle(call, { signature_request_id: requestId }) {
    const { house, account, actor } = call;
    const record = await house.transact(async (work) => {
      await releaseRequest(work, { accountId: account.account_id, requestId });
      return present(await findRequest(work.tx, requestId), "the released request");
    }, actor);
    return { signature_request: show(call, record) };
  },
});

type EditAsk = { readonly input: Type.Static<typeof EditInput>; readonly isEmbedded: boolean };

async function edit(call: Call, { input, isEmbedded }: EditAsk): Promise<Type.Static<typeof RequestAnswer>> {
  const { house, account } = call;
  const { signature_request_id: requestId } = input;
  // Another's request is none, whatever else the call says.
  await findOwnRequest(house.store.read, { accountId: account.account_id, requestId });
  return replaceRequest(call, { requestId, taken: await takeDraft(call, { input, isEmbedded }) });
}
