import { limits } from "../base/limits.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { DocumentBounds } from "./bounds.ts";
import { convertFiles } from "./convert/convert-files.ts";
import type { Office } from "./convert/office.ts";
import { keepPage } from "./derived.ts";
import type { DocumentFault, Field, FieldDraft, MergeValue, Page } from "./document.ts";
import { undrawable } from "./draw/undrawable.ts";
import type { Prepared, PrepareOrder, UploadedFile } from "./jobs.ts";
import type { Workshop } from "./workshop.ts";

/** What documents are made with. */
export type Maker = {
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  /** Converts office files and HTML. */
  readonly office: Pick<Office, "toPdf">;
  readonly bounds: DocumentBounds;
};

/** `owner`: whose turns are shared out evenly; `tries`: how often it was tried before. */
export type Making = {
  readonly files: readonly UploadedFile[];
  readonly order: Omit<PrepareOrder, "files">;
  readonly owner: string;
  readonly tries: number;
};

/** The document with its blob, or why there is none, in words that name the file, the page and the tag. */
export type Made =
  | { readonly ok: true; readonly prepared: Prepared; readonly documentBlob: string }
  | ({ readonly ok: false } & Unmade);

/** Why there is no document: the kind of fault, in words for a developer, and the signers whose tags or fields are wrong. */
export type Unmade = Pick<DocumentFault, "kind" | "signers"> & { readonly message: string };

/** Makes one document of files, with its fields, and keeps it and the pictures of its first pages. Throws only for what a later try may mend. */
export async function makeDocument(
  { blobs, workshop, office, bounds }: Maker,
  { files, order, owner, tries }: Making,
): Promise<Made> {
  const converted = await convertFiles({ disarm: workshop.disarm, office }, files);
  const prepared = converted.ok ? await workshop.prepare({ ...order, files: converted.files }, owner) : converted;
  // A child that died or ran late may have been unlucky: once more, then the file is what is wrong.
  if (!prepared.ok && prepared.why !== "document" && tries === 0)
    throw new Error(`The document child gave up: ${prepared.fault.reason}`);
  if (!prepared.ok) return { ok: false, ...unmadeOf(prepared.fault, files) };
  const pages = prepared.filePages.reduce((sum, count) => sum + count, 0);
  if (pages > bounds.pages) return { ok: false, kind: "file", message: tooManyPages({ files, pages, bounds }) };
  return { ok: true, prepared, documentBlob: await keepDocument(blobs, prepared) };
}

function unmadeOf(fault: DocumentFault, files: readonly UploadedFile[]): Unmade {
  const { kind, signers } = fault;
  return { kind, message: wordsOf(fault, files), ...(signers ? { signers } : {}) };
}

type Counted = Pick<Making, "files"> & Pick<Maker, "bounds"> & { readonly pages: number };

function tooManyPages({ files: [first, ...others], pages, bounds }: Counted): string {
  const which = others.length === 0 && first ? `${first.name}: It has` : "The files have together";
  return `${which} ${pages} pages; at most ${bounds.pages} are possible.`;
}

/** What is wrong with a document, and where: the file by its name, the page, the tag. */
export function wordsOf({ file, page, tag, reason }: DocumentFault, files: readonly UploadedFile[]): string {
  const where = [
    files[file]?.name ?? `file ${file + 1}`,
    ...(page === undefined ? [] : [`page ${page}`]),
    ...(tag === undefined ? [] : [tag]),
  ];
  return `${where.join(", ")}: ${reason}`;
}

async function keepDocument(blobs: Blobs, prepared: Prepared): Promise<string> {
  const hash = await blobs.put(prepared.document);
  for (const [index, page] of prepared.firstPages.entries()) await keepPage(blobs, { hash, page: index + 1, ...page });
  return hash;
}

/** A page of a prepared document; `file`: which of the files it comes from, counted from 0. What the house added has none. */
export type KeptPage = Page & { readonly file?: number };

/** A prepared document that is kept: its blob, its pages, and its fields in reading order. */
export type KeptDocument = {
  readonly documentBlob: string;
  readonly pages: readonly KeptPage[];
  readonly fields: readonly Field[];
};

/** The pages with the file that each comes from. */
export function keptPages({ pages, filePages }: Pick<Prepared, "pages" | "filePages">): readonly KeptPage[] {
  const files = filePages.flatMap((count, file) => Array.from({ length: count }, () => file));
  return pages.map((page, index) => ({ ...page, ...(index < files.length ? { file: files[index] } : {}) }));
}

/** Texts that a document would have to show. */
export type Shown = {
  readonly texts: readonly string[];
  readonly fields: readonly Pick<FieldDraft, "content" | "options">[];
  readonly mergeValues: readonly MergeValue[];
};

/** Why one of these texts cannot be written into a document, in words; null when all can. */
export function undrawableWords({ texts, fields, mergeValues }: Shown): string | null {
  const all = [
    ...texts,
    ...fields.flatMap(({ content, options = [] }) => [content ?? "", ...options]),
    ...mergeValues.map(({ value }) => value ?? ""),
  ];
  for (const text of all) {
    const words = undrawable(text);
    if (words !== null)
      return `"${text}" cannot be written into the document: this version's fonts do not have ${words}.`;
  }
  return null;
}

/** Words about a document as a row keeps them: a document may hold a NUL, which PostgreSQL keeps in no text. */
export function keptWords(message: string): string {
  return message.replaceAll("\0", "\ufffd").slice(0, limits.faultWordsLength);
}
