import type { Draft } from "../../src/web/browser/editor/draft.ts";
import type { EditorField } from "../../src/wire/editor-view.ts";

/** A page of the letter size, in points. */
export const letter = { width: 612, height: 792 };

/** A text field at a place, to be changed. */
export function fieldAt(apiId: string, more: Partial<EditorField> = {}): EditorField {
  return {
    apiId,
    type: "text",
    name: "",
    signer: 0,
    required: true,
    page: 1,
    x: 100,
    y: 100,
    width: 100,
    height: 20,
    ...more,
  };
}

/** A draft with these fields and one signer. */
export function draftOf(...fields: readonly EditorField[]): Draft {
  return {
    title: "Lease",
    subject: "",
    message: "",
    signers: [{ name: "Ann", email: "ann@example.com", order: null, was: 0 }],
    ccs: [],
    mergeFields: [],
    fields,
  };
}
