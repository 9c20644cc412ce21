import { type Static, Type } from "typebox";
import { findOwnRequest } from "../requests/find.ts";
import { readCustomFields } from "../wire/custom-fields.ts";
import { fileAliases } from "../wire/request-draft.ts";
import { readTemplatedDraft } from "../wire/templated-draft.ts";
import { castSignersOf, TemplatedRequestInput } from "../wire/templated-input.ts";
import { type Call, operation } from "./operation.ts";
import { phoneTypeWarnings } from "./request-warnings.ts";
import {
  askedOf,
  RequestAnswer,
  refuseWithoutEid,
  replaceRequest,
  sendDraft,
  type Taken,
} from "./signature-request-answers.ts";
import { templatedFieldWarnings, twiceWarnings } from "./templated-warnings.ts";

const faults = [
  "unauthorized",
  "payment_required",
  "bad_request",
  "forbidden",
  "not_found",
  "conflict",
  "unprocessable_entity",
] as const;
/** One template may be named alone. */
const aliases = { ...fileAliases, template_id: "template_ids" };

const EditInput = Type.Object({ signature_request_id: Type.String(), ...TemplatedRequestInput.properties });
const editFaults = [...faults, "deleted", "signature_request_expired"] as const;

export const signatureRequestEditWithTemplate = operation({
  id: "signatureRequestEditWithTemplate",
  on: "PUT /signature_request/edit_with_template/{signature_request_id}",
  says: "Replaces all of a request that nobody has signed yet by what templates say, and sends it anew by mail. Answers at once; signature_request_sent tells when it is processed.",
  input: EditInput,
  output: RequestAnswer,
  faults: editFaults,
  aliases,

  handle: (call, input) => edit(call, { input, isEmbedded: false }),
});

export const signatureRequestEditEmbeddedWithTemplate = operation({
  id: "signatureRequestEditEmbeddedWithTemplate",
  on: "PUT /signature_request/edit_embedded_with_template/{signature_request_id}",
  says: "The same for signers who sign inside your own site. Answers at once; signature_request_sent tells when sign URLs can be fetched.",
  input: EditInput,
  output: RequestAnswer,
  faults: editFaults,
  aliases,

  handle: (call, input) => edit(call, { input, isEmbedded: true }),
});

export const signatureRequestSendWithTemplate = operation({
  id: "signatureRequestSendWithTemplate",
  on: "POST /signature_request/send_with_template",
  says: "Sends one or several templates, with further files or without, for signature by mail: every role gets a signer. Answers at once; signature_request_sent tells when it is processed.",
  input: TemplatedRequestInput,
  output: RequestAnswer,
  faults,
  aliases,

  handle: (call, input) => create(call, { input, isEmbedded: false }),
});

export const signatureRequestCreateEmbeddedWithTemplate = operation({
  id: "signatureRequestCreateEmbeddedWithTemplate",
  on: "POST /signature_request/create_embedded_with_template",
  says: "The same for signers who sign inside your own site. Answers at once; signature_request_sent tells when sign URLs can be fetched.",
  input: TemplatedRequestInput,
  output: RequestAnswer,
  faults,
  aliases,

  handle: (call, input) => create(call, { input, isEmbedded: true }),
});

type Asking = { readonly input: TemplatedRequestInput; readonly isEmbedded: boolean };

async function create(call: Call, asking: Asking) {
  return sendDraft(call, await takeTemplated(call, asking));
}

async function edit(
  call: Call,
  { input, isEmbedded }: { readonly input: Static<typeof EditInput>; readonly isEmbedded: boolean },
) {
  const { signature_request_id: requestId, ...asked } = input;
  // Another's request is none, whatever else the call says.
  await findOwnRequest(call.house.store.read, { accountId: call.account.account_id, requestId });
  return replaceRequest(call, { requestId, taken: await takeTemplated(call, { input: asked, isEmbedded }) });
}

async function takeTemplated(call: Call, { input, isEmbedded }: Asking): Promise<Taken> {
  const draft = await readTemplatedDraft(askedOf(call), { input, isEmbedded });
  refuseWithoutEid(call, draft);
  const values = readCustomFields(input.custom_fields);
  const warnings = [...twiceWarnings(input), ...templatedFieldWarnings(draft, values)];
  return { draft, warnings: [...warnings, ...phoneTypeWarnings(castSignersOf(input.signers))] };
}
