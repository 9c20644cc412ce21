// What PDF decodes as TIFF does goes in as it is: fax pages (TIFF 6.0, sections 10 and 11) and JPEG (Technical Note 2).

import { jpegRaster, readJpeg } from "./jpeg.ts";
import type { Part, Raster } from "./picture-pdf.ts";
import type { Block } from "./tiff-blocks.ts";
import { type Directory, one } from "./tiff-directory.ts";

/** The blocks as parts of a page whose bytes are passed on; null where a block is damaged. */
export function passedOn(blocks: readonly Block[], directory: Directory): readonly Part[] | null {
  const isFax = one(directory, 259) !== 7;
  const parts: Part[] = [];
  for (const block of blocks) {
    const raster = isFax ? faxRaster(block, directory) : jpegBlock(block, directory);
    if (raster === null) return null;
    parts.push({ raster, left: block.left, top: block.top });
  }
  return parts;
}

/** K as PDF counts: -1 for group 4, 0 for group 3 in one dimension, more for two. */
function faxRaster({ width, height, data }: Block, directory: Directory): Raster {
  const compression = one(directory, 259);
  const options = compression === 3 ? one(directory, 292) : 0;
  const k = compression === 4 ? -1 : options & 1;
  const isAligned = compression === 2 || (options & 4) === 4;
  const parameters = `/K ${k} /Columns ${width} /Rows ${height} /EncodedByteAlign ${isAligned} /EndOfBlock false`;
  const turned = one(directory, 266) === 2 ? mirrored(data) : data;
  // Black runs are what is printed, unless the picture says that one means white.
  const inverted = one(directory, 262) === 1;
  return {
    width,
    height,
    colours: "DeviceGray",
    bits: 1,
    filter: "CCITTFaxDecode",
    parameters,
    inverted,
    data: turned,
  };
}

/** FillOrder 2: each byte begins with its lowest bit. */
function mirrored(data: Buffer): Buffer {
  return Buffer.from(
    data.map((byte) => Number.parseInt(byte.toString(2).padStart(8, "0").split("").reverse().join(""), 2)),
  );
}

/** The tables of the directory before the block's own segments. Its size counts, not the directory's: the last block may be shorter. */
function jpegBlock({ data }: Block, directory: Directory): Raster | null {
  const tables = Buffer.from(directory.get(347) ?? []);
  const hasTables = tables.length > 4 && tables.readUInt16BE(0) === 0xffd8;
  const file = hasTables ? Buffer.concat([tables.subarray(0, tables.length - 2), data.subarray(2)]) : data;
  const jpeg = data.length > 4 && data.readUInt16BE(0) === 0xffd8 ? readJpeg(file) : null;
  if (jpeg === null || jpeg.bits !== 8 || jpeg.width === 0 || jpeg.height === 0) return null;
  const isRgb = jpeg.components === 3 && one(directory, 262) === 2 && !jpeg.isAdobe;
  return { ...jpegRaster(jpeg), data: jpeg.bytes, ...(isRgb ? { parameters: "/ColorTransform 0" } : {}) };
}
