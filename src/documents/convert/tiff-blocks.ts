// The strips and tiles of a TIFF picture (TIFF 6.0, sections 3 and 15), and what undoes their compression.

import { inflateSync } from "node:zlib";
import { type Directory, one } from "./tiff-directory.ts";
import { unpackLzw } from "./tiff-lzw.ts";

/** A strip or tile: where it lies in the picture and how large it is, in pixels, and its bytes as they are in the file. */
export type Block = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
};

/** The blocks of a picture, or null when one of them lies outside the file. */
export function blocksOf(file: Buffer, directory: Directory): readonly Block[] | null {
  const isTiled = directory.has(322);
  const [offsets, counts] = isTiled
    ? [directory.get(324), directory.get(325)]
    : [directory.get(273), directory.get(279)];
  const [width, height] = [one(directory, 256), one(directory, 257)];
  const [across, down] = isTiled
    ? [one(directory, 322), one(directory, 323)]
    : [width, Math.min(one(directory, 278) || height, height)];
  const columns = Math.ceil(width / across);
  const blocks: Block[] = [];
  for (const [index, offset] of (offsets ?? []).entries()) {
    const left = (index % columns) * across;
    const top = Math.floor(index / columns) * down;
    if (top >= height) break;
    // A picture in one strip may leave its length out.
    const length = counts?.[index] ?? (offsets?.length === 1 ? file.length - offset : -1);
    if (length < 0 || offset + length > file.length) return null;
    const rows = isTiled ? down : Math.min(down, height - top);
    blocks.push({ left, top, width: across, height: rows, data: file.subarray(offset, offset + length) });
  }
  return blocks.length === 0 ? null : blocks;
}

/** The samples of a block, `length` bytes; what is missing of a damaged one is zeros. Null when it cannot be undone. */
export function undone(
  data: Buffer,
  { compression, length }: { readonly compression: number; readonly length: number },
): Buffer | null {
  const into = Buffer.alloc(length);
  switch (compression) {
    case 1:
      data.copy(into);
      return into;
    case 5:
      unpackLzw(data, into);
      return into;
    case 8:
    case 32946:
      return inflated(data, into);
    case 32773:
      unpackBits(data, into);
      return into;
    default:
      return null;
  }
}

function inflated(data: Buffer, into: Buffer): Buffer | null {
  try {
    inflateSync(data, { maxOutputLength: into.length + 1024 }).copy(into);
    return into;
  } catch {
    return null;
  }
}

/** PackBits (section 9): runs of a byte, and stretches as they are. */
function unpackBits(data: Buffer, into: Buffer): void {
  let at = 0;
  for (let from = 0; from < data.length && at < into.length; ) {
    const count = data.readInt8(from);
    from += 1;
    if (count >= 0) {
      data.copy(into, at, from, Math.min(from + count + 1, from + into.length - at));
      from += count + 1;
      at += count + 1;
    } else if (count !== -128) {
      into.fill(data[from] ?? 0, at, Math.min(at + 1 - count, into.length));
      from += 1;
      at += 1 - count;
    }
  }
}
