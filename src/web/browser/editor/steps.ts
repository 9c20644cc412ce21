/** The way from the first look to the end. */
import type { EditorView } from "../../../wire/editor-view.ts";

/** What is looked at or worked on. */
export type Step = "signers" | "fields" | "message" | "preview";

/** The steps that everybody goes through who opens this draft, in order. The others can be visited beside the way. */
export function stepsOf({ allow, show, signers, kind, isSelfSigning }: EditorView): readonly Step[] {
  const isUnknown = signers.length === 0 || (kind === "request" && signers.some(({ email }) => email === ""));
  const mayName = allow.signers || allow.names.length > 0;
  const needsSigners = show.signersFirst || (mayName && isUnknown && !isSelfSigning);
  const steps: readonly (Step | false)[] = [
    needsSigners && "signers",
    allow.fields && "fields",
    show.subjectFirst && "message",
    (show.preview || !allow.fields) && "preview",
  ];
  return steps.filter((step) => step !== false);
}

/** The step after this one; null at the end. A step beside the way leads back to the fields, or to where the way ends. */
export function stepAfter(step: Step, steps: readonly Step[]): Step | null {
  const at = steps.indexOf(step);
  if (at === -1) return steps.includes("fields") ? "fields" : (steps.at(-1) ?? null);
  return steps[at + 1] ?? null;
}

/** The step before this one; null at the start and beside the way. */
export function stepBefore(step: Step, steps: readonly Step[]): Step | null {
  const at = steps.indexOf(step);
  return at > 0 ? (steps[at - 1] ?? null) : null;
}
