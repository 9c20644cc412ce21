// How large a picture says it is, read before anything of it is decoded.

import type { Resolution, Size } from "./page-size.ts";

/** What a picture's header tells; sizes in pixels. */
export type PictureHead = Size & { readonly resolution: Resolution | null };

const inch = 0.0254;

/** PNG (ISO 15948): IHDR comes first, pHYs in dots a metre before the pixels. Null for damage. */
export function pngHead(bytes: Buffer): PictureHead | null {
  if (bytes.length < 33 || bytes.toString("latin1", 12, 16) !== "IHDR") return null;
  const size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  for (let at = 33; at + 21 <= bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const type = bytes.toString("latin1", at + 4, at + 8);
    if (type === "IDAT") break;
    if (type !== "pHYs" || bytes[at + 16] !== 1) continue;
    return {
      ...size,
      resolution: {
        x: Math.round(bytes.readUInt32BE(at + 8) * inch),
        y: Math.round(bytes.readUInt32BE(at + 12) * inch),
      },
    };
  }
  return { ...size, resolution: null };
}

/** GIF: the screen that its pictures stand on. */
export function gifHead(bytes: Buffer): PictureHead | null {
  if (bytes.length < 10) return null;
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), resolution: null };
}

/** WebP (RFC 9649): the size stands in its first chunk, in one of three forms. */
export function webpHead(bytes: Buffer): PictureHead | null {
  if (bytes.length < 30) return null;
  const size = webpSize(bytes);
  return size === null ? null : { ...size, resolution: null };
}

/** Whether a WebP was compressed with loss, as photographs are. */
export function isLossyWebp(bytes: Buffer): boolean {
  return bytes.subarray(12, 4096).includes("VP8 ");
}

function webpSize(bytes: Buffer): Size | null {
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case "VP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const packed = bytes.readUInt32LE(21);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    default:
      return null;
  }
}
