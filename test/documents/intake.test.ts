import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { beginningOf, isForOffice } from "../../src/documents/beginning.ts";
import type { Kind } from "../../src/documents/convert/kinds.ts";
import { sniff } from "../../src/documents/sniff.ts";
import { textOf } from "./converting.ts";
import { docx, openDocument, pptx, xlsx, zipOf } from "./office-files.ts";
import { line, paper } from "./papers.ts";
import { quarters } from "./picture-files.ts";
import { prepare, tryPrepare } from "./preparing.ts";

const kinds: readonly (readonly [name: string, file: Uint8Array, kind: Kind])[] = [
  [
    "a PDF behind a few stray bytes",
    Buffer.concat([Buffer.from("\0\0mail\n"), paper({ content: "" })]),
    { kind: "pdf" },
  ],
  ["a DOCX", docx({ body: "" }), { kind: "office", format: "docx" }],
  ["an XLSX", xlsx(""), { kind: "office", format: "xlsx" }],
  ["a PPTX", pptx("Hello"), { kind: "office", format: "pptx" }],
  ["an ODT", openDocument("text", { body: "" }), { kind: "office", format: "odt" }],
  ["an ODS", openDocument("spreadsheet", { body: "" }), { kind: "office", format: "ods" }],
  ["an ODP", openDocument("presentation", { body: "" }), { kind: "office", format: "odp" }],
  ["an RTF", Buffer.from("{\\rtf1 Hello}"), { kind: "office", format: "rtf" }],
  ["an HTML page", Buffer.from("\ufeff\n<!-- a --> <!DOCTYPE html><p>Hello"), { kind: "office", format: "html" }],
  ["XHTML", Buffer.from('<?xml version="1.0"?>\n<html xmlns="x"></html>'), { kind: "office", format: "html" }],
  ["HTML in UTF-16", Buffer.from("\ufeff<html><p>Hello", "utf16le"), { kind: "office", format: "html" }],
  ["a text that talks about HTML", Buffer.from("Use <html> to begin."), { kind: "text" }],
  ["a text in Windows-1252", Buffer.from("caf\xe9 \x80 100", "latin1"), { kind: "text" }],
  ["a JPEG", quarters(8, 8).toBuffer("image/jpeg"), { kind: "picture", format: "jpeg" }],
  ["an archive of other things", zipOf({ "readme.txt": "Hello" }), { kind: "unusable", words: "a ZIP archive" }],
  ["a broken archive", docx({ body: "" }).subarray(0, 300), { kind: "unusable", words: "a damaged ZIP archive" }],
  [
    "a HEIC picture",
    Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1"),
    { kind: "unusable", words: "a HEIC picture" },
  ],
  ["bytes of no kind", Buffer.from([1, 2, 3, 0, 255]), { kind: "unusable", words: "a file of unknown kind" }],
  ["nothing", new Uint8Array(0), { kind: "unusable", words: "an empty file" }],
];

for (const [name, file, kind] of kinds) {
  test(`${name} is told by its content`, () => {
    assert.deepEqual(sniff(file), kind);
    // Who reads only the beginning sends the same files to LibreOffice's reader.
    if ("format" in kind) assert.equal(isForOffice(beginningOf(file)), kind.kind === "office");
  });
}

test("a file that cannot be used is named, with what it seems to be and what could be sent", async () => {
  const outcome = await tryPrepare([paper({ content: line(72, 700, "One") }), zipOf({ "readme.txt": "Hello" })]);
  assert.ok(!outcome.ok);
  assert.equal(outcome.fault.file, 1);
  assert.equal(
    outcome.fault.reason,
    '"file-1.pdf" is a ZIP archive. These kinds of file can be sent: PDF, DOCX, DOC, ODT, RTF, XLSX, XLS, ODS, PPTX, PPT, ODP, TXT, HTML, PNG, JPEG, TIFF, GIF and WEBP.',
  );
});

test("files of several kinds become one document in their order", async () => {
  const { document, filePages } = await prepare([
    Buffer.from("First a text"),
    paper({ content: line(72, 700, "then a PDF") }),
    quarters(40, 30).toBuffer("image/png"),
    Buffer.from("last a text"),
  ]);
  assert.deepEqual(filePages, [1, 1, 1, 1]);
  assert.match(textOf(document), /First a text.*then a PDF.*last a text/);
});

const texts: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["UTF-8", Buffer.from("Müller – Привет")],
  ["UTF-8 with a byte order mark", Buffer.from("\ufeffMüller – Привет")],
  ["UTF-16, little end first", Buffer.from("\ufeffMüller – Привет", "utf16le")],
  ["UTF-16, big end first", Buffer.from("\ufeffMüller – Привет", "utf16le").swap16()],
];

for (const [name, bytes] of texts) {
  test(`a text in ${name} is read as such`, async () => {
    const { document } = await prepare([bytes]);
    assert.match(textOf(document), /^ ?Müller – Привет/);
  });
}

test("a text in Windows-1252 is read as such", async () => {
  const { document } = await prepare([Buffer.from("M\xfcller \x96 \x80 5", "latin1")]);
  assert.match(textOf(document), /^ ?Müller – € 5/);
});

test("a form feed begins a page, long lines are wrapped, tabs leave room, no word is lost", async () => {
  const words = Array.from({ length: 900 }, (_, index) => `word${index}`);
  const text = `a\tb\r\n${words.slice(0, 300).join(" ")}\n\n${words.slice(300).join("\n")}\fSecond`;
  const { document, pages } = await prepare([Buffer.from(text)]);
  assert.equal(pages.length, 14 + 1 + 1);
  const found = textOf(document);
  assert.deepEqual(found.match(/word\d+/g), words);
  assert.match(found, /^ ?a b word0/);
});

test("a text with text tags makes fields", async () => {
  const { fields } = await prepare([Buffer.from("Sign here: [sig|req|signer1]\nand [text|req|signer2|Company]")]);
  assert.deepEqual(
    fields.map(({ type, signer }) => [type, signer]),
    [
      ["signature", 0],
      ["text", 1],
    ],
  );
});

test("a text of more pages than any server takes in a request is refused in words", async () => {
  const outcome = await tryPrepare([Buffer.from("x\f".repeat(limits.pagesPerRequestMost + 1))]);
  assert.ok(!outcome.ok);
  assert.match(outcome.fault.reason, /It has more than 5000 pages/);
});
