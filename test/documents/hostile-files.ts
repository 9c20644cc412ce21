import { docx, officeType, openDocument, pptx, wordField, wordParagraph, wordPicture, xlsx } from "./office-files.ts";

/** Where hostile documents point: an address that counts calls, and files that nobody may see. */
export type Bait = {
  /** Such as http://127.0.0.1:1234. */
  readonly url: string;
  /** file: addresses of a text file and of a PNG. */
  readonly text: string;
  readonly picture: string;
};

/** Documents that reach out in every way we know, by what they are. Each has the word "Hello" to be found on its page. */
export function hostileFiles({ url, text, picture }: Bait): Readonly<Record<string, Uint8Array>> {
  const hello = wordParagraph("Hello");
  const both = [`${url}/a.png`, picture];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90"><image xlink:href="${url}/svg.png" width="40" height="40"/><image xlink:href="${picture}" width="90" height="90"/></svg>`;
  const page = `<html><body><p>Hello chunk</p><img src="${url}/chunk.png"><img src="${picture}"><iframe src="${text}"></iframe></body></html>`;
  return {
    "docx with linked pictures": docx({
      body: hello + wordPicture('r:link="rId1"') + wordPicture('r:link="rId2"') + wordPicture('r:embed="rId1"'),
      relations: both.map((target, index) => [`rId${index + 1}`, "image", target, "External"]),
    }),
    "docx with hyperlinks that are pictures": docx({
      body: hello + wordPicture('r:link="rId1"') + wordPicture('r:embed="rId2"'),
      relations: both.map((target, index) => [`rId${index + 1}`, "hyperlink", target, "External"]),
    }),
    "docx with an attached template": docx({
      body: hello,
      relations: [["rId1", "settings", "settings.xml"]],
      parts: {
        "word/settings.xml": `<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${officeType}"><w:attachedTemplate r:id="rId1"/></w:settings>`,
        "word/_rels/settings.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${officeType}/attachedTemplate" Target="${url}/t.dotx" TargetMode="&#69;xternal"/></Relationships>`,
      },
    }),
    "docx with fields": docx({
      body:
        hello +
        wordField(["INCLUDE", `PICTURE "${url}/field.png" \\d`], "one") +
        wordField([`INCLUDEPICTURE "${picture}" \\d`], "two") +
        wordField([], "plain").replace(
          '<w:r><w:fldChar w:fldCharType="separate"/>',
          `<w:r><w:t>INCLUDEPICTURE "${url}/text.png"</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/>`,
        ) +
        wordField([`INCLUDETEXT "${text}"`], "three") +
        wordField([`DDEAUTO soffice "${text}" x`], "four") +
        `<w:p><w:fldSimple w:instr="INCLUDEPICTURE &quot;${picture}&quot; \\d"><w:r><w:t>five</w:t></w:r></w:fldSimple></w:p>`,
    }),
    "docx with pictures in VML": docx({
      body: `${hello}<w:p><w:r><w:pict><v:shape style="width:90pt;height:90pt"><v:imagedata src="${picture}" r:href="rId1"/></v:shape></w:pict></w:r></w:p><w:p><w:r><w:pict><v:shape style="width:90pt;height:90pt"><v:imagedata r:id="rId2"/></v:shape></w:pict></w:r></w:p>`,
      relations: both.map((target, index) => [`rId${index + 1}`, "image", target, "External"]),
    }),
    "docx with a linked object": docx({
      body: `${hello}<w:p><w:r><w:object><v:shape id="s" style="width:90pt;height:90pt"><v:imagedata r:id="rId2"/></v:shape><o:OLEObject Type="Link" ProgID="Word.Document.12" ShapeID="s" DrawAspect="Content" ObjectID="_1" r:id="rId1" UpdateMode="Always"/></w:object></w:r></w:p>`,
      relations: [
        ["rId1", "oleObject", text, "External"],
        ["rId2", "image", picture, "External"],
      ],
    }),
    "docx with a chunk of HTML": docx({
      body: `${hello}<w:altChunk r:id="rId1"/>`,
      relations: [["rId1", "aFChunk", "chunk.html"]],
      parts: { "word/chunk.html": page },
    }),
    "docx with an SVG": docx({
      body: hello + wordPicture('r:embed="rId1"'),
      relations: [["rId1", "image", "media/a.svg"]],
      parts: { "word/media/a.svg": Buffer.from(svg) },
    }),
    "xlsx with formulas and another workbook": xlsx(
      `<row r="1"><c r="A1" t="inlineStr"><is><t>Hello</t></is></c><c r="B1"><f>_xlfn.WEBSERVICE("${url}/w")</f><v>7</v></c><c r="C1"><f>[1]Sheet1!A1</f><v>8</v></c><c r="D1"><f>INDIRECT("'${text}'#$Sheet1.A1")</f><v>9</v></c></row>`,
      {
        relations: [["rId7", "externalLink", "externalLinks/externalLink1.xml"]],
        parts: {
          "xl/externalLinks/externalLink1.xml": `<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${officeType}"><externalBook r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook></externalLink>`,
          "xl/externalLinks/_rels/externalLink1.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${officeType}/externalLinkPath" Target="${url}/book.xlsx" TargetMode="External"/></Relationships>`,
        },
      },
    ),
    "pptx that is harmless": pptx("Hello"),
    "odt with linked pictures and sections": openDocument("text", {
      body: `<text:p>Hello</text:p>${both.map((each) => `<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="${each}"/></draw:frame></text:p>`).join("")}<text:section text:name="s"><text:section-source xlink:href="${text}"/><text:p>old</text:p></text:section><text:section text:name="u"><text:section-source xlink:href="${url}/section.odt"/><text:p>old</text:p></text:section><text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:floating-frame xlink:href="${text}"/></draw:frame></text:p><text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:object xlink:href="${url}/object.odt"/></draw:frame></text:p>`,
    }),
    "ods with links to other tables": openDocument("spreadsheet", {
      body: `<table:table table:name="S"><table:table-source xlink:href="${url}/t.ods" table:table-name="A" table:mode="copy-all"/><table:table-row><table:table-cell office:value-type="string"><text:p>Hello</text:p></table:table-cell><table:table-cell table:formula="of:='${text}'#$Sheet1.A1" office:value-type="string"><text:p>old</text:p></table:table-cell><table:table-cell table:formula="of:=WEBSERVICE(&quot;${url}/w&quot;)" office:value-type="string"><text:p>old</text:p></table:table-cell></table:table-row></table:table>`,
    }),
    "rtf with fields, objects and a template": Buffer.from(
      `{\\rtf1\\ansi{\\*\\template ${url}/t.dot}Hello\\par {\\field{\\*\\fldinst INCLUDE{\\b0 PICTURE} "${url}/r.png" \\\\d}{\\fldrslt one}}\\par {\\field{\\*\\fldinst \\'49NCLUDEPICTURE "${picture}" \\\\d}{\\fldrslt two}}\\par {\\field{\\*\\fldinst INCLUDETEXT "${text}"}{\\fldrslt three}}{\\object\\objautlink\\objw900\\objh900{\\*\\objclass Word.Document.8}{\\*\\objdata 01050000}{\\result four}}\\par {\\shp{\\*\\shpinst\\shpleft0\\shptop0\\shpright2000\\shpbottom2000{\\sp{\\sn shapeType}{\\sv 75}}{\\sp{\\sn pibName}{\\sv ${picture}}}{\\sp{\\sn pibFlags}{\\sv 10}}}}}`,
      "latin1",
    ),
    "html that loads": Buffer.from(
      `<!doctype html><html><head><link rel="stylesheet" href="${url}/a.css"><base href="${url}/"><meta http-equiv="refresh" content="0;url=${url}/m"><style>@import "${url}/b.css"; body { background: u\\72l(${url}/c.png) } p { background-image: url(${picture}) }</style><script src="${url}/d.js"></script></head><body background="${url}/e.png"><p style="background:url('${url}/f.png')">Hello</p><img src="${url}/g.png"><img src="${picture}"><img srcset="${url}/h.png 1x"><iframe src="${text}"></iframe><object data="${text}"></object><embed src="${url}/i"><input type="image" src="${url}/j.png"><table background="${picture}"><tr><td background="${url}/k.png">cell</td></tr></table><video poster="${url}/l.png"></video><svg><image href="${picture}"/></svg></body></html>`,
    ),
  };
}
