import { beginningOf } from "./beginning.ts";
import { decodeText } from "./convert/charset.ts";
import type { Kind } from "./convert/kinds.ts";
import { oleKind } from "./convert/ole.ts";
import { zipKind } from "./convert/zip-kind.ts";

/** The kinds of file that can be sent, for people. */
const possibleKinds =
  "PDF, DOCX, DOC, ODT, RTF, XLSX, XLS, ODS, PPTX, PPT, ODP, TXT, HTML, PNG, JPEG, TIFF, GIF and WEBP";

const strangers: readonly (readonly [RegExp, string])[] = [
  [/^424d.{12}0{8}/, "a BMP picture"],
  [/^25215053/, "a PostScript file"],
  [/^1f8b/, "a gzip archive"],
  [/^526172211a07/, "a RAR archive"],
  [/^377abcaf271c/, "a 7-Zip archive"],
  [/^.{8}667479706865(?:69|76)/, "a HEIC picture"],
  [/^.{8}6674797061766966/, "an AVIF picture"],
  [/^.{8}66747970/, "a video"],
  [/^7f454c46/, "a program"],
];

/** What a file is. Reads the directory of an archive: for the children only. */
export function sniff(bytes: Uint8Array): Kind {
  if (bytes.length === 0) return { kind: "unusable", words: "an empty file" };
  const beginning = beginningOf(bytes);
  switch (beginning) {
    case "pdf":
      return { kind: "pdf" };
    case "zip":
      return zipKind(bytes);
    case "ole":
      return oleKind(bytes);
    case "rtf":
    case "html":
      return { kind: "office", format: beginning };
    case "other":
      return otherKind(bytes);
    default:
      return { kind: "picture", format: beginning };
  }
}

/** The sentence that refuses a file of a kind that cannot be used. */
export function unusableWords(name: string, words: string): string {
  return `"${name}" is ${words}. These kinds of file can be sent: ${possibleKinds}.`;
}

function otherKind(bytes: Uint8Array): Kind {
  const hex = Buffer.from(bytes.subarray(0, 16)).toString("hex");
  const known = strangers.find(([start]) => start.test(hex))?.[1];
  if (known !== undefined) return { kind: "unusable", words: known };
  return decodeText(bytes) === null ? { kind: "unusable", words: "a file of unknown kind" } : { kind: "text" };
}
