import { PDF } from "@libpdf/core";
import { limits } from "../base/limits.ts";
import type { DocumentFault } from "./document.ts";
import type { UploadedFile } from "./jobs.ts";
import type { Pdfium } from "./pdfium.ts";
import { openSheets, type Sheets } from "./sheets.ts";
import { otherThanPdf } from "./sniff.ts";

/** The files as one document that is open for reading, or why they cannot be one. The caller closes `sheets.document`. */
export type TakenIn =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly sheets: Sheets & { readonly ok: true };
      readonly filePages: readonly number[];
    }
  | { readonly ok: false; readonly fault: DocumentFault };

/** Takes one file as it is, so that signatures in it stay valid, and joins several in their order. */
export async function takeIn(pdfium: Pdfium, files: readonly UploadedFile[]): Promise<TakenIn> {
  const [first] = files;
  if (first === undefined) return { ok: false, fault: { kind: "file", file: 0, reason: "There is no file." } };
  if (files.length > 1) return joinFiles(pdfium, files);

  const sheets = await openFile(pdfium, { file: first, index: 0 });
  if (!sheets.ok) return sheets;
  return { ok: true, bytes: first.bytes, sheets, filePages: [sheets.frames.length] };
}

async function joinFiles(pdfium: Pdfium, files: readonly UploadedFile[]): Promise<TakenIn> {
  const filePages: number[] = [];
  for (const [index, file] of files.entries()) {
    const sheets = await openFile(pdfium, { file, index });
    if (!sheets.ok) return sheets;
    filePages.push(sheets.frames.length);
    sheets.document.close();
    if (sum(filePages) > limits.pagesPerRequest) {
      return {
        ok: false,
        fault: {
          kind: "file",
          file: index,
          reason: `The files have more than ${limits.pagesPerRequest} pages together.`,
        },
      };
    }
  }
  const joined = await PDF.merge(files.map((file) => file.bytes));
  const bytes = await joined.save();
  const sheets = await openSheets(pdfium, bytes);
  if (sheets.ok && sheets.frames.length === sum(filePages)) return { ok: true, bytes, sheets, filePages };

  if (sheets.ok) sheets.document.close();
  const reason = "The files cannot be joined into one document: one of them is damaged.";
  return { ok: false, fault: { kind: "file", file: 0, reason } };
}

async function openFile(
  pdfium: Pdfium,
  { file, index }: { readonly file: UploadedFile; readonly index: number },
): Promise<(Sheets & { readonly ok: true }) | (TakenIn & { readonly ok: false })> {
  const other = otherThanPdf(file.bytes);
  if (other !== null) return refusal(index, { reason: `"${file.name}" is ${other}. This version reads PDF only.` });
  const sheets = await openSheets(pdfium, file.bytes);
  if (sheets.ok) return sheets;
  return refusal(index, { ...sheets, reason: `"${file.name}" cannot be used. ${sheets.reason}` });
}

function refusal(
  file: number,
  { reason, page }: { readonly reason: string; readonly page?: number | undefined },
): TakenIn & { readonly ok: false } {
  return { ok: false, fault: { kind: "file", file, reason, ...(page === undefined ? {} : { page }) } };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
