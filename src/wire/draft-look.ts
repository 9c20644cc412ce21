import type { DraftLook } from "../drafts/draft.ts";
import type { Looks } from "./draft-input.ts";
import { readRedirect } from "./request-draft.ts";

/** What an operation says of the look of the editor beside what all of them can say. */
type Said = Pick<DraftLook, "ccs" | "unnamed" | "signersFirst"> & {
  /** Whether the caller named nobody: then the sender does. */
  readonly isOpen: boolean;
  readonly isSelfSigning?: boolean;
  readonly tellsRequest?: boolean;
};

/** What the editor lets the sender change, and shows, of these parameters. Throws `bad_request` for a redirect that is no web address. */
export function readLook(input: Looks, { isOpen, ...said }: Said): DraftLook {
  const { allow_edit_signers: signers = false, allow_edit_documents: documents = false } = input.editor_options ?? {};
  const isPreview = input.preview_only ?? false;
  return {
    isSelfSigning: false,
    tellsRequest: false,
    ...said,
    signers: signers || isOpen || said.signersFirst,
    documents: documents && !isPreview,
    meNow: !(input.skip_me_now ?? false) && !isPreview,
    fields: !isPreview,
    preview: isPreview || (input.show_preview ?? false),
    stepper: input.show_progress_stepper ?? true,
    subjectFirst: input.force_subject_message ?? false,
    redirectUrl: readRedirect(input.requesting_redirect_url, "requesting_redirect_url"),
  };
}
