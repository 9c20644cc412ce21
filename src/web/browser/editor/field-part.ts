import type { EditorField } from "../../../wire/editor-view.ts";
import type { Desk } from "./desk.ts";

/** What the boxes of a field's pane share: the field, and how a part of it is changed. */
export type FieldPart = {
  desk: Desk;
  field: EditorField;
  /** Changes the field; letters of one box are one step. */
  change: (change: Partial<EditorField>, box?: string) => void;
  onRest: () => void;
};
