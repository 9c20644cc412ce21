import type { DraftRecord } from "../drafts/draft.ts";
import type { Work } from "../events/work.ts";
import type { EditorAnswer } from "../wire/editor-view.ts";

/** What a call does with the draft of its session. */
export type Act = (
  work: Work,
  session: { readonly draft: DraftRecord; readonly bearer: string },
) => Promise<EditorAnswer>;
