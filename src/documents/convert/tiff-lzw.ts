// LZW as TIFF has it (TIFF 6.0, section 13), undone within bounds: UTIF's own does not end on damaged data.

import { type Directory, one } from "./tiff-directory.ts";

const clear = 256;
const end = 257;
const mostCodes = 4096;

/** A picture's file and directory with its strips or tiles undone: no compression from here on. */
export type Undone = { readonly file: Buffer; readonly directory: Directory };

/** Undoes the LZW of a picture; null when a strip lies outside the file. Damaged strips end where the damage begins. */
export function undoLzw(file: Buffer, directory: Directory): Undone | null {
  const isTiled = directory.has(322);
  const [offsetTag, countTag] = isTiled ? ([324, 325] as const) : ([273, 279] as const);
  const offsets = directory.get(offsetTag) ?? [];
  const counts = directory.get(countTag) ?? [];
  const sizes = sizesOf(directory, offsets.length);
  const pieces: Buffer[] = [];
  for (const [index, offset] of offsets.entries()) {
    const length = counts[index];
    if (length === undefined || offset + length > file.length) return null;
    const piece = Buffer.alloc(sizes[index] ?? 0);
    unpackLzw(file.subarray(offset, offset + length), piece);
    pieces.push(piece);
  }
  let at = 8;
  const places = pieces.map((piece) => {
    at += piece.length;
    return at - piece.length;
  });
  const raw = new Map(directory).set(259, [1]).set(offsetTag, places);
  raw.set(
    countTag,
    pieces.map(({ length }) => length),
  );
  return { file: Buffer.concat([file.subarray(0, 8), ...pieces]), directory: raw };
}

/** The bytes of each strip or tile; the last strip has what is left of the picture. */
function sizesOf(directory: Directory, count: number): readonly number[] {
  const bits = (one(directory, 258) || 1) * (one(directory, 277) || 1);
  const [width, height] = [one(directory, 256), one(directory, 257)];
  const tile = one(directory, 323) * Math.ceil((one(directory, 322) * bits) / 8);
  if (directory.has(322)) return Array.from({ length: count }, () => tile);
  const rows = Math.min(one(directory, 278) || height, height);
  const row = Math.ceil((width * bits) / 8);
  return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(rows, height - index * rows)) * row);
}

/** Fills `into` with what the codes stand for; entries of the table are where they were written before, and how long. */
function unpackLzw(codes: Buffer, into: Buffer): void {
  const starts = new Int32Array(mostCodes);
  const lengths = new Int32Array(mostCodes);
  let [width, next, at, before, beforeLength] = [9, 258, 0, -1, 0];
  for (let bit = 0; bit + width <= codes.length * 8 && at < into.length; ) {
    const code = bitsAt(codes, { bit, width });
    bit += width;
    if (code === end) return;
    if (code === clear) {
      [width, next, before] = [9, 258, -1];
      continue;
    }
    // The entry being made is the one before and its own first byte again.
    const isNew = before >= 0 && code === next;
    if (code > 257 && code >= next && !isNew) return;
    const from = code < clear ? -1 : isNew ? before : (starts[code] ?? 0);
    const length = code < clear ? 1 : isNew ? beforeLength + 1 : (lengths[code] ?? 0);
    const start = at;
    for (let index = 0; index < length && at < into.length; index += 1, at += 1)
      into[at] = from < 0 ? code : (into[from + index] ?? 0);
    if (before >= 0 && next < mostCodes) {
      starts[next] = before;
      lengths[next] = beforeLength + 1;
      next += 1;
      if (next + 1 >= 1 << width && width < 12) width += 1;
    }
    [before, beforeLength] = [start, length];
  }
}

function bitsAt(codes: Buffer, { bit, width }: { readonly bit: number; readonly width: number }): number {
  const at = bit >> 3;
  const word = ((codes[at] ?? 0) << 16) | ((codes[at + 1] ?? 0) << 8) | (codes[at + 2] ?? 0);
  return (word >> (24 - width - (bit & 7))) & ((1 << width) - 1);
}
