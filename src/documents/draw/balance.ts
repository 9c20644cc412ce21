// Real documents leave the graphics state unbalanced: a `q` without its `Q` would move all that is drawn behind it.
// This counts both in a content stream (ISO 32000-1, 7.8.2, 8.4.2), skipping strings, comments and inline images.

/** How many `Q` come without a `q` before them, and how many `q` are still open at the end. */
export type Balance = { readonly unopened: number; readonly open: number };

/** 1 for each byte that ends a token: white space and ( ) < > [ ] { } / %. */
const breaks = Uint8Array.from({ length: 256 }, (_, byte) =>
  isSpace(byte) || "()<>[]{}/%".includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** Counts the saves and restores of a page's whole content, its streams joined by white space. Takes any bytes. */
export function balanceOf(content: Uint8Array): Balance {
  let [unopened, open, at] = [0, 0, 0];
  while (at < content.length) {
    const end = pastToken(content, at);
    const operator = operatorAt(content, { at, end });
    if (operator === "q") open += 1;
    else if (operator === "Q" && open > 0) open -= 1;
    else if (operator === "Q") unopened += 1;
    at = operator === "ID" ? pastImage(content, end) : end;
  }
  return { unopened, open };
}

function operatorAt(
  content: Uint8Array,
  { at, end }: { readonly at: number; readonly end: number },
): "q" | "Q" | "ID" | null {
  const byte = content[at];
  if (end - at === 1) return byte === 0x71 ? "q" : byte === 0x51 ? "Q" : null;
  return end - at === 2 && byte === 0x49 && content[at + 1] === 0x44 ? "ID" : null;
}

/** Where the token that starts here ends: always behind `at`. */
function pastToken(content: Uint8Array, at: number): number {
  const byte = content[at] ?? 0;
  if (byte === 0x28) return pastString(content, at);
  if (byte === 0x25) return pastLine(content, at);
  if (byte === 0x3c) return content[at + 1] === 0x3c ? at + 2 : pastHex(content, at);
  if (breaks[byte] === 1 && byte !== 0x2f) return at + 1;
  let end = at + 1;
  while (end < content.length && breaks[content[end] ?? 0] === 0) end += 1;
  return end;
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
  return at;
}

function pastHex(content: Uint8Array, at: number): number {
  const found = content.indexOf(0x3e, at);
  return found === -1 ? content.length : found + 1;
}

/** Behind the `EI` that stands between white space: image data may hold any other bytes. */
function pastImage(content: Uint8Array, from: number): number {
  for (let at = from; at < content.length; at += 1) {
    const isEnd = content[at] === 0x45 && content[at + 1] === 0x49;
    if (isEnd && isSpace(content[at - 1] ?? 0x20) && isSpace(content[at + 2] ?? 0x20)) return at + 2;
  }
  return content.length;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0;
}
