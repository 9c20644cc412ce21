import { Type } from "typebox";
import { present } from "../base/assert.ts";
import { toSeconds } from "../base/clock.ts";
import { lockTemplateDraft } from "../drafts/find.ts";
import { openDraft, renewDraft } from "../drafts/open.ts";
import { makeSignUrl } from "../signing/links.ts";
import { lockOwnTemplate, needReady } from "../templates/find.ts";
import { EditUrlInput } from "../wire/draft-input.ts";
import { readTemplateEdit } from "../wire/new-template-draft.ts";
import { Seconds, Warning } from "../wire/shapes.ts";
import { editUrlOf } from "./draft-answers.ts";
import { operation } from "./operation.ts";

export const embeddedSignUrl = operation({
  id: "embeddedSignUrl",
  on: "GET /embedded/sign_url/{signature_id}",
  says: "Answers an address for the iframe of one signer. It lives 60 minutes and belongs to the first browser that opens it.",
  input: Type.Object({ signature_id: Type.String() }),
  output: Type.Object({ embedded: Type.Object({ sign_url: Type.String(), expires_at: Seconds }) }),
  faults: ["unauthorized", "not_found", "conflict", "deleted", "signature_request_expired"],

  async handle({ house, account, actor }, { signature_id: signatureId }) {
    const link = await house.transact(
      (work) => makeSignUrl(work, { accountId: account.account_id, signatureId }),
      actor,
    );
    const expiresAt = present(link.expiresAt, "the end of an embedded link");
    return {
      embedded: {
        sign_url: `${house.publicUrl}/editor/embeddedSign?signature_id=${signatureId}&token=${link.token}`,
        expires_at: toSeconds(expiresAt),
      },
    };
  },
});

export const embeddedEditUrl = operation({
  id: "embeddedEditUrl",
  on: "POST /embedded/edit_url/{template_id}",
  says: "Answers an address for the iframe in which a template of an app is changed, or finished where it is still a draft. It lives 60 minutes and belongs to the first browser that opens it.",
  input: EditUrlInput,
  output: Type.Object({
    embedded: Type.Object({ edit_url: Type.String(), expires_at: Seconds }),
    warnings: Type.Optional(Type.Array(Warning)),
  }),
  faults: ["unauthorized", "bad_request", "forbidden", "not_found", "conflict", "unprocessable_entity"],

  async handle({ house, account, actor }, input) {
    const { template_id: templateId } = input;
    const asked = { accountId: account.account_id, templateId };
    const link = await house.transact(async (work) => {
      const unsaved = await lockTemplateDraft(work, asked);
      if (unsaved !== null) return renewDraft(work, unsaved.row.draft_id);
      const template = await lockOwnTemplate(work, asked);
      needReady(template);
      return openDraft(work, readTemplateEdit(template, input));
    }, actor);
    return {
      embedded: { edit_url: editUrlOf(house, { ...link, templateId }), expires_at: toSeconds(link.expiresAt) },
    };
  },
});
