// Compound files (MS-CFB): what older Office files are. Only the names in the directory are read.

import type { Kind } from "./kinds.ts";

const endOfChain = 0xfffffffa;
const headerSectors = 109;
const mostSectors = 4096;

const streams: readonly (readonly [string, Kind])[] = [
  ["EncryptedPackage", { kind: "unusable", words: "an Office file that is protected by a password" }],
  ["WordDocument", { kind: "office", format: "doc" }],
  ["Workbook", { kind: "office", format: "xls" }],
  ["Book", { kind: "office", format: "xls" }],
  ["PowerPoint Document", { kind: "office", format: "ppt" }],
  ["__properties_version1.0", { kind: "unusable", words: "an Outlook message" }],
  ["VisioDocument", { kind: "unusable", words: "a Visio drawing" }],
];

/** What a compound file is, by the names of its streams. Damage makes it an older Office file of unknown kind. */
export function oleKind(bytes: Uint8Array): Kind {
  const names = directoryNames(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const known = streams.find(([name]) => names.has(name))?.[1];
  return known ?? { kind: "unusable", words: "an older Microsoft file whose kind cannot be told" };
}

function directoryNames(file: Buffer): ReadonlySet<string> {
  const names = new Set<string>();
  if (file.length < 512) return names;
  const size = file.readUInt16LE(30) === 12 ? 4096 : 512;
  let sector = file.readUInt32LE(48);
  for (let count = 0; sector < endOfChain && count < mostSectors; count += 1) {
    const at = (sector + 1) * size;
    if (at + size > file.length) break;
    for (let entry = at; entry < at + size; entry += 128) names.add(nameAt(file, entry));
    sector = nextSector(file, { sector, size });
  }
  return names;
}

/** The name of a directory entry (MS-CFB 2.6.1): UTF-16 with its length in bytes behind it, terminator included. */
function nameAt(file: Buffer, entry: number): string {
  const length = file.readUInt16LE(entry + 64);
  return length < 2 || length > 64 ? "" : file.toString("utf16le", entry, entry + length - 2);
}

type Place = { readonly sector: number; readonly size: number };

/** The sector that follows in its chain, by the allocation table. */
function nextSector(file: Buffer, { sector, size }: Place): number {
  const each = size / 4;
  const table = tableSector(file, { sector: Math.floor(sector / each), size });
  return readNumber(file, (table + 1) * size + (sector % each) * 4);
}

/** Where a sector of the allocation table is: the header names the first 109, a chain of sectors the rest (MS-CFB 2.5). */
function tableSector(file: Buffer, { sector: index, size }: Place): number {
  if (index < headerSectors) return readNumber(file, 76 + index * 4);
  const each = size / 4 - 1;
  let left = index - headerSectors;
  let sector = readNumber(file, 68);
  for (let count = 0; left >= each && count < mostSectors && sector < endOfChain; count += 1) {
    sector = readNumber(file, (sector + 2) * size - 4);
    left -= each;
  }
  return readNumber(file, (sector + 1) * size + left * 4);
}

function readNumber(file: Buffer, at: number): number {
  return at + 4 > file.length ? endOfChain : file.readUInt32LE(at);
}
