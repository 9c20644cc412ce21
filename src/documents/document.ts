/** A page as people see it, after /Rotate and /CropBox: points (1/72 inch), UserUnit applied. */
export type Page = { readonly width: number; readonly height: number };

/** A rectangle on a page as people see it: points, origin at the page's top left, y downwards; `page` counts from 1 over the whole document. */
export type Box = {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** A point in the user space of a page: units of the file, y upwards. */
export type Point = { readonly x: number; readonly y: number };

/** The kinds of field that can be placed, filled and drawn. Names as on the v3 wire. */
export type FieldType =
  | "signature"
  | "initials"
  | "date_signed"
  | "text"
  | "checkbox"
  | "radio"
  | "dropdown"
  | "hyperlink"
  | "text-merge"
  | "checkbox-merge";

/** The named rules of what a text field accepts, on the wire and in text tags (contract: form-fields.md); a field may have a `custom_regex` instead. */
export const validationNames = [
  "numbers_only",
  "letters_only",
  "phone_number",
  "bank_routing_number",
  "bank_account_number",
  "email_address",
  "zip_code",
  "social_security_number",
  "employer_identification_number",
] as const;

/** What a text field may be filled with of what is known of its signer, on the wire and in text tags (contract: form-fields.md). */
export const autoFillTypes = ["firstName", "lastName", "name", "email", "company", "title"] as const;

/** What a text field accepts; `custom_regex` carries its pattern and the words for a mismatch. */
export type Validation = {
  readonly type: string;
  readonly pattern?: string;
  readonly words?: string;
};

/** Fields that belong together: at least `least` and at most `most` of them are ticked. A radio group has a most of 1. */
export type Group = { readonly id: string; readonly label: string; readonly least: number; readonly most: number };

/**
 * When a field is there: while what it asks of another field is met, or, with `hides`, while that is not met. `values` are
 * texts; "1" and "0" for ticked and not.
 */
export type Condition = {
  readonly field: string;
  readonly operator: "is" | "not" | "match" | "any" | "none";
  readonly values: readonly string[];
  readonly hides: boolean;
};

/** One place on the document that a signer fills. */
export type Field = {
  /** Unique in the request: the key of answers, `api_id` on the wire. */
  readonly apiId: string;
  readonly type: FieldType;
  /** What the signer is told it is: label, placeholder or name; may be empty. */
  readonly name: string;
  /** Index of the signer, from 0; null for what the sender filled (`me_now`). */
  readonly signer: number | null;
  readonly required: boolean;
  readonly box: Box;
  readonly placeholder?: string;
  readonly validation?: Validation;
  readonly autoFill?: string;
  readonly masked?: boolean;
  /** Text fields of one signer with the same one are filled together. */
  readonly linkId?: string;
  /** Radio buttons or checkboxes that belong together. */
  readonly group?: Group;
  /** Without one, the field is always there. */
  readonly condition?: Condition;
  /** The state of a checkbox or radio before anybody touches it. */
  readonly checked?: boolean;
  /** The choices of a dropdown. */
  readonly options?: readonly string[];
  /** Preset value of text and dropdown, text of a hyperlink. */
  readonly content?: string;
  readonly contentUrl?: string;
  readonly fontFamily?: string;
  /** Points; default 12, may shrink to fit. */
  readonly fontSize?: number;
  /** The number of the widget in the document whose field this is; it keeps the value too. */
  readonly widget?: number;
};

/** An answer: text of text and dropdown fields and of signature and initials (the typed name), true/false of checkbox and radio. */
export type AnswerValue = string | boolean;

/** A form field as the caller sent it, checked; its box is reckoned once the pages are known. */
export type FieldDraft = Omit<Field, "box"> &
  Omit<Box, "page"> & {
    readonly documentIndex: number;
    /** From 1 in its file; given: the 72-DPI system, else the legacy one. */
    readonly page: number | null;
  };

/** A value that the caller gave for a merge field, by its name. `editor`: whoever may change it, such as `signer1`. */
export type MergeValue = {
  readonly name: string;
  readonly value: string | null;
  readonly editor: string | null;
  readonly required: boolean;
};

/** A piece of a line: its text, the corner where it begins, its length, its height, and by how many degrees it is turned clockwise around that corner. */
export type PagePiece = readonly [text: string, x: number, y: number, width: number, height: number, turn: number];

/**
 * The text of a page, to lie over its picture: pieces of lines in reading order. Their places are in the units of the page's own
 * `width` and `height` here, as shown from its top left.
 */
export type PageText = { readonly width: number; readonly height: number; readonly pieces: readonly PagePiece[] };

/** Where something is printed: its box, and the origin of each of its glyphs in the user space of its page. */
export type Printed = { readonly box: Box; readonly origins: readonly Point[] };

/** The checkboxes that one definition of a text tag makes, by the definition's name without its `$`. */
export type TagGroup = { readonly name: string; readonly least: number; readonly most: number };

/** A text tag found on a page, well-formed, with the box of its bracket span. Contract: text-tags.md. */
export type Tag = Printed & {
  readonly text: string;
  readonly type: "sig" | "initial" | "date" | "text" | "check" | "text-merge" | "checkbox-merge";
  readonly required: boolean;
  /** The number in `signerN`, as written. */
  readonly signer: number | "sender";
  readonly label: string;
  readonly id: string;
  readonly validation: string;
  readonly autoFill: string;
  readonly group: TagGroup | null;
};

/**
 * Why a document cannot be used, in words for a developer: which file (from 0), page (from 1, in that file), tag.
 * `file`: the file itself; `tag`: a malformed tag; `reference`: a tag that does not fit the parameters; `placement`: a
 * form field that lies nowhere on the document. `signers`: whose tags or form fields are wrong, by index from 0; left out where
 * they are nobody's.
 */
export type DocumentFault = {
  readonly kind: "file" | "tag" | "reference" | "placement";
  readonly reason: string;
  readonly file: number;
  readonly page?: number;
  readonly tag?: string;
  readonly signers?: readonly number[];
};

/** A value to draw into a field's box. Strings are drawn as text; a signature's `text` in the named script font. */
export type DrawnValue = {
  readonly box: Box;
  /** The number of the widget in the document whose field takes the value. */
  readonly widget?: number | undefined;
} & (
  | { readonly kind: "text"; readonly text: string; readonly fontFamily: string; readonly fontSize: number }
  | { readonly kind: "check"; readonly shape: "checkbox" | "radio" }
  | { readonly kind: "signature"; readonly text: string; readonly ink?: Ink | undefined }
);

/** The faces that a signer may choose for a typed signature; letters that one lacks are set in italics. */
export const scriptFaces = ["script", "dancing", "vibes", "marck"] as const;

/**
 * How a signature looks that is not typed in the house's own script: typed in another face; drawn, in strokes of x, y and pressure
 * (0 to 1) point by point, within `width` and `height`; or a picture, its RGBA pixels row by row, deflated (zlib), in base64.
 */
export type Ink =
  | { readonly form: "typed"; readonly face: (typeof scriptFaces)[number] }
  | {
      readonly form: "drawn";
      readonly width: number;
      readonly height: number;
      readonly hasPressure: boolean;
      readonly strokes: readonly (readonly number[])[];
    }
  | { readonly form: "picture"; readonly width: number; readonly height: number; readonly pixels: string };

/** One line of the audit trail page: ISO 8601 UTC time, what happened and to what in particular, who, from where. */
export type TrailLine = {
  readonly at: string;
  readonly what: string;
  /** Empty where there is nothing to add. */
  readonly detail: string;
  readonly who: string;
  readonly from: string;
};

/** What the audit-trail page tells. */
export type TrailPage = {
  readonly title: string;
  readonly requestId: string;
  readonly status: "Completed";
  readonly fileNames: readonly string[];
  /** SHA-256 of the original document, hex: of the uploaded bytes, file by file. */
  readonly originals: readonly { readonly name: string; readonly sha256: string }[];
  /** SHA-256 of the sealed document, where the trail is a document of its own. */
  readonly sealed?: string;
  readonly signers: readonly { readonly name: string; readonly email: string }[];
  readonly lines: readonly TrailLine[];
  /** The hash of the last entry, which stands for them all. */
  readonly head: string;
  /** Where the document can be checked; a QR code leads there. */
  readonly verifyUrl: string;
  readonly testMode: boolean;
};
