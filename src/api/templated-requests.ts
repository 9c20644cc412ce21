import { readCustomFields } from "../wire/custom-fields.ts";
import { fileAliases } from "../wire/request-draft.ts";
import { readTemplatedDraft } from "../wire/templated-draft.ts";
import { TemplatedRequestInput } from "../wire/templated-input.ts";
import { type Call, operation } from "./operation.ts";
import { askedOf, RequestAnswer, refuseWithoutEid, sendDraft } from "./signature-request-answers.ts";
import { templatedFieldWarnings, twiceWarnings } from "./templated-warnings.ts";

const faults = ["unauthorized", "bad_request", "forbidden", "not_found", "conflict", "unprocessable_entity"] as const;
/** One template may be named alone. */
const aliases = { ...fileAliases, template_id: "template_ids" };

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

async function create(
  call: Call,
  { input, isEmbedded }: { readonly input: TemplatedRequestInput; readonly isEmbedded: boolean },
) {
  const draft = await readTemplatedDraft(askedOf(call), { input, isEmbedded });
  refuseWithoutEid(call, draft);
  const values = readCustomFields(input.custom_fields);
  return sendDraft(call, { draft, warnings: [...twiceWarnings(input), ...templatedFieldWarnings(draft, values)] });
}
