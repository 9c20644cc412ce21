import { PDF } from "@libpdf/core";
import { unreachable } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import type { Kind } from "./convert/kinds.ts";
import type { Made } from "./convert/pictures.ts";
import type { DocumentFault } from "./document.ts";
import type { UploadedFile } from "./jobs.ts";
import type { Pdfium } from "./pdfium.ts";
import { openSheets, type Sheets } from "./sheets.ts";
import { sniff, unusableWords } from "./sniff.ts";

/** The files as one document that is open for reading, or why they cannot be one. The caller closes `sheets.document`. */
export type TakenIn =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly sheets: Sheets & { readonly ok: true };
      readonly filePages: readonly number[];
    }
  | { readonly ok: false; readonly fault: DocumentFault };

type Refusal = TakenIn & { readonly ok: false };
type Opened = { readonly ok: true; readonly bytes: Uint8Array; readonly sheets: Sheets & { readonly ok: true } };

/**
 * Takes one PDF as it is, so that signatures in it stay valid; makes pages of pictures and texts; joins several files in
 * their order. What LibreOffice reads comes as the PDF that it made (`convertFiles`).
 */
export async function takeIn(pdfium: Pdfium, files: readonly UploadedFile[]): Promise<TakenIn> {
  const [first] = files;
  if (first === undefined) return { ok: false, fault: { kind: "file", file: 0, reason: "There is no file." } };
  if (files.length > 1) return joinFiles(pdfium, files);

  const opened = await openFile(pdfium, { file: first, index: 0 });
  if (!opened.ok) return opened;
  return { ...opened, filePages: [opened.sheets.frames.length] };
}

async function joinFiles(pdfium: Pdfium, files: readonly UploadedFile[]): Promise<TakenIn> {
  const filePages: number[] = [];
  const documents: Uint8Array[] = [];
  for (const [index, file] of files.entries()) {
    const opened = await openFile(pdfium, { file, index });
    if (!opened.ok) return opened;
    filePages.push(opened.sheets.frames.length);
    documents.push(opened.bytes);
    opened.sheets.document.close();
    if (sum(filePages) > limits.pagesPerRequestMost)
      return refusal(index, { reason: `The files have more than ${limits.pagesPerRequestMost} pages together.` });
  }
  const joined = await PDF.merge(documents);
  const bytes = await joined.save();
  const sheets = await openSheets(pdfium, bytes);
  if (sheets.ok && sheets.frames.length === sum(filePages)) return { ok: true, bytes, sheets, filePages };

  if (sheets.ok) sheets.document.close();
  return refusal(0, { reason: "The files cannot be joined into one document: one of them is damaged." });
}

async function openFile(
  pdfium: Pdfium,
  { file, index }: { readonly file: UploadedFile; readonly index: number },
): Promise<Opened | Refusal> {
  const made = await toPdf(file);
  if (!made.ok) return refusal(index, made);
  const sheets = await openSheets(pdfium, made.pdf);
  if (sheets.ok) return { ok: true, bytes: made.pdf, sheets };
  return refusal(index, { ...sheets, reason: `"${file.name}" cannot be used. ${sheets.reason}` });
}

/** What makes pages of a picture or a text is loaded when one comes. */
async function toPdf({ name, bytes }: UploadedFile): Promise<Made> {
  const kind: Kind = sniff(bytes);
  switch (kind.kind) {
    case "pdf":
      return { ok: true, pdf: bytes };
    case "unusable":
      return { ok: false, reason: unusableWords(name, kind.words) };
    case "picture":
      return named(name, await (await import("./convert/pictures.ts")).pictureToPdf(kind.format, bytes));
    case "text":
      return named(name, (await import("./convert/text.ts")).textToPdf(bytes));
    case "office":
      return {
        ok: false,
        reason: `"${name}" comes unconverted: LibreOffice reads files of its kind (${kind.format}).`,
      };
    default:
      return unreachable(kind);
  }
}

function named(name: string, made: Made): Made {
  return made.ok ? made : { ok: false, reason: `"${name}" cannot be used. ${made.reason}` };
}

function refusal(
  file: number,
  { reason, page }: { readonly reason: string; readonly page?: number | undefined },
): Refusal {
  return { ok: false, fault: { kind: "file", file, reason, ...(page === undefined ? {} : { page }) } };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
