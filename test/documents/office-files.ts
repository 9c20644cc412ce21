import { strToU8, zipSync } from "fflate";

/** The parts of a package by name: XML texts, or bytes. */
export type PackageParts = Readonly<Record<string, string | Uint8Array>>;

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
/** Where the types of relationships begin. */
export const officeType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A ZIP of these parts; a `mimetype` comes first and uncompressed. */
export function zipOf(parts: PackageParts): Uint8Array {
  const files = Object.entries(parts).map(([name, part]) => {
    const bytes = typeof part === "string" ? strToU8(part) : part;
    return [name, name === "mimetype" ? ([bytes, { level: 0 }] as const) : bytes] as const;
  });
  return zipSync(Object.fromEntries(files) as Parameters<typeof zipSync>[0]);
}

/** A relationship: its id, the end of its type, its target; `External` where it leaves the package. */
export type Relation = readonly [id: string, type: string, target: string, mode?: "External"];

/** The part that lists relationships. */
function relationsOf(relations: readonly Relation[]): string {
  const list = relations.map(
    ([id, type, target, mode]) =>
      `<Relationship Id="${id}" Type="${officeType}/${type}" Target="${target}"${mode ? ` TargetMode="${mode}"` : ""}/>`,
  );
  return `${declaration}<Relationships xmlns="${relationships}">${list.join("")}</Relationships>`;
}

/** What a Word document is made of: the XML of its body, its relationships, further parts. */
export type WordFile = {
  readonly body: string;
  readonly relations?: readonly Relation[];
  readonly parts?: PackageParts;
};

const wordSpaces = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  `xmlns:r="${officeType}"`,
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
  'xmlns:v="urn:schemas-microsoft-com:vml"',
  'xmlns:o="urn:schemas-microsoft-com:office:office"',
].join(" ");

/** A paragraph of a Word document. */
export function wordParagraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** A picture of an inch in a Word document: `r:embed="rId1"` or `r:link="rId1"`. */
export function wordPicture(reference: string): string {
  const blip = `<pic:blipFill><a:blip ${reference}/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`;
  const shape = `<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="914400"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>`;
  const picture = `<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>${blip}${shape}</pic:pic>`;
  const graphic = `<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">${picture}</a:graphicData></a:graphic>`;
  return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="914400"/><wp:docPr id="1" name="p"/>${graphic}</wp:inline></w:drawing></w:r></w:p>`;
}

/** A complex field of a Word document, its code in these pieces, with its last result. */
export function wordField(pieces: readonly string[], result: string): string {
  const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
  const code = pieces.map((piece) => `<w:r><w:instrText xml:space="preserve">${piece}</w:instrText></w:r>`).join("");
  return `<w:p>${mark("begin")}${code}${mark("separate")}<w:r><w:t>${result}</w:t></w:r>${mark("end")}</w:p>`;
}

/** A DOCX. */
export function docx({ body, relations = [], parts = {} }: WordFile): Uint8Array {
  const main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
  return zipOf({
    "[Content_Types].xml": contentTypes([["/word/document.xml", main]]),
    "_rels/.rels": relationsOf([["rId1", "officeDocument", "word/document.xml"]]),
    "word/document.xml": `${declaration}<w:document ${wordSpaces}><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": relationsOf(relations),
    ...parts,
  });
}

