import type { FieldDraft } from "../documents/document.ts";
import { type DraftLink, type NewDraft, openDraft } from "../drafts/open.ts";
import { uploadsOf } from "../wire/draft-files.ts";
import type { SignatureRequestInput } from "../wire/request-input.ts";
import type { Warning } from "../wire/shapes.ts";
import { fieldWarnings } from "./field-warnings.ts";
import type { Call, House } from "./operation.ts";
import { textTagWarnings } from "./request-warnings.ts";
import { keepFiles } from "./signature-request-answers.ts";

/** Keeps what came along and writes a draft; answers its link. */
export async function writeDraft(call: Call, draft: NewDraft): Promise<DraftLink> {
  if (draft.document === null) call.house.workshop.warm();
  await keepFiles(call);
  return call.house.transact((work) => openDraft(work, draft), call.actor);
}

/** The address at which a draft of a request is claimed. */
export function claimUrlOf({ publicUrl }: Pick<House, "publicUrl">, { token }: Pick<DraftLink, "token">): string {
  return `${publicUrl}/prep-and-send/embedded-request?token=${token}`;
}

/** The address of a template's editor. */
export function editUrlOf(
  { publicUrl }: Pick<House, "publicUrl">,
  { token, templateId }: Pick<DraftLink, "token" | "templateId">,
): string {
  return `${publicUrl}/editor/embeddedTemplate?token=${token}&guid=${templateId}`;
}

/** What is worth telling of a draft's documents and fields. */
export function draftWarnings(
  call: Call,
  {
    input,
    fields,
  }: {
    readonly input: Pick<SignatureRequestInput, "use_text_tags" | "hide_text_tags" | "form_field_groups">;
    readonly fields: readonly FieldDraft[];
  },
): readonly Warning[] {
  return [...textTagWarnings(input, uploadsOf(call)), ...fieldWarnings(fields, input.form_field_groups)];
}
