import { deflateSync } from "node:zlib";
import type { Raster } from "./picture-pdf.ts";

/** Pixels to come in bands: RGBA, row by row, at most `bandRows` rows a band. */
export type Pixels = {
  readonly width: number;
  readonly height: number;
  /** The RGBA bytes of `count` rows from row `from`. */
  readonly rows: (from: number, count: number) => Uint8Array | Uint8ClampedArray;
};

type Depth = "lines" | "greys" | "colours";

/** Rows a band has at most. */
export const bandRows = 256;

/** The pixels on white paper, without loss, in the fewest bits that hold them: black and white, greys, or colours. */
export function packPixels(pixels: Pixels): Raster {
  const { width, height } = pixels;
  const depth = depthOf(pixels);
  const stride = depth === "lines" ? Math.ceil(width / 8) : 1 + width * (depth === "greys" ? 1 : 3);
  const packed = Buffer.alloc(stride * height);
  for (let from = 0; from < height; from += bandRows) {
    const count = Math.min(bandRows, height - from);
    const band = pixels.rows(from, count);
    for (let row = 0; row < count; row += 1)
      packRow(band.subarray(row * width * 4, (row + 1) * width * 4), {
        depth,
        into: packed.subarray((from + row) * stride, (from + row + 1) * stride),
      });
  }
  if (depth !== "lines") filterUp(packed, { stride, height });
  const colours = depth === "colours" ? "DeviceRGB" : "DeviceGray";
  const bits = depth === "lines" ? 1 : 8;
  const data = deflateSync(packed, { level: 6 });
  return { width, height, colours, bits, filter: "FlateDecode", predictor: depth !== "lines", data };
}

function depthOf({ width, height, rows }: Pixels): Depth {
  let depth: Depth = "lines";
  for (let from = 0; from < height; from += bandRows) {
    const band = rows(from, Math.min(bandRows, height - from));
    for (let at = 0; at < band.length; at += 4) {
      const red = band[at];
      if (red !== band[at + 1] || red !== band[at + 2]) return "colours";
      if (depth === "lines" && ((red !== 0 && red !== 255) || (red !== 255 && band[at + 3] !== 255))) depth = "greys";
    }
    if (width === 0) break;
  }
  return depth;
}

function packRow(
  row: Uint8Array | Uint8ClampedArray,
  { depth, into }: { readonly depth: Depth; readonly into: Buffer },
): void {
  const count = row.length / 4;
  for (let index = 0; index < count; index += 1) {
    const at = index * 4;
    const alpha = row[at + 3] ?? 255;
    const red = onWhite(row[at] ?? 0, alpha);
    if (depth === "lines") {
      if (red === 255) into[index >> 3] = (into[index >> 3] ?? 0) | (0x80 >> (index & 7));
      continue;
    }
    if (depth === "greys") {
      into[1 + index] = red;
      continue;
    }
    into[1 + index * 3] = red;
    into[2 + index * 3] = onWhite(row[at + 1] ?? 0, alpha);
    into[3 + index * 3] = onWhite(row[at + 2] ?? 0, alpha);
  }
}

function onWhite(value: number, alpha: number): number {
  return alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
}

/** PNG's filter 2: each byte less the one above it. From the last row up, for each needs the row above as it was. */
function filterUp(packed: Buffer, { stride, height }: { readonly stride: number; readonly height: number }): void {
  for (let row = height - 1; row >= 0; row -= 1) {
    const at = row * stride;
    packed[at] = 2;
    if (row === 0) break;
    for (let index = 1; index < stride; index += 1)
      packed[at + index] = ((packed[at + index] ?? 0) - (packed[at - stride + index] ?? 0)) & 0xff;
  }
}
