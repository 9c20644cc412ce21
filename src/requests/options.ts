import type { FieldDraft, MergeValue } from "../documents/document.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/** What the caller asked of the document and of the signing page: kept with the request as JSON. */
export type RequestOptions = {
  readonly useTextTags: boolean;
  readonly hideTextTags: boolean;
  readonly usePreexistingFields: boolean;
  readonly fields: readonly FieldDraft[];
  /** `custom_fields`: the values of merge fields. */
  readonly mergeValues: readonly MergeValue[];
  readonly allowDecline: boolean;
  readonly allowReassign: boolean;
  /** Whether signers may, or must, fill in a form instead of the document. */
  readonly formView: (typeof formViews)[number];
  /** The ways to make a signature that are offered, the first one first. */
  readonly penWays: readonly ("type" | "draw" | "upload")[];
  readonly allowPhone: boolean;
  readonly dateFormat: string;
  readonly populateAutoFill: boolean;
  /** Whether the signer is identified by an electronic identity before signing. */
  readonly isEid: boolean;
  /** Where the audit trail of the completed document stands; null: where the house puts it. */
  readonly trail: "appended" | "separate" | null;
  /** The keys under which a multipart caller gave the signers (`signers[1]…`), or null: then signer1 is the first. */
  readonly signerKeys: readonly string[] | null;
  /** Once it is prepared it waits to be released. */
  readonly isHeld?: boolean;
};

/** Whether signers see a form instead of the document: never, when they ask for it, unless they ask for the document, always. */
export const formViews = ["disabled", "enabled", "enabled_by_default", "forced"] as const;

/** The ways to make a signature where the request does not choose. */
export const everyPenWay = ["type", "draw", "upload"] as const;

/** The date format that documents show unless the request says otherwise. */
export const defaultDateFormat = "MM / DD / YYYY";

/** Reads the options that a request was made with; requests of earlier versions have not all of them. */
export function optionsOf(request: Pick<SignatureRequestRow, "options_json">): RequestOptions {
  const kept = JSON.parse(request.options_json) as RequestOptions;
  return {
    ...kept,
    usePreexistingFields: kept.usePreexistingFields ?? false,
    mergeValues: kept.mergeValues ?? [],
    trail: kept.trail ?? null,
    allowReassign: kept.allowReassign ?? false,
    penWays: kept.penWays ?? everyPenWay,
    allowPhone: kept.allowPhone ?? true,
    formView: kept.formView ?? "disabled",
    isEid: kept.isEid ?? false,
  };
}
