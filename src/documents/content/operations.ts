// The operations of a content stream: an operator with the operands before it (ISO 32000-1, 7.8.2).

import { nextToken, pastImage, pastToken } from "./lexer.ts";

/** A part of the content, in bytes. */
export type Range = { readonly start: number; readonly end: number };

/** An operation: its operator's name, its operands in order (an array or a dictionary is one), and all its bytes. */
export type Operation = Range & { readonly operator: string; readonly operands: readonly Range[] };

/** Operands beyond this are not kept: no operator has as many. */
const mostOperands = 512;
const nesting = 32;

/** Calls `take` for each operation until it answers false. Inline images are one operation, `BI`. */
export function eachOperation(content: Uint8Array, take: (operation: Operation) => boolean): void {
  let operands: Range[] = [];
  for (let at = nextToken(content, 0); at < content.length; at = nextToken(content, at)) {
    const start = at;
    at = pastOperand(content, start);
    if (isOperand(content[start] ?? 0)) {
      operands.push({ start, end: at });
      if (operands.length > mostOperands) operands.shift();
      continue;
    }
    const operator = wordAt(content, { start, end: at });
    if (operator === "BI") at = pastInlineImage(content, at);
    const whole = { operator, operands, start: operands[0]?.start ?? start, end: at };
    operands = [];
    if (!take(whole)) return;
  }
}

/** The bytes as Latin-1 text. */
export function wordAt(content: Uint8Array, { start, end }: Range): string {
  return Buffer.from(content.buffer, content.byteOffset + start, end - start).toString("latin1");
}

/** Numbers, names, strings, arrays and dictionaries; `true`, `false` and `null` count as operators that nobody knows. */
function isOperand(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || "+-.(<[/]>)}{".includes(String.fromCharCode(byte));
}

/** Past a token, or past the array or dictionary that it opens. */
function pastOperand(content: Uint8Array, at: number): number {
  let end = pastToken(content, at);
  let depth = opens(content, at);
  if (depth === 0) return end;
  while (depth > 0 && depth < nesting) {
    const next = nextToken(content, end);
    if (next >= content.length) return next;
    end = pastToken(content, next);
    depth += opens(content, next);
  }
  return end;
}

/** 1 for a token that opens an array or a dictionary, -1 for one that closes one. */
function opens(content: Uint8Array, at: number): number {
  const byte = content[at];
  if (byte === 0x5b || (byte === 0x3c && content[at + 1] === 0x3c)) return 1;
  if (byte === 0x5d || (byte === 0x3e && content[at + 1] === 0x3e)) return -1;
  return 0;
}

function pastInlineImage(content: Uint8Array, from: number): number {
  for (let at = nextToken(content, from); at < content.length; at = nextToken(content, at)) {
    const end = pastToken(content, at);
    if (end - at === 2 && content[at] === 0x49 && content[at + 1] === 0x44) return pastImage(content, end);
    at = end;
  }
  return content.length;
}
