// LZW as TIFF has it (TIFF 6.0, section 13), undone within bounds.

const clear = 256;
const end = 257;
const mostCodes = 4096;

/** Fills `into` with what the codes stand for, as far as they go; entries of the table are where they were written before, and how long. */
export function unpackLzw(codes: Buffer, into: Buffer): void {
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
