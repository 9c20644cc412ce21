// Operands as values (ISO 32000-1, 7.3).

import { nextToken, pastToken } from "./lexer.ts";
import { type Range, wordAt } from "./operations.ts";

/** The number, or 0 for what is none. */
export function numberAt(content: Uint8Array, range: Range | undefined): number {
  if (range === undefined) return 0;
  const value = Number(wordAt(content, range));
  return Number.isFinite(value) ? value : 0;
}

/** The name without its slash, `#xx` resolved; null for what is no name. */
export function nameAt(content: Uint8Array, range: Range | undefined): string | null {
  if (range === undefined || content[range.start] !== 0x2f) return null;
  const raw = wordAt(content, { start: range.start + 1, end: range.end });
  return raw.replace(/#([0-9a-fA-F]{2})/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The bytes of a string, literal or hexadecimal; null for what is no string. */
export function stringAt(content: Uint8Array, { start, end }: Range): Uint8Array | null {
  if (content[start] === 0x28) return literal(content, { start: start + 1, end: end - 1 });
  if (content[start] === 0x3c && content[start + 1] !== 0x3c) return hex(content, { start: start + 1, end: end - 1 });
  return null;
}

/** The elements of an array, as ranges; an operand that is no array is its own only element. */
export function elementsOf(content: Uint8Array, range: Range): readonly Range[] {
  if (content[range.start] !== 0x5b) return [range];
  const elements: Range[] = [];
  for (let at = nextToken(content, range.start + 1); at < range.end - 1; at = nextToken(content, at)) {
    const end = pastToken(content, at);
    elements.push({ start: at, end });
    at = end;
  }
  return elements;
}

const escapes = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
]);

function literal(content: Uint8Array, { start, end }: Range): Uint8Array {
  const bytes: number[] = [];
  for (let at = start; at < end; at += 1) {
    const byte = content[at] ?? 0;
    if (byte === 0x0d) {
      bytes.push(0x0a);
      if (content[at + 1] === 0x0a) at += 1;
    } else if (byte !== 0x5c) bytes.push(byte);
    else at = pastEscape(content, { at: at + 1, bytes });
  }
  return Uint8Array.from(bytes);
}

/** Reads what stands behind a backslash; answers its last byte. */
function pastEscape(content: Uint8Array, { at, bytes }: { readonly at: number; readonly bytes: number[] }): number {
  const byte = content[at] ?? 0;
  if (byte >= 0x30 && byte <= 0x37) {
    const octal =
      /^[0-7]{1,3}/u.exec(wordAt(content, { start: at, end: Math.min(at + 3, content.length) }))?.[0] ?? "0";
    bytes.push(Number.parseInt(octal, 8) & 0xff);
    return at + octal.length - 1;
  }
  if (byte === 0x0d) return content[at + 1] === 0x0a ? at + 1 : at;
  if (byte !== 0x0a) bytes.push(escapes.get(byte) ?? byte);
  return at;
}

function hex(content: Uint8Array, range: Range): Uint8Array {
  const digits = wordAt(content, range).replace(/[^0-9a-fA-F]/gu, "");
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, "hex");
}
