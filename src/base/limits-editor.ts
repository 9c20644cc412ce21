import { minute } from "./units.ts";

/** Bounds of drafts and of the page that edits them; part of `limits`. */
export const editorLimits = {
  /** How long a draft is kept that nobody works at: one whose link may be renewed, and any other. */
  keptTemplateDraftMs: 30 * 24 * 60 * minute,
  keptDraftMs: 24 * 60 * minute,
  /** The page: steps of undo, how near a line draws a field (CSS pixels), and how often is asked whether its pages are ready. */
  editorSteps: 300,
  editorSnap: 6,
  editorAskMs: 700,
  /** How many saves without an answer a page may name, and how long a cancel waits for the last one. */
  editorUnheard: 8,
  editorLeaveMs: 5_000,
} as const;
