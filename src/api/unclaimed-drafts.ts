import { type Static, Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import type { NewDraft } from "../drafts/open.ts";
import { findOwnRequest } from "../requests/find.ts";
import {
  EmbeddedDraftInput,
  ResendInput,
  TemplatedEmbeddedDraftInput,
  UnclaimedDraftInput,
} from "../wire/draft-input.ts";
import { readEmbeddedDraft, readTemplatedEmbeddedDraft, readUnclaimedDraft } from "../wire/new-draft.ts";
import { readResend } from "../wire/new-template-draft.ts";
import { fileAliases } from "../wire/request-draft.ts";
import { Nullable, Seconds, Warning, withWarnings } from "../wire/shapes.ts";
import { claimUrlOf, draftWarnings, writeDraft } from "./draft-answers.ts";
import { type Call, operation } from "./operation.ts";
import { phoneTypeWarnings } from "./request-warnings.ts";
import { askedOf } from "./signature-request-answers.ts";

const Text = Nullable(Type.String());

const UnclaimedDraft = Type.Object({
  signature_request_id: Text,
  claim_url: Type.String(),
  signing_redirect_url: Text,
  requesting_redirect_url: Text,
  expires_at: Seconds,
  test_mode: Type.Boolean(),
});

/** What operations on drafts of requests answer. */
const DraftAnswer = Type.Object({
  unclaimed_draft: UnclaimedDraft,
  warnings: Type.Optional(Type.Array(Warning)),
});

export const unclaimedDraftCreate = operation({
  id: "unclaimedDraftCreate",
  on: "POST /unclaimed_draft/create",
  says: "Makes a draft of a request that whoever opens its address first prepares and sends, for the account. The address lives 60 minutes.",
  input: UnclaimedDraftInput,
  output: DraftAnswer,
  faults: ["unauthorized", "bad_request"],
  aliases: fileAliases,

  async handle(call, input) {
    const draft = await readUnclaimedDraft(askedOf(call), input);
    return answer(call, { draft, input });
  },
});

export const unclaimedDraftCreateEmbedded = operation({
  id: "unclaimedDraftCreateEmbedded",
  on: "POST /unclaimed_draft/create_embedded",
  says: "Makes a draft of a request that is prepared and sent in the editor inside your own site. With hold_request it is not sent: signature_request_prepared tells, and release_hold sends it.",
  input: EmbeddedDraftInput,
  output: DraftAnswer,
  faults: ["unauthorized", "bad_request"],
  aliases: fileAliases,

  async handle(call, input) {
    const draft = await readEmbeddedDraft(askedOf(call), input);
    return answer(call, { draft, input });
  },
});

export const unclaimedDraftCreateEmbeddedWithTemplate = operation({
  id: "unclaimedDraftCreateEmbeddedWithTemplate",
  on: "POST /unclaimed_draft/create_embedded_with_template",
  says: "The same of one or several templates, with further files or without. Roles that nobody is named for are cast in the editor.",
  input: TemplatedEmbeddedDraftInput,
  output: DraftAnswer,
  faults: ["unauthorized", "bad_request", "not_found", "conflict", "unprocessable_entity"],
  aliases: { ...fileAliases, template_id: "template_ids" },

  async handle(call, input) {
    const draft = await readTemplatedEmbeddedDraft(askedOf(call), input);
    return answer(call, { draft, input: {} });
  },
});

export const unclaimedDraftEditAndResend = operation({
  id: "unclaimedDraftEditAndResend",
  on: "POST /unclaimed_draft/edit_and_resend/{signature_request_id}",
  says: "Makes a draft of a new request that says all that another one says, to be changed in the editor inside your own site and sent. The other one stays as it is.",
  input: ResendInput,
  output: DraftAnswer,
  faults: ["unauthorized", "bad_request", "not_found", "conflict", "deleted"],

  async handle(call, input) {
    const { signature_request_id: requestId } = input;
    const record = await findOwnRequest(call.house.store.read, { accountId: call.account.account_id, requestId });
    return answer(call, { draft: await readResend(askedOf(call), { record, input }), input: {} });
  },
});

type Answering = {
  readonly draft: NewDraft;
  readonly input: Pick<Static<typeof UnclaimedDraftInput>, (typeof told)[number]>;
};

/** What of the parameters something may be told of. */
const told = ["use_text_tags", "use_preexisting_fields", "hide_text_tags", "form_field_groups", "signers"] as const;

async function answer(call: Call, { draft, input }: Answering): Promise<Static<typeof DraftAnswer>> {
  const { base, look } = draft;
  const link = await writeDraft(call, draft);
  const shown = {
    signature_request_id: look.tellsRequest ? link.requestId : null,
    claim_url: claimUrlOf(call.house, link),
    signing_redirect_url: base.kind === "request" ? base.redirectUrl : null,
    requesting_redirect_url: look.redirectUrl,
    expires_at: toSeconds(link.expiresAt),
    test_mode: base.testMode,
  };
  const warnings = draftWarnings(call, { input, fields: base.options.fields });
  return withWarnings({ unclaimed_draft: shown }, [...warnings, ...ignoredWarnings(draft, input)]);
}

function ignoredWarnings({ look }: NewDraft, { signers = [], ...input }: Answering["input"]): readonly Warning[] {
  const isAlone = look.isSelfSigning && signers.length > 1;
  return [
    ...(input.use_text_tags && input.use_preexisting_fields ? [conflict] : []),
    ...(isAlone ? [alone] : []),
    ...phoneTypeWarnings(isAlone ? signers.slice(0, 1) : signers),
  ];
}

const conflict: Warning = {
  warning_name: "parameter_conflict",
  warning_msg: "use_preexisting_fields cannot be used together with use_text_tags; it was ignored.",
};

const alone: Warning = {
  warning_name: "parameter_ignored",
  warning_msg:
    "signers: with send_document whoever opens the draft signs it alone. The first signer is taken; the others were ignored, with their fields and attachments.",
};
