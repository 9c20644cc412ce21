// Pictures as pages. A JPEG goes in as it is; anything else is decoded once and kept without loss.

import { createCanvas, type Image, loadImage } from "@napi-rs/canvas";
import { limits } from "../../base/limits.ts";
import { jpegRaster, readJpeg } from "./jpeg.ts";
import type { PictureKind } from "./kinds.ts";
import { bandRows, packPixels } from "./pack-pixels.ts";
import { pageSize } from "./page-size.ts";
import { gifHead, isLossyWebp, type PictureHead, pngHead, webpHead } from "./picture-head.ts";
import { picturePdf, type Raster, whole } from "./picture-pdf.ts";
import { pngRaster } from "./png.ts";
import { type Pages, tiffPages } from "./tiff.ts";

/** A file as a PDF, or words that say why it cannot be one. */
export type Made = { readonly ok: true; readonly pdf: Uint8Array } | { readonly ok: false; readonly reason: string };

const damaged = { ok: false, reason: "It is damaged: the picture cannot be decoded." } as const;
/** Of lossy pictures that PDF does not know: what the eye does not tell from the original. */
const jpegQuality = 92;

/** A PNG or JPEG decoded, upright. `mostPixels`: how many it may have. Else words that say why it cannot be. */
export async function openPicture(
  format: "png" | "jpeg",
  { bytes, mostPixels }: { readonly bytes: Uint8Array; readonly mostPixels: number },
): Promise<{ readonly ok: true; readonly image: Image } | { readonly ok: false; readonly reason: string }> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = format === "png" ? pngHead(file) : readJpeg(file);
  if (head === null) return damaged;
  const { width, height } = head;
  if (width * height > mostPixels)
    return {
      ok: false,
      reason: `It has ${width} x ${height} pixels; at most ${mostPixels / 1_000_000} million are possible.`,
    };
  const isAll = format === "png" ? isWhole(file) : file.includes(Buffer.from([0xff, 0xd9]));
  const image = isAll ? await decode(file) : null;
  return image === null ? damaged : { ok: true, image };
}

/** The picture as a PDF: a page for each picture of a TIFF, the first picture of an animation, on white. */
export async function pictureToPdf(format: PictureKind, bytes: Uint8Array): Promise<Made> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const made = await pagesOf(format, file);
  return made.ok ? { ok: true, pdf: picturePdf(made.pages) } : made;
}

function pagesOf(format: PictureKind, file: Buffer): Promise<Pages> | Pages {
  switch (format) {
    case "tiff":
      return tiffPages(file);
    case "jpeg":
      return jpegPage(file);
    case "png":
      return drawnPage(file, pngHead(file));
    case "gif":
      return drawnPage(file, gifHead(file));
    default:
      return drawnPage(file, webpHead(file));
  }
}

async function jpegPage(file: Buffer): Promise<Pages> {
  const jpeg = readJpeg(file);
  if (jpeg === null) return damaged;
  const reason = complaint(jpeg) ?? (jpeg.bits === 8 ? null : `It has ${jpeg.bits} bits a colour; 8 are possible.`);
  if (reason !== null) return { ok: false, reason };
  if (!file.includes(Buffer.from([0xff, 0xd9])) || (await decode(file)) === null) return damaged;
  const { width, height, orientation, bytes: data } = jpeg;
  const isTurned = orientation >= 5 && orientation <= 8;
  const upright = isTurned ? { width: height, height: width } : { width, height };
  const size = pageSize(upright, jpeg.resolution);
  return { ok: true, pages: [{ ...whole({ ...jpegRaster(jpeg), data }), orientation, size }] };
}

async function drawnPage(file: Buffer, head: PictureHead | null): Promise<Pages> {
  if (head === null) return damaged;
  const reason = complaint(head);
  if (reason !== null) return { ok: false, reason };
  const image = isWhole(file) ? await decode(file) : null;
  if (image === null) return damaged;
  const { width, height } = image;
  const isTurned = width !== head.width && width === head.height;
  const { resolution } = head;
  const size = pageSize(
    { width, height },
    resolution !== null && isTurned ? { x: resolution.y, y: resolution.x } : resolution,
  );
  return { ok: true, pages: [{ ...whole(drawnRaster(file, { image, head })), orientation: 1, size }] };
}

function drawnRaster(file: Buffer, { image, head }: { readonly image: Image; readonly head: PictureHead }): Raster {
  if (file[0] === 0x52 && isLossyWebp(file)) return photographOf(image);
  // One that Skia turned, as its EXIF says, is not in the file as it is to be seen.
  const isAsDrawn = file[0] === 0x89 && image.width === head.width && !file.includes("eXIf");
  return (isAsDrawn ? pngRaster(file) : null) ?? exactOf(image);
}

function complaint({ width, height }: PictureHead): string | null {
  if (width === 0 || height === 0) return "It has no size.";
  if (width * height > limits.pictureFilePixels)
    return `It has ${width} x ${height} pixels; at most ${limits.pictureFilePixels / 1_000_000} million are possible.`;
  if (Math.max(width, height) > Math.min(width, height) * 200)
    return `It has ${width} x ${height} pixels: it is too narrow for a page.`;
  return null;
}

/** Whether the file has its end. Skia shows what there is of a picture that was cut off; nobody should sign that. */
function isWhole(file: Buffer): boolean {
  switch (file[0]) {
    case 0x89:
      return file.includes("IEND");
    case 0x52:
      return file.readUInt32LE(4) + 8 <= file.length;
    default:
      return file.includes(0x3b, 10);
  }
}

/** Skia refuses by throwing, or by a picture without a size. */
async function decode(file: Buffer): Promise<Image | null> {
  try {
    const image = await loadImage(file);
    return image.width > 0 && image.height > 0 ? image : null;
  } catch {
    return null;
  }
}

function exactOf(image: Image): Raster {
  const { width, height } = image;
  const canvas = createCanvas(width, Math.min(bandRows, height));
  const context = canvas.getContext("2d");
  return packPixels({
    width,
    height,
    rows: (from, count) => {
      context.fillStyle = "white";
      context.fillRect(0, 0, width, count);
      context.drawImage(image, 0, -from);
      return context.getImageData(0, 0, width, count).data;
    },
  });
}

function photographOf(image: Image): Raster {
  const { width, height } = image;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  const data = canvas.toBuffer("image/jpeg", jpegQuality);
  return { width, height, colours: "DeviceRGB", bits: 8, filter: "DCTDecode", data };
}
