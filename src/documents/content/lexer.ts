// The tokens of a content stream (ISO 32000-1, 7.2 and 7.8.2), by the bytes they stand on. Takes any bytes.

/** 1 for white space, 2 for ( ) < > [ ] { } / %, else 0. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) =>
  isSpace(byte) ? 1 : "()<>[]{}/%".includes(String.fromCharCode(byte)) ? 2 : 0,
);

/** White space of PDF: NUL, tab, line feed, form feed, carriage return, blank. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d) || byte === 0;
}

/** Where the next token begins: past white space and comments; the length of the content when there is none. */
export function nextToken(content: Uint8Array, from: number): number {
  let at = from;
  while (at < content.length) {
    const byte = content[at] ?? 0;
    if (kinds[byte] === 1) at += 1;
    else if (byte === 0x25) at = pastLine(content, at);
    else return at;
  }
  return at;
}

/** Where the token that starts here ends: always behind `at`. Brackets of arrays and dictionaries are tokens of their own. */
export function pastToken(content: Uint8Array, at: number): number {
  const byte = content[at] ?? 0;
  if (byte === 0x28) return pastString(content, at);
  if (byte === 0x25) return pastLine(content, at);
  if (byte === 0x3c) return content[at + 1] === 0x3c ? at + 2 : pastHex(content, at);
  if (byte === 0x3e && content[at + 1] === 0x3e) return at + 2;
  if (kinds[byte] !== 0 && byte !== 0x2f) return at + 1;
  let end = at + 1;
  while (end < content.length && kinds[content[end] ?? 0] === 0) end += 1;
  return end;
}

/** Behind the `EI` that stands between white space: image data may hold any other bytes. */
export function pastImage(content: Uint8Array, from: number): number {
  for (let at = from; at < content.length; at += 1) {
    const isEnd = content[at] === 0x45 && content[at + 1] === 0x49;
    if (isEnd && isSpace(content[at - 1] ?? 0x20) && isSpace(content[at + 2] ?? 0x20)) return at + 2;
  }
  return content.length;
}

function pastString(content: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < content.length; at += 1) {
    const byte = content[at];
    if (byte === 0x5c) at += 1;
    else if (byte === 0x28) depth += 1;
    else if (byte === 0x29) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return content.length;
}

function pastLine(content: Uint8Array, from: number): number {
  let at = from;
  while (at < content.length && content[at] !== 0x0a && content[at] !== 0x0d) at += 1;
  return Math.max(at, from + 1);
}

function pastHex(content: Uint8Array, at: number): number {
  const found = content.indexOf(0x3e, at);
  return found === -1 ? content.length : found + 1;
}
