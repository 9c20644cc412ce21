// PNG (ISO 15948) and PDF compress pixels alike: most files go in as they are (ISO 32000-1, 7.4.4.4, PNG predictors).

import type { Raster } from "./picture-pdf.ts";

type Chunk = { readonly type: string; readonly data: Buffer };

/** Grey, colours, a palette. What has alpha must be drawn on white first. */
const colourTypes: Readonly<Record<number, Raster["colours"]>> = { 0: "DeviceGray", 2: "DeviceRGB", 3: "Indexed" };

/** The pixels of a PNG without undoing their compression; null where they are transparent, interlaced or of colours of their own. */
export function pngRaster(file: Buffer): Raster | null {
  const chunks = readChunks(file);
  const head = chunks.find(({ type }) => type === "IHDR")?.data;
  if (head === undefined || head.length !== 13 || head[12] !== 0) return null;
  if (chunks.some(({ type }) => type === "tRNS" || type === "iCCP")) return null;
  const colours = colourTypes[head[9] ?? -1];
  const bits = bitsOf(head[8]);
  const palette = chunks.find(({ type }) => type === "PLTE")?.data;
  if (colours === undefined || bits === null || (colours === "Indexed" && !isPalette(palette))) return null;
  return {
    width: head.readUInt32BE(0),
    height: head.readUInt32BE(4),
    colours,
    bits,
    filter: "FlateDecode",
    predictor: true,
    ...(palette === undefined ? {} : { palette }),
    data: Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)),
  };
}

function bitsOf(given: number | undefined): Raster["bits"] | null {
  return ([1, 2, 4, 8, 16] as const).find((bits) => bits === given) ?? null;
}

function isPalette(palette: Buffer | undefined): boolean {
  return palette !== undefined && palette.length > 0 && palette.length % 3 === 0 && palette.length <= 768;
}

/** The chunks up to the last one, or to the first that does not fit into the file. */
function readChunks(file: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    if (at + 12 + length > file.length) break;
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "IEND") break;
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
