import { unzipSync } from "fflate";
import { limits } from "../../base/limits.ts";
import type { Kind, OfficeKind } from "./kinds.ts";

const folders: readonly (readonly [string, OfficeKind])[] = [
  ["word/", "docx"],
  ["xl/", "xlsx"],
  ["ppt/", "pptx"],
];

const openDocuments: readonly (readonly [RegExp, OfficeKind])[] = [
  [/^application\/vnd\.oasis\.opendocument\.text(?:-template)?$/, "odt"],
  [/^application\/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?$/, "ods"],
  [/^application\/vnd\.oasis\.opendocument\.presentation(?:-template)?$/, "odp"],
];

/** What a ZIP archive is, by its parts: OOXML has its content types and a folder of the program, ODF its media type. */
export function zipKind(bytes: Uint8Array): Kind {
  const names: string[] = [];
  let type = "";
  try {
    const found = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (names.length <= limits.packageParts) names.push(name);
        return name === "mimetype" && originalSize <= 200;
      },
    });
    type = Buffer.from(found.mimetype ?? [])
      .toString("latin1")
      .trim();
  } catch {
    return { kind: "unusable", words: "a damaged ZIP archive" };
  }
  const open = openDocuments.find(([pattern]) => pattern.test(type))?.[1];
  if (open !== undefined) return { kind: "office", format: open };
  if (names.some((name) => name === "xl/workbook.bin"))
    return { kind: "unusable", words: "a binary Excel workbook (XLSB): save it as XLSX" };
  const office = names.includes("[Content_Types].xml")
    ? folders.find(([folder]) => names.some((name) => name.startsWith(folder)))?.[1]
    : undefined;
  if (office !== undefined) return { kind: "office", format: office };
  return { kind: "unusable", words: type === "" ? "a ZIP archive" : `a ZIP archive of type ${type.slice(0, 60)}` };
}
