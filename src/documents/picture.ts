import { createCanvas, ImageData } from "@napi-rs/canvas";
import { limits } from "../base/limits.ts";
import type { Page } from "./document.ts";
import type { Pdfium } from "./pdfium.ts";
import { packedShare, writePng } from "./png.ts";
import { type Bitmap, exactRows, paletteRows } from "./png-rows.ts";

/** Formats of FPDFBitmap_CreateEx by bytes a pixel, and flags of FPDF_RenderPageBitmap: annotations too, colours in the order red, green, blue (fpdfview.h). */
const formats = { 1: { format: 1, flags: 0x01 }, 4: { format: 3, flags: 0x01 | 0x10 } } as const;
const white = 0xff;

const jpegQuality = 80;

/** The shares of its bytes that are left without loss, from which on a picture is taken for a photograph: small print stays below both. */
const photographShares = { grey: 0.3, colour: 0.2 } as const;

type Picture = { readonly bytes: Uint8Array; readonly kind: "grey" | "coloured" | "photograph" };

/**
 * Pictures of an open page as people see it in each of `limits.pictureWidths`, the smallest first: what is drawn as PNG,
 * so that letters stay sharp; a photograph or a scan as JPEG. A page so long that its picture would pass `limits.pictureSide` or
 * `limits.picturePixels` comes smaller.
 */
export function drawPictures(
  pdfium: Pdfium,
  { page, shown }: { readonly page: number; readonly shown: Page },
): readonly Uint8Array[] {
  const pictures: Picture[] = [];
  for (const width of limits.pictureWidths) {
    const size = pictureSize(shown, width);
    const smaller = pictures[0]?.kind ?? null;
    // Grey takes PDFium a third of the time; where it must blend layers, it does so better in colour.
    const isPlainGrey = smaller === "grey" && !pdfium.calls.FPDFPage_HasTransparency(page);
    const use = (bitmap: Bitmap) => (smaller === "photograph" ? photograph(bitmap) : encode(bitmap, smaller));
    pictures.push(render(pdfium, { page, size, bytesPerPixel: isPlainGrey ? 1 : 4, use }));
  }
  return pictures.map(({ bytes }) => bytes);
}

/** `smaller` is what the page has proved to be in a smaller picture, or null. */
function encode(bitmap: Bitmap, smaller: "grey" | "coloured" | null): Picture {
  const rows = (smaller === "coloured" ? paletteRows(bitmap) : null) ?? exactRows(bitmap);
  if (smaller === null && rows.kind !== "palette" && packedShare(rows) >= photographShares[rows.kind])
    return photograph(bitmap);
  if (rows.kind === "grey") return { bytes: writePng(rows), kind: "grey" };
  return { bytes: writePng(smaller === null ? (paletteRows(bitmap) ?? rows) : rows), kind: "coloured" };
}

function photograph({ width, height, pixels }: Bitmap): Picture {
  const canvas = createCanvas(width, height);
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  canvas.getContext("2d").putImageData(new ImageData(clamped, width, height), 0, 0);
  return { bytes: canvas.encodeSync("jpeg", jpegQuality), kind: "photograph" };
}

type Rendering<T> = {
  readonly page: number;
  readonly size: Page;
  readonly bytesPerPixel: Bitmap["bytesPerPixel"];
  readonly use: (bitmap: Bitmap) => T;
};

function render<T>({ calls, memory }: Pdfium, { page, size, bytesPerPixel, use }: Rendering<T>): T {
  const { width, height } = size;
  const stride = width * bytesPerPixel;
  const { format, flags } = formats[bytesPerPixel];
  const bitmap = calls.FPDFBitmap_CreateEx(width, height, format, 0, stride);
  if (bitmap === 0) throw new Error(`No memory for a picture of ${width} x ${height} pixels.`);
  try {
    const start = calls.FPDFBitmap_GetBuffer(bitmap);
    memory.HEAPU8.fill(white, start, start + stride * height);
    calls.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags);
    return use({ width, height, bytesPerPixel, pixels: memory.HEAPU8.subarray(start, start + stride * height) });
  } finally {
    calls.FPDFBitmap_Destroy(bitmap);
  }
}

/** Width and height of a page's picture in pixels, within the bounds. */
function pictureSize(page: Page, width: number): Page {
  const height = (width * page.height) / page.width;
  const shrink = Math.min(1, limits.pictureSide / height, Math.sqrt(limits.picturePixels / (width * height)));
  return { width: Math.max(1, Math.floor(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}
