import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { OfficeKind } from "./kinds.ts";
import { isExecutable } from "./sandbox.ts";

const usual = [
  "/usr/lib/libreoffice/program/soffice",
  "/usr/lib64/libreoffice/program/soffice",
  "/usr/local/bin/soffice",
  "/opt/libreoffice/program/soffice",
];

const modules = {
  writer: "writer_pdf_Export",
  calc: "calc_pdf_Export",
  impress: "impress_pdf_Export",
} as const;

/** For each kind the filter that reads it, so that LibreOffice does not judge anew what a file is, and who prints it. */
const filters: Readonly<Record<OfficeKind, readonly [string, keyof typeof modules]>> = {
  docx: ["MS Word 2007 XML", "writer"],
  doc: ["MS Word 97", "writer"],
  odt: ["writer8", "writer"],
  rtf: ["Rich Text Format", "writer"],
  html: ["HTML (StarWriter)", "writer"],
  xlsx: ["Calc MS Excel 2007 XML", "calc"],
  xls: ["MS Excel 97", "calc"],
  ods: ["calc8", "calc"],
  pptx: ["Impress MS PowerPoint 2007 XML", "impress"],
  ppt: ["MS PowerPoint 97", "impress"],
  odp: ["impress8", "impress"],
};

const pdfOptions = {
  UseTaggedPDF: false,
  ExportFormFields: false,
  ExportNotes: false,
  ExportBookmarks: false,
  EmbedStandardFonts: true,
};

/**
 * The program to start: the one that was set, else `soffice` of the search path, else that of the usual folders. Null: there
 * is none. The launching script is passed by where the program itself lies beside it, so that a signal meets the program.
 */
export function findSoffice({ given, path }: { readonly given: string | null; readonly path: string }): string | null {
  const named = path.split(delimiter).filter((folder) => folder !== "");
  const places = given === null ? [...named.map((folder) => join(folder, "soffice")), ...usual] : [given];
  const found = places.find((place) => existsSync(place) && isExecutable(place));
  if (found === undefined) return null;
  const real = realpathSync(found);
  const program = join(dirname(real), "soffice.bin");
  return isExecutable(program) ? program : real;
}

/** The arguments that make a PDF of `in.<format>` in the box, beside it. */
export function conversionArgs({
  box,
  format,
}: {
  readonly box: string;
  readonly format: OfficeKind;
}): readonly string[] {
  const [reader, module] = filters[format];
  const options = Object.entries(pdfOptions).map(([name, value]) => [name, { type: "boolean", value: String(value) }]);
  return [
    "--headless",
    "--norestore",
    "--nolockcheck",
    "--nodefault",
    "--nologo",
    "--nofirststartwizard",
    `-env:UserInstallation=${pathToFileURL(join(box, "profile")).href}`,
    `--infilter=${reader}`,
    "--convert-to",
    `pdf:${modules[module]}:${JSON.stringify(Object.fromEntries(options))}`,
    "--outdir",
    box,
    join(box, `in.${format}`),
  ];
}
