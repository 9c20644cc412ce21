// TIFF 6.0 with all its pages. UTIF undoes the compressions; what it would choke on is refused before.

import UTIF from "utif2";
import { limits } from "../../base/limits.ts";
import { packPixels } from "./pack-pixels.ts";
import { pageSize, type Resolution } from "./page-size.ts";
import type { PicturePage } from "./picture-pdf.ts";
import { type Directory, one, readDirectories } from "./tiff-directory.ts";
import { undoLzw } from "./tiff-lzw.ts";

/** The pages of a picture file, or words that say why there are none. */
export type Pages =
  | { readonly ok: true; readonly pages: readonly PicturePage[] }
  | { readonly ok: false; readonly reason: string };

/** No compression, CCITT (three forms), LZW, both kinds of JPEG, deflate (both numbers), PackBits. */
const readable = new Set([1, 2, 3, 4, 5, 6, 7, 8, 32946, 32773]);
/** A small picture may be one large tile. */
const tileReach = 1024;
const named: Readonly<Record<number, string>> = {
  9: "JBIG",
  10: "JBIG",
  34661: "JBIG",
  34712: "JPEG 2000",
  34925: "LZMA",
  50000: "Zstandard",
  50001: "WebP",
};

/** A page for each picture of a TIFF; small copies of a picture (thumbnails) are left out. */
export function tiffPages(file: Buffer): Pages {
  const directories = readDirectories(file);
  if (directories === null) return { ok: false, reason: "It is damaged: its directories cannot be read." };
  const isThumbnail = (directory: Directory) => directories.length > 1 && (one(directory, 254) & 1) === 1;
  const whole = directories.filter((directory) => !isThumbnail(directory));
  const reason = complaint(whole);
  if (reason !== null) return { ok: false, reason };
  const pages: PicturePage[] = [];
  for (const directory of whole) {
    const page = readPage(file, directory);
    if (page === null) return { ok: false, reason: `It is damaged: its page ${pages.length + 1} cannot be decoded.` };
    pages.push(page);
  }
  return { ok: true, pages };
}

function complaint(directories: readonly Directory[]): string | null {
  if (directories.length > limits.pagesPerRequest)
    return `It has ${directories.length} pages; at most ${limits.pagesPerRequest} are possible.`;
  let total = 0;
  for (const [index, directory] of directories.entries()) {
    const reason = pageComplaint(directory);
    if (reason !== null) return `Its page ${index + 1} ${reason}`;
    total += one(directory, 256) * one(directory, 257);
  }
  if (total <= limits.pictureFilesPixels) return null;
  return `Its pages have more than ${limits.pictureFilesPixels / 1_000_000} million pixels together.`;
}

function pageComplaint(directory: Directory): string | null {
  const pixels = one(directory, 256) * one(directory, 257);
  if (pixels === 0) return "has no size.";
  if (pixels > limits.pictureFilePixels)
    return `has ${one(directory, 256)} x ${one(directory, 257)} pixels; at most ${limits.pictureFilePixels / 1_000_000} million are possible.`;
  const compression = one(directory, 259) || 1;
  if (!readable.has(compression))
    return `is compressed as ${named[compression] ?? `number ${compression}`}, which is not read. Save it with LZW, ZIP, JPEG or CCITT compression.`;
  const samples = one(directory, 277) || 1;
  if ((one(directory, 284) || 1) === 2 && samples > 1) return "has its colours in separate planes, which is not read.";
  if ((one(directory, 258) || 1) > 16 || samples > 5 || ![1, 4].includes(one(directory, 339) || 1))
    return "has samples of a form that is not read: whole numbers of up to 16 bits are.";
  return tilesFit(directory) ? null : "is damaged: its tiles do not fit it.";
}

/** Tiles (section 15) may stand out over the right and lower edge, by less than one of them. */
function tilesFit(directory: Directory): boolean {
  if (!directory.has(322)) return true;
  const [width, height] = [one(directory, 256), one(directory, 257)];
  const [across, down] = [one(directory, 322), one(directory, 323)];
  if (across === 0 || down === 0 || across > width + tileReach || down > height + tileReach) return false;
  return directory.get(324)?.length === Math.ceil(width / across) * Math.ceil(height / down);
}

function readPage(file: Buffer, directory: Directory): PicturePage | null {
  const [width, height] = [one(directory, 256), one(directory, 257)];
  const plain = one(directory, 259) === 5 ? undoLzw(file, directory) : { file, directory };
  const rgba = plain === null ? null : decode(plain.file, plain.directory);
  if (rgba === null || rgba.length < width * height * 4) return null;
  const hasAlpha = directory.has(338) && one(directory, 338) > 0;
  if (!hasAlpha) for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
  const raster = packPixels({
    width,
    height,
    rows: (from, count) => rgba.subarray(from * width * 4, (from + count) * width * 4),
  });
  const orientation = one(directory, 274) || 1;
  const isTurned = orientation >= 5 && orientation <= 8;
  const upright = isTurned ? { width: height, height: width } : { width, height };
  const { x, y } = resolutionOf(directory);
  return { raster, orientation, size: pageSize(upright, isTurned ? { x: y, y: x } : { x, y }) };
}

/** Whatever UTIF throws over a picture says the same: it cannot be decoded. */
function decode(file: Buffer, directory: Directory): Uint8Array | null {
  const image: UTIF.IFD = { width: 0, height: 0, data: new Uint8Array() };
  Reflect.deleteProperty(image, "data");
  for (const [tag, numbers] of directory) image[`t${tag}`] = [...numbers];
  try {
    UTIF.decodeImage(file, image);
    return image.data === undefined ? null : UTIF.toRGBA8(image);
  } catch {
    return null;
  }
}

/** Fax machines have dots that are no squares: both resolutions count. */
function resolutionOf(directory: Directory): Resolution {
  const unit = one(directory, 296) || 2;
  const scale = unit === 2 ? 1 : unit === 3 ? 2.54 : 0;
  return { x: one(directory, 282) * scale, y: one(directory, 283) * scale };
}
