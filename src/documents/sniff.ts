/** Readers look for the header of a PDF within so many bytes (ISO 32000-1, annex H, implementation note 13). */
const headerReach = 1024;

const signatures: readonly (readonly [string, string])[] = [
  ["d0cf11e0a1b11ae1", "an older Microsoft Office file"],
  ["89504e470d0a1a0a", "a PNG picture"],
  ["ffd8ff", "a JPEG picture"],
  ["47494638", "a GIF picture"],
  ["49492a00", "a TIFF picture"],
  ["4d4d002a", "a TIFF picture"],
  ["424d", "a BMP picture"],
  ["7b5c727466", "an RTF text"],
  ["25215053", "a PostScript file"],
];

const insideZip: readonly (readonly [string, string])[] = [
  ["word/", "a Word document"],
  ["xl/", "an Excel workbook"],
  ["ppt/", "a PowerPoint presentation"],
  ["application/vnd.oasis.opendocument", "an OpenDocument file"],
];

/** Null for a PDF; else what the file is, by its content, in words with an article. */
export function otherThanPdf(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "an empty file";
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headerReach));
  if (head.includes("%PDF-")) return null;
  const hex = head.toString("hex");
  if (hex.startsWith("504b0304")) return zipKind(bytes);
  const known = signatures.find(([start]) => hex.startsWith(start))?.[1];
  return known ?? textKind(head);
}

/** The names of a ZIP's parts stand in clear in its directory, at its end. */
function zipKind(bytes: Uint8Array): string {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return insideZip.find(([part]) => whole.includes(part))?.[1] ?? "a ZIP archive";
}

function textKind(head: Buffer): string {
  if (/^\s*(?:<!doctype html|<html)/iu.test(head.toString("latin1"))) return "an HTML page";
  const isText = head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  return isText ? "a plain text" : "a file of unknown type";
}
