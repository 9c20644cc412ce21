// The directories of a TIFF file (TIFF 6.0, section 2): one a picture, each a list of tags with numbers.

import { limits } from "../../base/limits.ts";

/** The numbers of each tag; those of a fraction are the fraction's value. */
export type Directory = ReadonlyMap<number, readonly number[]>;

/** The tags that say how the pixels are laid down; nothing else of a file is read. */
const tags = new Set([
  254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 292, 293, 296, 317, 320, 322, 323, 324,
  325, 338, 339, 347, 512, 513, 514, 519, 520, 521, 529, 530, 531, 532,
]);

/** Bytes of a value of each type: BYTE, SHORT, LONG, RATIONAL, UNDEFINED. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 7: 1 };

/** The first number of a tag; 0 where it is not there. */
export function one(directory: Directory, tag: number): number {
  return directory.get(tag)?.[0] ?? 0;
}

/** The directories in their order. Null when they point out of the file, go in a circle, or are more than a request may have pages. */
export function readDirectories(file: Buffer): readonly Directory[] | null {
  const read = readerOf(file);
  const found: Directory[] = [];
  const seen = new Set<number>();
  try {
    for (let at = read.long(4); at !== 0; ) {
      if (seen.has(at) || found.length > limits.pagesPerRequestMost * 2) return null;
      seen.add(at);
      const count = read.short(at);
      found.push(readDirectory(read, { at, count, length: file.length }));
      at = read.long(at + 2 + count * 12);
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return found.length === 0 ? null : found;
}

type Reader = {
  readonly byte: (at: number) => number;
  readonly short: (at: number) => number;
  readonly long: (at: number) => number;
};

function readerOf(file: Buffer): Reader {
  const isLittle = file[0] === 0x49;
  return {
    byte: (at) => file.readUInt8(at),
    short: (at) => (isLittle ? file.readUInt16LE(at) : file.readUInt16BE(at)),
    long: (at) => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at)),
  };
}

type Place = { readonly at: number; readonly count: number; readonly length: number };

function readDirectory(read: Reader, { at, count, length }: Place): Directory {
  const directory = new Map<number, readonly number[]>();
  for (let index = 0; index < count; index += 1) {
    const entry = at + 2 + index * 12;
    const tag = read.short(entry);
    const type = read.short(entry + 2);
    const size = sizes[type];
    const values = read.long(entry + 4);
    if (!tags.has(tag) || size === undefined || values * size > length) continue;
    const from = values * size <= 4 ? entry + 8 : read.long(entry + 8);
    directory.set(
      tag,
      Array.from({ length: values }, (_, each) => valueAt(read, { type, at: from + each * size })),
    );
  }
  return directory;
}

function valueAt(read: Reader, { type, at }: { readonly type: number; readonly at: number }): number {
  switch (type) {
    case 3:
      return read.short(at);
    case 4:
      return read.long(at);
    case 5:
      return read.long(at) / read.long(at + 4);
    default:
      return read.byte(at);
  }
}
