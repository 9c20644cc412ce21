import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import type { Frame, PaperBox } from "./frame.ts";

/** PDFium (Chrome's PDF reader) compiled to WebAssembly: lives in a child of the workshop only, never in the server. */
export type Pdfium = {
  readonly calls: WrappedPdfiumModule;
  readonly memory: Memory;
  /** A few dozen bytes in its memory, for answers by reference. */
  readonly scratch: number;
};

/** A document open in PDFium; `close` frees it. */
export type OpenDocument = {
  readonly handle: number;
  readonly pageCount: number;
  readonly encrypted: boolean;
  readonly close: () => void;
};

type Memory = {
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  readonly HEAPF64: Float64Array;
  /** What is called for every letter of a page comes from here: the wrapper looks a function up at each call. */
  readonly wasmExports: {
    readonly malloc: (size: number) => number;
    readonly free: (pointer: number) => void;
  } & LetterCalls;
};

/** Functions of fpdf_text.h: the text page, the index of a letter, where to write the answer. */
type LetterCalls = {
  readonly FPDFText_GetUnicode: (textPage: number, index: number) => number;
  readonly FPDFText_IsGenerated: (textPage: number, index: number) => number;
  readonly FPDFText_GetCharAngle: (textPage: number, index: number) => number;
  readonly FPDFText_GetFontSize: (textPage: number, index: number) => number;
  readonly FPDFText_GetLooseCharBox: (textPage: number, index: number, rectangle: number) => number;
  readonly FPDFText_GetCharOrigin: (textPage: number, index: number, x: number, y: number) => number;
  readonly FPDFText_GetMatrix: (textPage: number, index: number, matrix: number) => number;
};

const scratchBytes = 64;

/** Which box EPDF_GetPageBoxByIndex gives. */
const mediaBox = 0;
const cropBox = 1;

/** The codes of FPDF_GetLastError (fpdfview.h) in words. */
const openingErrors = new Map([
  [3, "It is not a PDF, or too damaged to be read."],
  [4, "It is protected by a password. Remove the password and send it again."],
  [5, "It is encrypted in a way that cannot be read. Remove the protection and send it again."],
]);

/** Starts PDFium: about 50 ms. */
export async function loadPdfium(): Promise<Pdfium> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm")));
  const calls = await init({ wasmBinary: wasm });
  calls.PDFiumExt_Init();
  const memory = calls.pdfium as typeof calls.pdfium & Memory;
  return { calls, memory, scratch: memory.wasmExports.malloc(scratchBytes) };
}

/** Opens a document without a password, or says in a sentence why it cannot. */
export function openDocument(pdfium: Pdfium, bytes: Uint8Array): OpenDocument | { readonly refusal: string } {
  const { calls, memory } = pdfium;
  const pointer = memory.wasmExports.malloc(bytes.length);
  if (pointer === 0) return { refusal: "It is too large to be read." };
  memory.HEAPU8.set(bytes, pointer);
  const handle = calls.FPDF_LoadMemDocument(pointer, bytes.length, "");
  if (handle === 0) {
    const refusal = openingErrors.get(calls.FPDF_GetLastError()) ?? "It cannot be read as a PDF.";
    memory.wasmExports.free(pointer);
    return { refusal };
  }
  return {
    handle,
    pageCount: calls.FPDF_GetPageCount(handle),
    encrypted: calls.EPDF_IsEncrypted(handle),
    close() {
      calls.FPDF_CloseDocument(handle);
      memory.wasmExports.free(pointer);
    },
  };
}

/** Runs `use` on the handle of a page (`index` from 0) and closes it. Null when PDFium cannot open that page. */
export function usePage<T>(
  pdfium: Pdfium,
  {
    document,
    index,
    use,
  }: { readonly document: OpenDocument; readonly index: number; readonly use: (page: number) => T },
): T | null {
  const page = pdfium.calls.FPDF_LoadPage(document.handle, index);
  if (page === 0) return null;
  try {
    return use(page);
  } finally {
    pdfium.calls.FPDF_ClosePage(page);
  }
}

/** How a page lies (`index` from 0), without reading its content. `unit` is 1: PDFium does not know /UserUnit. Null when there is no such page. */
export function frameOf(
  pdfium: Pdfium,
  { document, index }: { readonly document: OpenDocument; readonly index: number },
): Frame | null {
  const { calls, scratch } = pdfium;
  if (!calls.EPDF_GetPageBoxByIndex(document.handle, index, mediaBox, scratch)) return null;
  const media = scratchRectangle(pdfium);
  const crop = calls.EPDF_GetPageBoxByIndex(document.handle, index, cropBox, scratch)
    ? scratchRectangle(pdfium)
    : media;
  return {
    ...overlap(media, crop),
    rotation: rotationOf(calls.EPDF_GetPageRotationByIndex(document.handle, index)),
    unit: 1,
  };
}

/** Reads numbers that PDFium wrote into the scratch memory, as 32-bit floats. */
export function scratchFloats(pdfium: Pdfium, count: number): readonly number[] {
  const start = pdfium.scratch / Float32Array.BYTES_PER_ELEMENT;
  return [...pdfium.memory.HEAPF32.subarray(start, start + count)];
}

/** Reads numbers that PDFium wrote into the scratch memory, as 64-bit floats. */
export function scratchDoubles(pdfium: Pdfium, count: number): readonly number[] {
  const start = pdfium.scratch / Float64Array.BYTES_PER_ELEMENT;
  return [...pdfium.memory.HEAPF64.subarray(start, start + count)];
}

/** A rectangle in the order of fpdfview.h's FS_RECTF: left, top, right, bottom. */
export function scratchRectangle(pdfium: Pdfium): PaperBox {
  const [left = 0, top = 0, right = 0, bottom = 0] = scratchFloats(pdfium, 4);
  return { left, bottom, right, top };
}

function overlap(media: PaperBox, crop: PaperBox): PaperBox {
  const both = {
    left: Math.max(media.left, crop.left),
    bottom: Math.max(media.bottom, crop.bottom),
    right: Math.min(media.right, crop.right),
    top: Math.min(media.top, crop.top),
  };
  return both.right > both.left && both.top > both.bottom ? both : media;
}

/** EPDF_GetPageRotationByIndex counts quarter turns. */
function rotationOf(turns: number): Frame["rotation"] {
  if (turns === 1) return 90;
  if (turns === 2) return 180;
  if (turns === 3) return 270;
  return 0;
}
