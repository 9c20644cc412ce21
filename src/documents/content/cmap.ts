// How the codes of a composite font are cut out of its strings, and which glyph (CID) each means (ISO 32000-1, 9.7.5).

import { eachOperation } from "./operations.ts";
import { numberAt, stringAt } from "./values.ts";

/** A code: how many bytes it takes, and its CID; CID 0 where the map has none. */
export type Code = { readonly length: number; readonly cid: number };

/** Reads the code that stands at an offset of a string. */
export type CodeReader = (bytes: Uint8Array, at: number) => Code;

/** Identity-H: two bytes a code, which is the CID. */
export const readIdentity: CodeReader = (bytes, at) => ({
  length: 2,
  cid: ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0),
});

type Span = { readonly length: number; readonly low: number; readonly high: number };
type CidSpan = Span & { readonly cid: number };

const mostSpans = 20_000;

/** A map that is a stream in the file; null when it builds on another one or has no room for codes. */
export function readCmap(content: Uint8Array): CodeReader | null {
  const spaces: Span[] = [];
  const cids: CidSpan[] = [];
  let isWhole = true;
  eachOperation(content, ({ operator, operands }) => {
    const numbers = operands.map((range) => stringAt(content, range));
    if (operator === "usecmap") isWhole = false;
    const step =
      operator === "endcodespacerange" ? 2 : operator === "endcidrange" ? 3 : operator === "endcidchar" ? 2 : 0;
    for (let at = 0; step > 0 && at + step <= operands.length; at += step) {
      const low = numbers[at];
      const high = operator === "endcidchar" ? low : numbers[at + 1];
      if (!low || !high) continue;
      const span = { length: low.length, low: numberOf(low), high: numberOf(high) };
      if (operator === "endcodespacerange") spaces.push(span);
      else cids.push({ ...span, cid: numberAt(content, operands[at + step - 1]) });
    }
    return isWhole && spaces.length + cids.length < mostSpans;
  });
  if (!isWhole || spaces.length === 0) return null;
  return (bytes, at) => readCode(bytes, { at, spaces, cids });
}

function readCode(
  bytes: Uint8Array,
  { at, spaces, cids }: { readonly at: number; readonly spaces: readonly Span[]; readonly cids: readonly CidSpan[] },
): Code {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    const value = numberOf(bytes.subarray(at, at + length));
    const within = (span: Span) => span.length === length && value >= span.low && value <= span.high;
    if (!spaces.some(within)) continue;
    const found = cids.find(within);
    return { length, cid: found === undefined ? 0 : found.cid + value - found.low };
  }
  return { length: Math.min(...spaces.map((span) => span.length)), cid: 0 };
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
