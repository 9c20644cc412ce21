import { decodeText } from "./convert/charset.ts";
import type { PictureKind } from "./convert/kinds.ts";

/** How the first bytes of a file begin: enough to tell who reads the rest. */
export type Beginning = PictureKind | "pdf" | "zip" | "ole" | "rtf" | "html" | "other";

/** Readers look for the header of a PDF within so many bytes (ISO 32000-1, annex H, implementation note 13). */
const headReach = 1024;

const pictureStarts: readonly (readonly [PictureKind, RegExp])[] = [
  ["png", /^89504e470d0a1a0a/],
  ["jpeg", /^ffd8ff/],
  ["gif", /^47494638(?:37|39)61/],
  ["webp", /^52494646.{8}57454250/],
  ["tiff", /^(?:49492a00|4d4d002a)/],
];

/** What begins an HTML page, behind white space, comments and an XML declaration. */
const htmlStart =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|(?:html|head|body|title|meta|style|table|div|center|font|h[1-6]|p)(?=[\s/>]))/iu;

/** How a file begins. Looks at its first 1,024 bytes only; the name counts for nothing. */
export function beginningOf(bytes: Uint8Array): Beginning {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headReach));
  const hex = head.subarray(0, 16).toString("hex");
  const picture = pictureStarts.find(([, start]) => start.test(hex))?.[0];
  if (picture !== undefined) return picture;
  if (/^504b(?:0304|0506|0708)/.test(hex)) return "zip";
  if (hex.startsWith("d0cf11e0a1b11ae1")) return "ole";
  if (head.includes("%PDF-")) return "pdf";
  if (/^\s*\{\\rtf/.test(head.toString("latin1"))) return "rtf";
  return htmlStart.test(decodeText(head) ?? "") ? "html" : "other";
}

/** Whether LibreOffice reads files that begin so. */
export function isForOffice(beginning: Beginning): boolean {
  return beginning === "zip" || beginning === "ole" || beginning === "rtf" || beginning === "html";
}
