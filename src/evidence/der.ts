// Just enough DER (ITU-T X.690) to write a certificate and a signature, and to read two fields of a certificate back.

import { assert } from "../base/assert.ts";

const tags = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31 };

/** One value: its tag, its length in the shortest form (X.690, 10.1), its content. */
export function tagged(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

/** SEQUENCE. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tagged(tags.sequence, ...parts);
}

/** SET OF: the elements in ascending order of their encodings (X.690, 11.6). */
export function setOf(...elements: readonly Uint8Array[]): Uint8Array {
  return tagged(tags.set, ...[...elements].sort((a, b) => Buffer.compare(a, b)));
}

/** Context tag `[number]`, constructed: EXPLICIT around a value, or IMPLICIT around a SEQUENCE's or SET's content. */
export function context(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  return tagged(0xa0 + number, ...content);
}

/** OBJECT IDENTIFIER from its dotted form (X.690, 8.19). */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(tags.oid, Buffer.from([40 * first + second, ...rest].flatMap(base128)));
}

/** A non-negative INTEGER from its big-endian bytes: shortest form, never read as negative (X.690, 8.3). */
export function integer(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start === -1 ? Buffer.from([0]) : bytes.subarray(start);
  const sign = (shortest[0] ?? 0) & 0x80 ? [0] : [];
  return tagged(tags.integer, Buffer.from(sign), shortest);
}

/** A small INTEGER, 0 to 255. */
export function small(value: number): Uint8Array {
  return integer(Buffer.from([value]));
}

/** OCTET STRING. */
export function octets(bytes: Uint8Array): Uint8Array {
  return tagged(tags.octets, bytes);
}

/** BIT STRING; `unused` bits at the end count for nothing. */
export function bits(bytes: Uint8Array, unused = 0): Uint8Array {
  return tagged(tags.bits, Buffer.from([unused]), bytes);
}

/** UTF8String. */
export function utf8(text: string): Uint8Array {
  return tagged(tags.utf8, Buffer.from(text, "utf8"));
}

/** BOOLEAN TRUE: FALSE is a default wherever we write one, and defaults are left out (X.690, 11.5). */
export const yes: Uint8Array = Buffer.from([0x01, 0x01, 0xff]);

/** NULL. */
export const nothing: Uint8Array = Buffer.from([0x05, 0x00]);

/** A value that was read: its tag, its content, and the whole encoding. */
export type Value = { readonly tag: number; readonly content: Uint8Array; readonly whole: Uint8Array };

/** The values that stand side by side in these bytes. Throws when they are no DER: lengths definite and in the shortest form. */
export function readAll(bytes: Uint8Array): readonly Value[] {
  const values: Value[] = [];
  let at = 0;
  while (at < bytes.length) {
    const value = readAt(bytes, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** The one value that these bytes are, of this tag. Throws when they are anything else. */
export function readOne(bytes: Uint8Array, tag: number): Value {
  const [value, ...more] = readAll(bytes);
  assert(value !== undefined && more.length === 0 && value.tag === tag, `one DER value of tag ${tag}`);
  return value;
}

/** An OBJECT IDENTIFIER's content in its dotted form (X.690, 8.19). */
export function dotted(content: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    assert(number < 2 ** 40, "a part of an object identifier is not that large");
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [head = 0, ...rest] = numbers;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - 40 * first, ...rest].join(".");
}

/** The tags of what is read, as X.690 numbers them. */
export const derTags = { ...tags, boolean: 0x01, nothing: 0x05, utcTime: 0x17, time: 0x18 } as const;

function readAt(bytes: Uint8Array, at: number): Value {
  const first = bytes[at + 1] ?? 0;
  const count = first < 0x80 ? 0 : first & 0x7f;
  assert(first !== 0x80 && count <= 4, "a DER length is definite and no longer than four bytes");
  const length =
    count === 0 ? first : bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  assert(lengthOf(length).length === 1 + count, "a DER length has the shortest form");
  const start = at + 2 + count;
  assert(start + length <= bytes.length, "a DER value ends within its bytes");
  return {
    tag: bytes[at] ?? 0,
    content: bytes.subarray(start, start + length),
    whole: bytes.subarray(at, start + length),
  };
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

function base128(value: number): readonly number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
  return bytes;
}
