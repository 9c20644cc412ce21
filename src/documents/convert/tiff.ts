// TIFF 6.0 with all its pages.

import { limits } from "../../base/limits.ts";
import { packPixels } from "./pack-pixels.ts";
import { pageSize, type Resolution } from "./page-size.ts";
import type { Part, PicturePage } from "./picture-pdf.ts";
import { type Block, blocksOf } from "./tiff-blocks.ts";
import { type Directory, one, readDirectories } from "./tiff-directory.ts";
import { passedOn } from "./tiff-passed.ts";
import { rgbaOf } from "./tiff-samples.ts";

/** The pages of a picture file, or words that say why there are none. */
export type Pages =
  | { readonly ok: true; readonly pages: readonly PicturePage[] }
  | { readonly ok: false; readonly reason: string };

/** No compression, CCITT (three forms), LZW, JPEG, deflate (both numbers), PackBits. */
const readable = new Set([1, 2, 3, 4, 5, 7, 8, 32946, 32773]);
const passed = new Set([2, 3, 4, 7]);
/** A small picture may be one large tile. */
const tileReach = 1024;
const named: Readonly<Record<number, string>> = {
  6: "JPEG of the old style",
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
  if (directories.length > limits.pagesPerRequestMost)
    return `It has ${directories.length} pages; at most ${limits.pagesPerRequestMost} are possible.`;
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
  const blocks = blocksOf(file, directory);
  if (blocks === null) return null;
  const parts = passed.has(one(directory, 259)) ? passedOn(blocks, directory) : drawn(file, { directory, blocks });
  if (parts === null) return null;
  const orientation = one(directory, 274) || 1;
  const isTurned = orientation >= 5 && orientation <= 8;
  const upright = isTurned ? { width: height, height: width } : { width, height };
  const { x, y } = resolutionOf(directory);
  return { parts, width, height, orientation, size: pageSize(upright, isTurned ? { x: y, y: x } : { x, y }) };
}

/** The pixels, undone and packed anew. */
function drawn(
  file: Buffer,
  { directory, blocks }: { readonly directory: Directory; readonly blocks: readonly Block[] },
): readonly Part[] | null {
  const [width, height] = [one(directory, 256), one(directory, 257)];
  const rgba = rgbaOf(file, { directory, blocks });
  if (rgba === null) return null;
  const rows = (from: number, count: number) => rgba.subarray(from * width * 4, (from + count) * width * 4);
  return [{ raster: packPixels({ width, height, rows }), left: 0, top: 0 }];
}

/** Fax machines have dots that are no squares: both resolutions count. */
function resolutionOf(directory: Directory): Resolution {
  const unit = one(directory, 296) || 2;
  const scale = unit === 2 ? 1 : unit === 3 ? 2.54 : 0;
  return { x: one(directory, 282) * scale, y: one(directory, 283) * scale };
}
