import { createCanvas } from "@napi-rs/canvas";
import { limits } from "../base/limits.ts";
import type { Page } from "./document.ts";
import { shownPage } from "./frame.ts";
import { frameOf, type OpenDocument, type Pdfium, usePage } from "./pdfium.ts";

/** Flags of FPDF_RenderPageBitmap (fpdfview.h): annotations too, bytes in the order red, green, blue, alpha. */
const renderFlags = 0x01 | 0x10;
const bitmapFormatBgra = 4;
const white = 0xff_ff_ff_ff;

/** The encoder's lossless mode. */
const lossless = 100;
const lossy = 80;
const drawnColours = 1000;
const sampledPixels = 13;

/**
 * A page as people see it, `width` pixels wide, as WebP: without loss where it is drawn, at quality 80 where it is
 * photographed. A page so long that its picture would pass `limits.pictureSide` or `limits.picturePixels` comes smaller.
 * `page` counts from 1; null when the document has no such page.
 */
export async function drawPicture(
  pdfium: Pdfium,
  { document, page, width }: { readonly document: OpenDocument; readonly page: number; readonly width: number },
): Promise<Uint8Array | null> {
  const frame = frameOf(pdfium, { document, index: page - 1 });
  if (frame === null) return null;
  const size = pictureSize(shownPage(frame), width);
  const picture = usePage(pdfium, { document, index: page - 1, use: (handle) => render(pdfium, { handle, size }) });
  if (picture === null) return null;

  const canvas = createCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(picture.width, picture.height);
  image.data.set(picture.pixels);
  context.putImageData(image, 0, 0);
  return canvas.encode("webp", isDrawn(picture.pixels) ? lossless : lossy);
}

/**
 * Letters and lines have few colours: kept without loss they stay sharp, take a third of the time and, on a page full of
 * text, half the bytes. Photographs would take ten times as many.
 */
function isDrawn(pixels: Uint8Array): boolean {
  const colours = new Set<number>();
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  for (let at = 0; at < pixels.length && colours.size <= drawnColours; at += 4 * sampledPixels)
    colours.add(view.getUint32(at));
  return colours.size <= drawnColours;
}

type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

function render(pdfium: Pdfium, { handle, size }: { readonly handle: number; readonly size: Page }): Picture {
  const { calls, memory } = pdfium;
  const bytes = size.width * size.height * 4;
  const bitmap = calls.FPDFBitmap_CreateEx(size.width, size.height, bitmapFormatBgra, 0, size.width * 4);
  if (bitmap === 0) throw new Error(`No memory for a picture of ${size.width} x ${size.height} pixels.`);
  try {
    calls.FPDFBitmap_FillRect(bitmap, 0, 0, size.width, size.height, white);
    calls.FPDF_RenderPageBitmap(bitmap, handle, 0, 0, size.width, size.height, 0, renderFlags);
    const start = calls.FPDFBitmap_GetBuffer(bitmap);
    return { ...size, pixels: memory.HEAPU8.slice(start, start + bytes) };
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