/** An XLSX of one sheet: the XML of its rows. */
export function xlsx(
  rows: string,
  { relations = [], parts = {} }: Partial<Pick<WordFile, "relations" | "parts">> = {},
): Uint8Array {
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const sheets = `<sheets><sheet name="Prices" sheetId="1" r:id="rId1"/></sheets>`;
  return zipOf({
    "[Content_Types].xml": contentTypes([
      ["/xl/workbook.xml", `${type}.sheet.main+xml`],
      ["/xl/worksheets/sheet1.xml", `${type}.worksheet+xml`],
    ]),
    "_rels/.rels": relationsOf([["rId1", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `${declaration}<workbook xmlns="${main}" xmlns:r="${officeType}">${sheets}</workbook>`,
    "xl/_rels/workbook.xml.rels": relationsOf([["rId1", "worksheet", "worksheets/sheet1.xml"], ...relations]),
    "xl/worksheets/sheet1.xml": `${declaration}<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`,
    ...parts,
  });
}

/** A PPTX of one slide that says one thing. */
export function pptx(text: string): Uint8Array {
  const type = "application/vnd.openxmlformats-officedocument.presentationml";
  const spaces = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${officeType}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`;
  const group = `<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>`;
  const place = `<a:xfrm><a:off x="914400" y="914400"/><a:ext cx="7315200" cy="914400"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>`;
  const box = `<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>${place}</p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="en-US" sz="2800"/><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const tree = (inner: string) => `<p:cSld><p:spTree>${group}${inner}</p:spTree></p:cSld>`;
  const map = `<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>`;
  const slide = (name: string, inner: string) => `${declaration}<p:${name} ${spaces}>${inner}</p:${name}>`;
  return zipOf({
    "[Content_Types].xml": contentTypes([
      ["/ppt/presentation.xml", `${type}.presentation.main+xml`],
      ["/ppt/slides/slide1.xml", `${type}.slide+xml`],
      ["/ppt/slideLayouts/slideLayout1.xml", `${type}.slideLayout+xml`],
      ["/ppt/slideMasters/slideMaster1.xml", `${type}.slideMaster+xml`],
    ]),
    "_rels/.rels": relationsOf([["rId1", "officeDocument", "ppt/presentation.xml"]]),
    "ppt/presentation.xml": slide(
      "presentation",
      `<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>`,
    ),
    "ppt/_rels/presentation.xml.rels": relationsOf([
      ["rId1", "slideMaster", "slideMasters/slideMaster1.xml"],
      ["rId2", "slide", "slides/slide1.xml"],
    ]),
    "ppt/slides/slide1.xml": slide("sld", tree(box)),
    "ppt/slides/_rels/slide1.xml.rels": relationsOf([["rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"]]),
    "ppt/slideLayouts/slideLayout1.xml": slide("sldLayout", tree("")),
    "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relationsOf([
      ["rId1", "slideMaster", "../slideMasters/slideMaster1.xml"],
    ]),
    "ppt/slideMasters/slideMaster1.xml": slide(
      "sldMaster",
      `${tree("")}${map}<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>`,
    ),
    "ppt/slideMasters/_rels/slideMaster1.xml.rels": relationsOf([
      ["rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"],
    ]),
  });
}

const openSpaces = ["office", "text", "table", "draw", "script", "style", "presentation"]
  .map((name) => {
    const path = { draw: "drawing" }[name] ?? name;
    return `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${path}:1.0"`;
  })
  .concat(
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
    'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"',
    'xmlns:xlink="http://www.w3.org/1999/xlink"',
  )
  .join(" ");

/** An ODT, ODS or ODP: the XML of its body, what stands before the body, further parts. */
export function openDocument(
  kind: "text" | "spreadsheet" | "presentation",
  { body, before = "", parts = {} }: { readonly body: string; readonly before?: string; readonly parts?: PackageParts },
): Uint8Array {
  const type = `application/vnd.oasis.opendocument.${kind}`;
  const entry = (path: string, media: string) =>
    `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${media}"/>`;
  const entries = [
    entry("/", type),
    entry("content.xml", "text/xml"),
    ...Object.keys(parts).map((path) => entry(path, path.endsWith(".xml") ? "text/xml" : "")),
  ];
  const content = `${before}<office:body><office:${kind}>${body}</office:${kind}></office:body>`;
  return zipOf({
    mimetype: type,
    "content.xml": `${declaration}<office:document-content ${openSpaces} office:version="1.2">${content}</office:document-content>`,
    "META-INF/manifest.xml": `${declaration}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">${entries.join("")}</manifest:manifest>`,
    ...parts,
  });
}

function contentTypes(overrides: readonly (readonly [part: string, type: string])[]): string {
  const defaults = [
    ["rels", "application/vnd.openxmlformats-package.relationships+xml"],
    ["xml", "application/xml"],
    ["png", "image/png"],
    ["svg", "image/svg+xml"],
    ["html", "text/html"],
    ["bin", "application/vnd.openxmlformats-officedocument.oleObject"],
  ].map(([extension, type]) => `<Default Extension="${extension}" ContentType="${type}"/>`);
  const list = overrides.map(([part, type]) => `<Override PartName="${part}" ContentType="${type}"/>`);
  return `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${defaults.join("")}${list.join("")}</Types>`;
}
