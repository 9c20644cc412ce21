import type { Box, Field } from "../documents/document.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/** A form field as the caller sent it, checked; its box is reckoned once the pages are known. */
export type FieldDraft = Omit<Field, "box"> &
  Omit<Box, "page"> & {
    readonly documentIndex: number;
    /** From 1 in its file; given: the 72-DPI system, else the legacy one. */
    readonly page: number | null;
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
