/** The pictures that can become pages. */
export type PictureKind = "png" | "jpeg" | "tiff" | "gif" | "webp";

/** What LibreOffice makes pages of. */
export type OfficeKind = "docx" | "doc" | "odt" | "rtf" | "html" | "xlsx" | "xls" | "ods" | "pptx" | "ppt" | "odp";

/** What a file is, by its content. `unusable`: what it seems to be, in words with an article. */
export type Kind =
  | { readonly kind: "pdf" | "text" }
  | { readonly kind: "picture"; readonly format: PictureKind }
  | { readonly kind: "office"; readonly format: OfficeKind }
  | { readonly kind: "unusable"; readonly words: string };

/** A document made harmless for LibreOffice, or words that say why it cannot be. */
export type Harmless =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };
