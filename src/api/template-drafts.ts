import { Type } from "typebox";
import { present } from "../base/assert.ts";
import { toSeconds } from "../base/clock.ts";
import { TemplateDraftInput } from "../wire/draft-input.ts";
import { readNewTemplate } from "../wire/new-template-draft.ts";
import { fileAliases } from "../wire/request-draft.ts";
import { Seconds, Warning, withWarnings } from "../wire/shapes.ts";
import { draftWarnings, editUrlOf, writeDraft } from "./draft-answers.ts";
import { operation } from "./operation.ts";
import { askedOf } from "./signature-request-answers.ts";

export const templateCreateEmbeddedDraft = operation({
  id: "templateCreateEmbeddedDraft",
  on: "POST /template/create_embedded_draft",
  says: "Begins a template that is finished in the editor, inside your own site: answers its id and the address for the iframe. There is no template until it is saved there: template_created tells.",
  input: TemplateDraftInput,
  output: Type.Object({
    template: Type.Object({ template_id: Type.String(), edit_url: Type.String(), expires_at: Seconds }),
    warnings: Type.Optional(Type.Array(Warning)),
  }),
  faults: ["unauthorized", "bad_request"],
  aliases: fileAliases,

  async handle(call, input) {
    const draft = await readNewTemplate(askedOf(call), input);
    const link = await writeDraft(call, draft);
    const warnings = draftWarnings(call, { input, fields: draft.base.options.fields });
    const template = {
      template_id: present(link.templateId, "the id of a template's draft"),
      edit_url: editUrlOf(call.house, link),
      expires_at: toSeconds(link.expiresAt),
    };
    return withWarnings({ template }, warnings);
  },
});
