import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { silentLog } from "../../src/base/log.ts";
import { convertFiles } from "../../src/documents/convert/convert-files.ts";
import { type Office, openOffice } from "../../src/documents/convert/office.ts";
import { colours, plainSoffice, shoot, skip, textOf } from "./converting.ts";
import { docx, openDocument, pptx, wordField, wordParagraph, wordPicture, xlsx } from "./office-files.ts";
import { quarters } from "./picture-files.ts";
import { workshop } from "./preparing.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-convert-"));
const office = openOffice({ log: silentLog });
after(async () => {
  await office.close();
  rmSync(folder, { recursive: true, force: true });
});

const png = quarters(40, 40).toBuffer("image/png");
const word = docx({
  body:
    wordParagraph("Hello Word") +
    wordPicture('r:embed="rId1"') +
    `<w:p><w:hyperlink r:id="rId2"><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p>` +
    wordField(["PA", "GE"], "7"),
  relations: [
    ["rId1", "image", "media/a.png"],
    ["rId2", "hyperlink", "https://example.com/", "External"],
  ],
  parts: { "word/media/a.png": png },
});
const sheet = xlsx(
  '<row r="1"><c r="A1" t="inlineStr"><is><t>Price</t></is></c><c r="B1"><v>42</v></c><c r="C1"><f>B1*2</f></c></row>',
);
const table = (text: string) =>
  `<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell></table:table-row></table:table>`;
const frame = (text: string) =>
  `<draw:page><draw:frame svg:x="2cm" svg:y="2cm" svg:width="12cm" svg:height="3cm"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame></draw:page>`;

const written: readonly (readonly [kind: string, file: Uint8Array, text: RegExp])[] = [
  ["DOCX", word, /Hello Word a link 1/],
  ["XLSX", sheet, /Price 42 84/],
  ["PPTX", pptx("Hello Slide"), /Hello Slide/],
  ["ODT", openDocument("text", { body: "<text:p>Hello Open</text:p>" }), /Hello Open/],
  ["ODS", openDocument("spreadsheet", { body: table("Hello Calc") }), /Hello Calc/],
  ["ODP", openDocument("presentation", { body: frame("Hello Impress") }), /Hello Impress/],
  ["RTF", Buffer.from("{\\rtf1\\ansi Hello {\\b Rich} caf\\'e9\\par}"), /Hello Rich café/],
  ["HTML", Buffer.from("<!doctype html><meta charset=utf-8><h1>Hello</h1><p>Page – grün"), /Hello Page – grün/],
];

async function convert(file: Uint8Array, { by = office, name = "paper" }: { by?: Office; name?: string } = {}) {
  const outcome = await convertFiles({ disarm: workshop.disarm, office: by }, [{ name, bytes: file }]);
  return outcome.ok ? { ...outcome, pdf: outcome.files[0]?.bytes ?? new Uint8Array() } : outcome;
}

async function pdfOf(file: Uint8Array, by: Office = office): Promise<Uint8Array> {
  const outcome = await convert(file, { by });
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  return outcome.pdf;
}

for (const [kind, file, text] of written) {
  test(`${kind} becomes a PDF that says what it says`, { skip }, async () => {
    assert.match(textOf(await pdfOf(file)), text);
  });
}

test("DOC, XLS, PPT and RTF as a word processor writes them become PDFs", { skip }, async () => {
  for (const [name, to, bytes, text] of [
    ["a.docx", "doc", word, /Hello Word a link/],
    ["b.xlsx", "xls", sheet, /Price 42 84/],
    ["c.pptx", "ppt", pptx("Hello Slide"), /Hello Slide/],
    ["d.docx", "rtf", word, /Hello Word a link/],
  ] as const) {
    writeFileSync(join(folder, name), bytes);
    await plainSoffice(folder, { files: [name], to });
    const pdf = await pdfOf(readFileSync(join(folder, name.replace(/\w+$/, to))));
    assert.match(textOf(pdf), text);
    if (name !== "b.xlsx" && name !== "c.pptx") assert.ok((await shoot(pdf)).colours.has(colours.red), to);
  }
});

test("pictures in a document are on its page", { skip }, async () => {
  assert.ok((await shoot(await pdfOf(word))).colours.has(colours.red));
});

test("files that no office program reads come back as they are", async () => {
  const files = [
    { name: "a", bytes: Buffer.from("a text") },
    { name: "b", bytes: png },
  ];
  assert.deepEqual(await convertFiles({ disarm: workshop.disarm, office }, files), { ok: true, files });
});

test("a damaged and a protected document are refused by name", { skip }, async () => {
  const protectedOdt = openDocument("text", {
    body: "<text:p>x</text:p>",
    parts: {
      "META-INF/manifest.xml": '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>',
    },
  });
  const noDocument = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(2000)]);
  for (const [bytes, reason] of [
    [protectedOdt, /"paper" cannot be used\. It is protected by a password/],
    [noDocument, /"paper" is an older Microsoft file whose kind cannot be told\. These kinds/],
    [docx({ body: "<w:p>" }).fill(0, 40, 60), /"paper" (?:is|cannot)/],
    [docx({ body: '<!DOCTYPE a [<!ENTITY b "c">]><w:p/>' }), /one of its parts is no well-formed XML/],
  ] as const) {
    const outcome = await convert(bytes);
    assert.ok(!outcome.ok);
    assert.equal(outcome.why, "document");
    assert.match(outcome.fault.reason, reason);
  }
});

test("a document that LibreOffice cannot open is refused by name", { skip }, async () => {
  const outcome = await office.toPdf({ format: "doc", bytes: Buffer.from("no document at all") });
  assert.ok(!outcome.ok);
  assert.deepEqual(
    [outcome.why, outcome.reason],
    ["document", "LibreOffice cannot open it: it is damaged, or protected by a password."],
  );
});

test("without LibreOffice the fault says what to install", async () => {
  const outcome = await convert(word, {
    by: openOffice({ log: silentLog, given: "/nowhere/soffice" }),
    name: "lease.docx",
  });
  assert.ok(!outcome.ok);
  assert.equal(outcome.why, "document");
  assert.match(
    outcome.fault.reason,
    /^"lease\.docx" cannot be used\. LibreOffice.*is not installed on the server: install it \(`apt-get install libreoffice-writer-nogui .*`\) and restart, or set COUNTERSIGN_SOFFICE/,
  );
});
