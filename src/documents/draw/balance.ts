// Real documents leave the graphics state unbalanced: a `q` without its `Q` would move all that is drawn behind it.
// This counts both in a content stream (ISO 32000-1, 7.8.2, 8.4.2), skipping strings, comments and inline images.

import { nextToken, pastImage, pastToken } from "../content/lexer.ts";

/** How many `Q` come without a `q` before them, and how many `q` are still open at the end. */
export type Balance = { readonly unopened: number; readonly open: number };

/** Counts the saves and restores of a page's whole content, its streams joined by white space. Takes any bytes. */
export function balanceOf(content: Uint8Array): Balance {
  let [unopened, open] = [0, 0];
  for (let at = nextToken(content, 0); at < content.length; at = nextToken(content, at)) {
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
