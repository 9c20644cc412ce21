import type { SignatureRequestRow } from "../storage/tables.ts";

/** A form field as the caller sent it, checked; its box is reckoned once the pages are known. */
export type FieldDraft = {
  readonly documentIndex: number;
  readonly apiId: string;
  readonly name: string;
  readonly type: "signature" | "initials" | "date_signed" | "text" | "checkbox" | "radio" | "dropdown" | "hyperlink";
  readonly required: boolean;
  readonly signer: number | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** From 1 in its file; given: the 72-DPI system, else the legacy one. */
  readonly page: number | null;
  readonly placeholder?: string;
  readonly validation?: { readonly type: string; readonly pattern?: string; readonly words?: string };
  readonly autoFill?: string;
  readonly masked?: boolean;
  readonly group?: string;
  readonly checked?: boolean;
  readonly options?: readonly string[];
  readonly content?: string;
  readonly contentUrl?: string;
  readonly fontFamily?: string;
  readonly fontSize?: number;
};

/** What the caller asked of the document and of the signing page: kept with the request as JSON. */
export type RequestOptions = {
  readonly useTextTags: boolean;
  readonly hideTextTags: boolean;
  readonly fields: readonly FieldDraft[];
  readonly allowDecline: boolean;
  readonly dateFormat: string;
  readonly populateAutoFill: boolean;
  /** The keys under which a multipart caller gave the signers (`signers[1]…`), or null: then signer1 is the first. */
  readonly signerKeys: readonly string[] | null;
};

/** The date format that documents show unless the request says otherwise. */
export const defaultDateFormat = "MM / DD / YYYY";

/** Reads the options that a request was made with. */
export function optionsOf(request: Pick<SignatureRequestRow, "options_json">): RequestOptions {
  return JSON.parse(request.options_json) as RequestOptions;
}
