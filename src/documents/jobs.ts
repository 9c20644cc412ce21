import type { OfficeKind } from "./convert/kinds.ts";
import type { DocumentFault, Field, Page, PageText } from "./document.ts";
import type { CoverAsk } from "./draw/cover-page.ts";
import type { completeDocument, completeTrail, Drawing } from "./draw/draw.ts";
import type { Extension } from "./draw/extend.ts";
import type { SignatureAsk } from "./draw/signature-page.ts";
import type { FieldOrder } from "./fields.ts";

/** A file as somebody uploaded it. */
export type UploadedFile = { readonly name: string; readonly bytes: Uint8Array };

/** Makes one document of the files, with its fields. */
export type PrepareOrder = FieldOrder & {
  readonly files: readonly UploadedFile[];
  readonly useTextTags: boolean;
  /** Removes each recognised tag's glyphs; those it cannot remove are covered with white, and stay findable. */
  readonly hideTextTags: boolean;
  /** Makes the form fields that the files bring along (AcroForm) fields of the request. */
  readonly usePreexistingFields: boolean;
  /** For the signature page that a document without any field gets: one signature and date for each signer. Null: none is appended. */
  readonly signaturePage: SignatureAsk | null;
};

/** What a document became. */
export type Prepared = {
  /** The bytes of a single file as uploaded, unless tags are hidden or a signature page is appended: then these bytes and an update behind them. */
  readonly document: Uint8Array;
  /** All pages, those of an appended signature page too. */
  readonly pages: readonly Page[];
  /** How many pages each file has, in order. */
  readonly filePages: readonly number[];
  /** In reading order. */
  readonly fields: readonly Field[];
  /** The first `limits.picturesPrepared` pages. */
  readonly firstPages: readonly PreparedPage[];
};

/** What is shown of a page: pictures in the order of `limits.pictureWidths`, as PNG or JPEG, and its text to lie over them. */
export type PreparedPage = { readonly pictures: readonly Uint8Array[]; readonly text: PageText };

/** Pages count from 1. `isAhead`: nobody waits for them yet. */
export type PictureOrder = {
  readonly document: Uint8Array;
  readonly pages: readonly number[];
  readonly isAhead: boolean;
};

/** See `completeDocument` and `drawCopy`. */
export type CompleteOrder = Parameters<typeof completeDocument>[0];
/** What completion gives: the bytes, and where the seal goes. */
export type Completed = Awaited<ReturnType<typeof completeDocument>>;
/** Makes a document of the audit trail alone, with room for its seal. */
export type TrailOrder = Parameters<typeof completeTrail>[0];
/** See `extendDocument`. */
export type ExtendOrder = Extension;
/** Draws the values so far over the document. */
export type CopyOrder = Drawing;

/** Makes of files what is faxed: their pages in order, behind a cover page where one is asked for. */
export type FaxOrder = {
  readonly files: readonly UploadedFile[];
  readonly cover: CoverAsk | null;
  /** The words across every page of a test. */
  readonly watermark: string | null;
};
/** The document and how many pages it has, the cover page among them. */
export type FaxDocument = { readonly document: Uint8Array; readonly pages: number };

/** An office file or HTML page to make harmless before LibreOffice opens it. */
export type DisarmOrder = { readonly file: UploadedFile };
/** The file for LibreOffice; `format` null: it turned out to be none for it, and is as it came. */
export type Disarmed = { readonly format: OfficeKind | null; readonly bytes: Uint8Array };

/** A picture that an app is to wear, as it was uploaded. */
export type LogoOrder = { readonly bytes: Uint8Array };

/** What a child is asked to do. */
export type Job =
  | { readonly kind: "disarm"; readonly order: DisarmOrder }
  | { readonly kind: "prepare"; readonly order: PrepareOrder }
  | { readonly kind: "fax"; readonly order: FaxOrder }
  | { readonly kind: "picture"; readonly order: PictureOrder }
  | { readonly kind: "logo"; readonly order: LogoOrder }
  | { readonly kind: "complete"; readonly order: CompleteOrder }
  | { readonly kind: "trail"; readonly order: TrailOrder }
  | { readonly kind: "extend"; readonly order: ExtendOrder }
  | { readonly kind: "copy"; readonly order: CopyOrder };

/**
 * Why there is no result. `document`: the document itself is the reason, as `fault` says; trying again will not help.
 * `time` and `crash`: the child took too long, died or stumbled over it.
 */
export type Refused = {
  readonly ok: false;
  readonly why: "document" | "time" | "crash";
  readonly fault: DocumentFault;
};

/** A result, or why there is none. */
export type Outcome<Result> = ({ readonly ok: true } & Result) | Refused;

/** The result of each kind of job. */
export type Results = {
  readonly disarm: Disarmed;
  readonly prepare: Prepared;
  readonly fax: FaxDocument;
  /** In the order of `pages`. */
  readonly picture: { readonly pages: readonly PreparedPage[] };
  readonly logo: { readonly png: Uint8Array };
  readonly complete: Completed;
  readonly trail: Completed;
  readonly extend: Completed;
  readonly copy: { readonly document: Uint8Array };
};

/** What a child sends back, with what it has used so far; `spent`: it does not trust itself any more. */
export type Answer = {
  readonly outcome: Outcome<Results[Job["kind"]]>;
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly spent: boolean;
  /** For the log: why the outcome is a refusal, when it came as an exception. */
  readonly detail?: string;
};

/** All that a child says: that it has come up, and one answer for each job. */
export type FromChild = "ready" | Answer;
