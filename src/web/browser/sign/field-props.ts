import type { AnswerValue, FieldView, Ink } from "../../../wire/session.ts";

/** What fields tell the desk, and ask it. */
export type FieldActions = {
  /** How the signer's hand looks in a field, where it is not simply typed. */
  readonly lookOf: (field: FieldView) => Ink | undefined;
  readonly change: (field: FieldView, value: AnswerValue) => void;
  readonly leave: (field: FieldView) => void;
  /** A signature or initials field was pressed. */
  readonly press: (field: FieldView) => void;
  /** Uploads a file to where one is asked for; words when it is not there. */
  readonly bring: (
    field: FieldView,
    brought: { readonly file: File; readonly onProgress: (percent: number) => void },
  ) => Promise<string | null>;
  /** Takes the file away again, likewise. */
  readonly drop: (field: FieldView) => Promise<string | null>;
  /** Enter: on to the next one. */
  readonly step: () => void;
  readonly focus: (field: FieldView) => void;
};

/** What every control carries. */
export type ControlProps = {
  id: string;
  class: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
  onFocus: () => void;
  onBlur: () => void;
};
/** What a control carries that has its name on it. */
export type NamedProps = ControlProps & { "aria-label": string; required: boolean };

/** The id of a field's control in the page. */
export function controlId(apiId: string): string {
  return `field-${apiId}`;
}

/** The id of a field's place on the paper while its control is in the sheet. */
export function spotId(apiId: string): string {
  return `spot-${apiId}`;
}
