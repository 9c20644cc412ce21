import type { DocumentFault, Page, Tag } from "./document.ts";
import type { completeDocument, Drawing } from "./draw/draw.ts";
import type { SignatureAsk, SignatureField } from "./draw/signature-page.ts";

/** A file as somebody uploaded it. */
export type UploadedFile = { readonly name: string; readonly bytes: Uint8Array };

/** Makes one document of the files. */
export type PrepareOrder = {
  readonly files: readonly UploadedFile[];
  readonly useTextTags: boolean;
  /** Paints white over each recognised tag: it cannot be seen any more, a text search still finds it. */
  readonly hideTextTags: boolean;
  /** Set when the request brings no fields: a document without tags then gets a page with a signature and a date for each signer. */
  readonly appendSignaturePage: SignatureAsk | null;
};

/** What a document became. */
export type Prepared = {
  /** The bytes of a single file as uploaded, unless tags are hidden or a signature page is appended: then these bytes and an update behind them. */
  readonly document: Uint8Array;
  /** All pages, those of an appended signature page too. */
  readonly pages: readonly Page[];
  /** How many pages each file has, in order. */
  readonly filePages: readonly number[];
  readonly tags: readonly Tag[];
  /** Where the signers of an appended signature page sign; pages from 1 over the whole document. */
  readonly signaturePageFields: readonly SignatureField[];
  /** WebP pictures of the first `limits.picturesPrepared` pages, `limits.pictureWidths[0]` wide. */
  readonly firstPictures: readonly Uint8Array[];
};

/** `page` counts from 1, `width` is in pixels. */
export type PictureOrder = { readonly document: Uint8Array; readonly page: number; readonly width: number };

/** See `completeDocument` and `drawCopy`. */
export type CompleteOrder = Parameters<typeof completeDocument>[0];
/** What completion gives: the bytes, and where the seal goes. */
export type Completed = Awaited<ReturnType<typeof completeDocument>>;
/** Draws the values so far over the document. */
export type CopyOrder = Drawing;

/** What a child is asked to do. */
export type Job =
  | { readonly kind: "prepare"; readonly order: PrepareOrder }
  | { readonly kind: "picture"; readonly order: PictureOrder }
  | { readonly kind: "complete"; readonly order: CompleteOrder }
  | { readonly kind: "copy"; readonly order: CopyOrder };

/**
 * Why there is no result. `document`: the document itself is the reason, as `fault` says; trying again will not help.
 * `time` and `crash`: the child took too long or died over it.
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
  readonly prepare: Prepared;
  readonly picture: { readonly picture: Uint8Array };
  readonly complete: Completed;
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
