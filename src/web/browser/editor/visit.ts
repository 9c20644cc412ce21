/**
 * One opening of the editor page without any picture of it: where it stands, and what the page shows of that. How it goes on is in
 * course.ts, how its draft is kept in keeping.ts.
 */
import type { DraftKind, EditorView } from "../../../wire/editor-view.ts";
import type { Autosave } from "../sign/autosave.ts";
import type { Guest } from "../sign/meeting.ts";
import type { Draft } from "./draft.ts";
import type { EditorOpening } from "./opening.ts";
import type { Step } from "./steps.ts";

/** Where a visit stands. */
export type Stage =
  | { readonly kind: "opening"; readonly note: string }
  | { readonly kind: "refused"; readonly message: string; readonly mayTryAgain: boolean }
  /** `opened` counts the openings: each brings a desk of its own. `at`: the step where the work goes on; null: from the start. */
  | { readonly kind: "editing"; readonly draft: EditorView; readonly opened: number; readonly at: Step | null }
  | { readonly kind: "over"; readonly how: DraftKind | "held" }
  | { readonly kind: "leaving" };

/** Whether what is shown is kept on the server; `failing` while it cannot be reached. */
export type Keeping =
  | { readonly kind: "kept" | "behind" | "failing" }
  | { readonly kind: "refused"; readonly flaw: string };

/** What the page shows of a visit. */
export type VisitView = {
  readonly stage: Stage;
  /** Whether the page draws its own "Cancel": the host allows it. */
  readonly allowCancel: boolean;
  readonly keeping: Keeping;
  /** Another window has changed the draft: nothing can be kept here. */
  readonly isOutdated: boolean;
  /** While the server takes the draft's end or its files: nothing can be changed. */
  readonly isFrozen: boolean;
};

/** One visit, from opening to closing. */
export type Visit = Guest<EditorOpening> & {
  /** Called after every change of `view`. */
  readonly onChange: () => void;
  view: VisitView;
  session: string;
  revision: number;
  /** The ids of saves whose answers have not come. */
  unheard: readonly string[];
  opened: number;
  autosave: Autosave<Draft> | null;
};

/** A visit before its first step. */
export function prepareVisit(opening: EditorOpening, onChange: () => void): Visit {
  const stage = { kind: "opening", note: "" } as const;
  return {
    opening,
    onChange,
    view: { stage, allowCancel: false, keeping: { kind: "kept" }, isOutdated: false, isFrozen: false },
    host: null,
    isInitialized: false,
    session: "",
    revision: 0,
    unheard: [],
    opened: 0,
    autosave: null,
    decision: Promise.resolve(),
  };
}

/** Changes what the page shows. */
export function show(visit: Visit, changes: Partial<VisitView>): void {
  visit.view = { ...visit.view, ...changes };
  visit.onChange();
}
