/** Control characters that no text has: all but tab, line ends and form feed; those above U+007F come of odd encodings. */
const binary = /[^\P{Cc}\t\n\v\f\r\u007f-\u009f]/u;

/** What DOS put behind a text. */
const endOfFile = "\u001a";

/**
 * The characters of a text: UTF-16 or UTF-8 where a byte order mark says so, else UTF-8 where the bytes are that, else
 * Windows-1252 (of which Latin-1 is a part). Null for bytes that are no text. A DOS end-of-file mark at the end goes.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const text = decodeMarked(bytes) ?? decodeUtf8(bytes) ?? new TextDecoder("windows-1252").decode(bytes);
  const whole = text.endsWith(endOfFile) ? text.slice(0, -1) : text;
  return binary.test(whole) ? null : whole;
}

function decodeMarked(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return null;
}

/** Bytes cut off within a character are UTF-8 all the same: the head of a file is looked at alone. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
