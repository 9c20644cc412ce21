// JPEG (ISO 10918-1) as far as its segments go: what a page needs to know, and the file without what nobody should get.

import type { Resolution } from "./page-size.ts";
import type { PictureHead } from "./picture-head.ts";
import type { Raster } from "./picture-pdf.ts";

/** A JPEG: its head, how it lies (EXIF, 1 to 8), its colours, and its bytes without EXIF, comments and whatever follows its end. */
export type Jpeg = PictureHead & {
  readonly orientation: number;
  readonly components: number;
  readonly bits: number;
  readonly isAdobe: boolean;
  readonly bytes: Uint8Array;
};

/** How a JPEG's bytes are an image of a PDF. */
export function jpegRaster({ width, height, components, isAdobe }: Jpeg): Omit<Raster, "data"> {
  const colours = components === 1 ? "DeviceGray" : components === 4 ? "DeviceCMYK" : "DeviceRGB";
  return { width, height, colours, bits: 8, filter: "DCTDecode", inverted: components === 4 && isAdobe };
}

type Notes = { orientation: number; exif: Resolution | null; jfif: Resolution | null; isAdobe: boolean };

/** Reads the segments up to the pixels. Null for damage: no frame, no scan. */
export function readJpeg(file: Buffer): Jpeg | null {
  const notes: Notes = { orientation: 1, exif: null, jfif: null, isAdobe: false };
  const kept: Buffer[] = [file.subarray(0, 2)];
  let frame: Pick<Jpeg, "width" | "height" | "components" | "bits"> | null = null;
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return null;
    const marker = file[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) {
      if (frame === null) return null;
      const { exif, jfif, ...rest } = notes;
      return { ...frame, ...rest, resolution: exif ?? jfif, bytes: Buffer.concat([...kept, file.subarray(at)]) };
    }
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (end > file.length || end < at + 4) return null;
    const segment = file.subarray(at + 4, end);
    if (isFrame(marker) && segment.length >= 6) frame = frameOf(segment);
    take(notes, { marker, segment });
    // EXIF and XMP say where and by whom a picture was taken; its thumbnail may show more than the picture.
    if (marker !== 0xe1 && marker !== 0xed && marker !== 0xfe) kept.push(file.subarray(at, end));
    at = end;
  }
  return null;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function frameOf(segment: Buffer): Pick<Jpeg, "width" | "height" | "components" | "bits"> {
  const [bits = 0] = segment;
  return { bits, height: segment.readUInt16BE(1), width: segment.readUInt16BE(3), components: segment[5] ?? 0 };
}

function take(notes: Notes, { marker, segment }: { readonly marker: number; readonly segment: Buffer }): void {
  const start = segment.toString("latin1", 0, 6);
  if (marker === 0xee && start.startsWith("Adobe")) notes.isAdobe = true;
  if (marker === 0xe0 && start.startsWith("JFIF\0") && segment.length >= 12) notes.jfif = jfifResolution(segment);
  if (marker === 0xe1 && start === "Exif\0\0") takeExif(notes, segment.subarray(6));
}

/** Units 1 are dots an inch, 2 dots a centimetre, 0 a mere ratio. */
function jfifResolution(segment: Buffer): Resolution | null {
  const scale = { 1: 1, 2: 2.54 }[segment[7] ?? 0];
  return scale === undefined ? null : { x: segment.readUInt16BE(8) * scale, y: segment.readUInt16BE(10) * scale };
}

/** EXIF is a small TIFF: orientation is tag 274, resolution 282, 283 and its unit 296. */
function takeExif(notes: Notes, tiff: Buffer): void {
  if (tiff.length < 14) return;
  const isLittle = tiff.toString("latin1", 0, 2) === "II";
  const short = (at: number) => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (at + 4 > tiff.length ? 0 : isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const ratio = (at: number) => long(long(at + 8)) / long(long(at + 8) + 4);
  const start = long(4);
  const found = { x: 0, y: 0, unit: 2 };
  for (let index = 0; index < Math.min(short(start), 500); index += 1) {
    const at = start + 2 + index * 12;
    const tag = short(at);
    if (tag === 274) notes.orientation = short(at + 8);
    if (tag === 282) found.x = ratio(at);
    if (tag === 283) found.y = ratio(at);
    if (tag === 296) found.unit = short(at + 8);
  }
  const scale = found.unit === 3 ? 2.54 : 1;
  if (found.x > 0 && found.y > 0) notes.exif = { x: found.x * scale, y: found.y * scale };
}
