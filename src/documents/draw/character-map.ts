// The `cmap` table of a font (OpenType, "Character to Glyph Index Mapping Table"): formats 4 and 12.

import { assert } from "../../base/assert.ts";

/** Whether a font has a glyph for a code point. */
export type CharacterMap = (code: number) => boolean;

type Span = { readonly first: number; readonly last: number };

/** Reads the map of a font file, of which `read` gives parts. Throws, as for a bug, when it has none: the fonts are ours. */
export function readCharacterMap(read: (start: number, length: number) => Buffer): CharacterMap {
  const head = read(0, 12);
  const tables = read(12, head.readUInt16BE(4) * 16);
  const entry = entriesOf(tables).find(({ tag }) => tag === "cmap");
  assert(entry !== undefined, "a font has a character map");
  const cmap = read(entry.offset, entry.length);
  const spans = subtables(cmap).flatMap((start) => spansOf(cmap.subarray(start)));
  const sorted = spans.toSorted((a, b) => a.first - b.first);
  return (code) => isWithin(sorted, code);
}

function entriesOf(
  tables: Buffer,
): readonly { readonly tag: string; readonly offset: number; readonly length: number }[] {
  return Array.from({ length: tables.length / 16 }, (_, index) => {
    const at = index * 16;
    return {
      tag: tables.toString("latin1", at, at + 4),
      offset: tables.readUInt32BE(at + 8),
      length: tables.readUInt32BE(at + 12),
    };
  });
}

/** The offsets of the subtables for Unicode: platforms 0, and 3 with encodings 1 and 10. */
function subtables(cmap: Buffer): readonly number[] {
  const offsets = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) => {
    const [platform, encoding] = [cmap.readUInt16BE(4 + index * 8), cmap.readUInt16BE(6 + index * 8)];
    const isUnicode = (platform === 0 && encoding !== 5) || (platform === 3 && (encoding === 1 || encoding === 10));
    return isUnicode ? cmap.readUInt32BE(8 + index * 8) : 0;
  });
  const all = [...new Set(offsets.filter((offset) => offset > 0))];
  const wide = all.filter((offset) => cmap.readUInt16BE(offset) === 12);
  return wide.length > 0 ? wide : all.filter((offset) => cmap.readUInt16BE(offset) === 4);
}

function spansOf(table: Buffer): readonly Span[] {
  return table.readUInt16BE(0) === 12 ? wideSpans(table) : narrowSpans(table);
}

function wideSpans(table: Buffer): readonly Span[] {
  return Array.from({ length: table.readUInt32BE(12) }, (_, index) => ({
    first: table.readUInt32BE(16 + index * 12),
    last: table.readUInt32BE(20 + index * 12),
  }));
}

function narrowSpans(table: Buffer): readonly Span[] {
  const count = table.readUInt16BE(6) / 2;
  return Array.from({ length: count }, (_, index) => ({
    first: table.readUInt16BE(16 + count * 2 + index * 2),
    last: table.readUInt16BE(14 + index * 2),
  })).filter(({ first }) => first !== 0xffff);
}

function isWithin(spans: readonly Span[], code: number): boolean {
  let [low, high] = [0, spans.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span === undefined || code < span.first) high = middle - 1;
    else if (code > span.last) low = middle + 1;
    else return true;
  }
  return false;
}
