import { assert } from "../base/assert.ts";

/** A document with room for its seal, as `completeDocument` leaves it: `contents` spans the hex digits in bytes. */
export type Unsealed = {
  readonly bytes: Uint8Array;
  readonly byteRange: readonly [number, number, number, number];
  readonly contents: { readonly start: number; readonly length: number };
};

/**
 * Throws, as for a bug, unless what the ByteRange leaves out is exactly `<000…0>`, all of it zeros, behind the key
 * /Contents.
 */
export function checkSealRoom({ bytes, byteRange: [from, first, second, rest], contents }: Unsealed): void {
  const { start, length } = contents;
  const all = from === 0 && first === start - 1 && second === start + length + 1 && second + rest === bytes.length;
  assert(all && length > 0, "the ByteRange covers everything but /Contents");
  assert(bytes[first] === 0x3c && bytes[second - 1] === 0x3e, "/Contents stands between < and >");
  assert(
    bytes.subarray(start, start + length).every((byte) => byte === 0x30),
    "/Contents is empty",
  );
  const key = Buffer.from(bytes.subarray(Math.max(0, first - 10), first)).toString("latin1");
  assert(/\/Contents\s*$/.test(key), "what the ByteRange leaves out is /Contents");
}
