/** The desk on which a draft lies: its history, what is chosen of it, and what was last said. The page shows it and calls the rest. */
import { limits } from "../../../base/limits.ts";
import type { EditorFaults, EditorField, EditorView } from "../../../wire/editor-view.ts";
import type { Draft } from "./draft.ts";
import { fieldsOf, inReadingOrder } from "./draft.ts";
import { faultsAfter } from "./faults-after.ts";
import type { Box } from "./geometry.ts";
import { edited, type History, redone, rested, startHistory, undone } from "./history.ts";
import type { Guide } from "./snapping.ts";
import { type Step, stepsOf } from "./steps.ts";
import { tell } from "./words.ts";

/** Where fields stand while they are moved or pulled: nothing of it is in the draft yet. */
export type Live = {
  readonly places: ReadonlyMap<string, Box & { readonly page: number }>;
  readonly guides: readonly Guide[];
  readonly page: number;
  /** The frame that is drawn to choose fields, on `page`. */
  readonly frame: Box | null;
};

/** What lies on the desk. */
export type Desk = {
  readonly view: EditorView;
  /** Called after every change of anything here. */
  readonly onChange: () => void;
  /** Called with each new draft. */
  readonly onEdit: (draft: Draft) => void;
  history: History<Draft>;
  selection: ReadonlySet<string>;
  live: Live | null;
  clipboard: readonly EditorField[];
  /** Who gets the next field. */
  signer: number | null;
  step: Step;
  /** On a phone: whether the sheet of properties is open. */
  isSideOpen: boolean;
  /** One sentence for the live region. `count` makes the same one new. */
  notice: { readonly sentence: string; readonly count: number };
  faults: EditorFaults["faults"];
  /** How many times faults were told: each time the list of them has the focus. */
  faultsTold: number;
  /** The field that is to have the focus after the next drawing; empty: the pages. */
  focusNext: string | null;
};

/** A desk with a draft that nobody has touched. `at`: the step at which the work goes on, with the focus on the pages; null: the first. */
export function layDesk(
  view: EditorView,
  { at, onChange, onEdit }: Pick<Desk, "onChange" | "onEdit"> & { readonly at: Step | null },
): Desk {
  const { title, subject, message, signers, ccs, mergeFields, fields } = view;
  return {
    view,
    onChange,
    onEdit,
    history: startHistory<Draft>({ title, subject, message, signers, ccs, mergeFields, fields }),
    selection: new Set(),
    live: null,
    clipboard: [],
    signer: signers.length > 0 ? 0 : null,
    step: at ?? stepsOf(view)[0] ?? "fields",
    isSideOpen: false,
    notice: { sentence: "", count: 0 },
    faults: [],
    faultsTold: 0,
    focusNext: at === null ? null : "",
  };
}

/** The draft as it is. */
export function draftOf({ history }: Desk): Draft {
  return history.present;
}

/** The chosen fields, in reading order. */
export function chosenOf(desk: Desk): readonly EditorField[] {
  return inReadingOrder(fieldsOf(draftOf(desk), desk.selection));
}

/** Says a sentence, seen and heard. */
export function announce(desk: Desk, sentence: string): void {
  desk.notice = { sentence, count: desk.notice.count + 1 };
  desk.onChange();
}

/** Tells what keeps the draft from being finished. */
export function tellFaults(desk: Desk, faults: EditorFaults["faults"]): void {
  desk.faults = faults;
  desk.faultsTold += 1;
  announce(desk, tell("faults.heading", { count: faults.length }));
}

/** Takes an edit in; under the same `key` as the one before it is no step of its own. `says`: what is told of it. */
export function edit(
  desk: Desk,
  { draft, key = null, says = "" }: { readonly draft: Draft; readonly key?: string | null; readonly says?: string },
): void {
  const before = draftOf(desk);
  desk.history = edited(desk.history, { draft, key, most: limits.editorSteps });
  settle(desk, before);
  if (says !== "") announce(desk, says);
  else desk.onChange();
}

/** Whatever comes next is a step of its own. */
export function rest(desk: Desk): void {
  desk.history = rested(desk.history);
}

/** One step back. */
export function undo(desk: Desk): void {
  if (desk.history.past.length === 0) {
    announce(desk, tell("told.nothingToUndo"));
    return;
  }
  const before = draftOf(desk);
  desk.history = undone(desk.history);
  settle(desk, before);
  announce(desk, tell("told.undone"));
}

/** One step forward again. */
export function redo(desk: Desk): void {
  if (desk.history.future.length === 0) {
    announce(desk, tell("told.nothingToRedo"));
    return;
  }
  const before = draftOf(desk);
  desk.history = redone(desk.history);
  settle(desk, before);
  announce(desk, tell("told.redone"));
}

/** Chooses these fields and no others. */
export function choose(desk: Desk, ids: Iterable<string>): void {
  rest(desk);
  desk.selection = new Set(ids);
  if (desk.selection.size === 0) desk.isSideOpen = false;
  desk.onChange();
}

/** Adds a field to those chosen, or takes it away. */
export function chooseAlso(desk: Desk, id: string): void {
  const selection = new Set(desk.selection);
  if (!selection.delete(id)) selection.add(id);
  choose(desk, selection);
}

/** Goes to a step. Where no heading of it takes the focus, it is said. */
export function goToStep(desk: Desk, step: Step): void {
  rest(desk);
  desk.step = step;
  desk.isSideOpen = false;
  announce(desk, step === "fields" ? tell("step.fields") : step === "preview" ? tell("preview.heading") : "");
}

/** What an edit may have taken away is not chosen any more, and its faults are told no longer. */
function settle(desk: Desk, before: Draft): void {
  const draft = draftOf(desk);
  const there = new Set(draft.fields.map(({ apiId }) => apiId));
  desk.selection = new Set([...desk.selection].filter((id) => there.has(id)));
  desk.faults = faultsAfter(desk.faults, { before, after: draft });
  if (desk.signer !== null && desk.signer >= draft.signers.length) desk.signer = draft.signers.length > 0 ? 0 : null;
  if (desk.signer === null && draft.signers.length > 0 && !desk.view.allow.meNow) desk.signer = 0;
  desk.onEdit(draft);
}
