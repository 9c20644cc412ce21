import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createCanvas } from "@napi-rs/canvas";
import { strToU8, zipSync } from "fflate";
import { silentLog } from "../../src/base/log.ts";
import { convertFiles } from "../../src/documents/convert/convert-files.ts";
import { type Office, openOffice } from "../../src/documents/convert/office.ts";
import { unpack } from "../../src/documents/convert/package.ts";
import { testWalls } from "../../src/documents/convert/sandbox.ts";
import { colours, plainSoffice, shoot, skip, textOf } from "./converting.ts";
import { hostileFiles } from "./hostile-files.ts";
import { docx, openDocument, wordParagraph } from "./office-files.ts";
import { workshop } from "./preparing.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-hostile-"));
const calls: string[] = [];
const server = createServer((socket) => {
  calls.push("connection");
  socket.on("error", () => undefined);
  socket.end("HTTP/1.0 404 Not Found\r\n\r\n");
}).listen(0, "127.0.0.1");
await once(server, "listening");
const bare = openOffice({ log: silentLog, walls: "none" });
const walled = openOffice({ log: silentLog });
after(async () => {
  await Promise.all([bare.close(), walled.close()]);
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const canvas = createCanvas(50, 50);
const context = canvas.getContext("2d");
context.fillStyle = "#ff00ff";
context.fillRect(0, 0, 50, 50);
writeFileSync(join(folder, "secret.png"), canvas.toBuffer("image/png"));
writeFileSync(join(folder, "secret.txt"), "CANARY");

function files(): ReturnType<typeof hostileFiles> {
  const { port } = server.address() as AddressInfo;
  const address = (name: string) => pathToFileURL(join(folder, name)).href;
  return hostileFiles({
    url: `http://127.0.0.1:${port}`,
    text: address("secret.txt"),
    picture: address("secret.png"),
  });
}

const names = Object.keys(hostileFiles({ url: "http://127.0.0.1:1", text: "file:///a", picture: "file:///b" }));
const fileName = (name: string) => `${name.replace(/\W+/g, "-")}.${name.split(" ")[0]}`;

async function pdfOf(bytes: Uint8Array, office: Office): Promise<Uint8Array> {
  const outcome = await convertFiles({ disarm: workshop.disarm, office }, [{ name: "paper", bytes }]);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  return outcome.files[0]?.bytes ?? new Uint8Array();
}

async function assertHarmless(pdf: Uint8Array): Promise<void> {
  assert.match(textOf(pdf), /Hello/);
  assert.doesNotMatch(textOf(pdf), /CANARY/);
  assert.ok(!(await shoot(pdf)).colours.has(colours.pink), "nothing of the picture is shown");
  assert.equal(calls.length, 0, "nobody was called");
}

test("what these documents point to is called and shown by a LibreOffice that nobody holds back", {
  skip,
}, async () => {
  for (const [name, bytes] of Object.entries(files())) writeFileSync(join(folder, fileName(name)), bytes);
  await plainSoffice(folder, { files: names.map(fileName), to: "pdf" });
  assert.ok(calls.length >= 9, `${calls.length} calls`);
  for (const name of ["docx with an SVG", "docx with linked pictures", "odt with linked pictures and sections"]) {
    const pdf = readFileSync(join(folder, fileName(name).replace(/\w+$/, "pdf")));
    assert.ok((await shoot(pdf)).colours.has(colours.pink), name);
  }
  calls.length = 0;
});

for (const name of names) {
  test(`a ${name}: without any walls it calls nobody and shows nothing`, { skip }, async () => {
    const bytes = files()[name];
    assert.ok(bytes);
    await assertHarmless(await pdfOf(bytes, bare));
  });
}

const wallsSkip = skip || (testWalls() === "full" ? false : "user namespaces are not allowed here");
for (const name of ["html that loads", "docx with an SVG", "odt with linked pictures and sections"]) {
  test(`a ${name}: full walls alone hold it, were it not disarmed`, { skip: wallsSkip }, async () => {
    const bytes = files()[name];
    assert.ok(bytes);
    const format = fileName(name).split(".").at(-1) as "html" | "docx" | "odt";
    const outcome = await walled.toPdf({ format, bytes });
    assert.ok(outcome.ok);
    await assertHarmless(outcome.pdf);
  });
}

test("the older kinds, which are not disarmed, are held by the profile alone", { skip }, async () => {
  for (const [name, to] of [
    ["odt with linked pictures and sections", "doc"],
    ["docx with fields", "doc"],
    ["ods with links to other tables", "xls"],
  ] as const) {
    const file = fileName(name);
    writeFileSync(join(folder, file), files()[name] ?? "");
    await plainSoffice(folder, { files: [file], to });
    calls.length = 0;
    const bytes = readFileSync(join(folder, file.replace(/\w+$/, to)));
    if (to === "doc" && name.startsWith("odt")) assert.ok(bytes.includes(Buffer.from("secret.png", "utf16le")));
    await assertHarmless(await pdfOf(bytes, bare));
  }
});

/** An ODT whose macro writes a file when it is opened. */
function odtWithMacro(trace: string): Uint8Array {
  const spaces = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const module = `<?xml version="1.0" encoding="UTF-8"?><script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">Sub Main\nOpen &quot;${trace}&quot; For Output As #1\nPrint #1, &quot;ran&quot;\nClose #1\nEnd Sub</script:module>`;
  return openDocument("text", {
    before: `<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document" xlink:type="simple" xmlns:dom="http://www.w3.org/2001/xml-events"/></office:event-listeners></office:scripts>`,
    body: "<text:p>Hello</text:p>",
    parts: {
      "Basic/script-lc.xml": `<?xml version="1.0" encoding="UTF-8"?><library:libraries ${spaces}><library:library library:name="Standard" library:link="false"/></library:libraries>`,
      "Basic/Standard/script-lb.xml": `<?xml version="1.0" encoding="UTF-8"?><library:library ${spaces} library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>`,
      "Basic/Standard/Module1.xml": module,
    },
  });
}

async function partsOf(name: string, bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const outcome = await workshop.disarm({ file: { name, bytes } });
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  const unpacked = unpack(outcome.bytes);
  assert.ok(unpacked.ok);
  return new Map([...unpacked.parts].map(([part, content]) => [part, Buffer.from(content).toString("latin1")]));
}

test("macros, and what starts them, are taken out", async () => {
  const odt = await partsOf("a.odt", odtWithMacro("/trace"));
  assert.deepEqual([...odt.keys()].sort(), ["META-INF/manifest.xml", "content.xml", "mimetype"]);
  assert.doesNotMatch([...odt.values()].join(), /vnd\.sun\.star\.script|Basic|event-listener/);

  const macros = docx({
    body: wordParagraph("Hello"),
    relations: [["rId1", "vbaProject", "vbaProject.bin"]],
    parts: { "word/vbaProject.bin": Buffer.from("d0cf11e0a1b11ae1", "hex"), "customUI/customUI.xml": "<a/>" },
  });
  const word = await partsOf("a.docm", macros);
  assert.ok(word.has("word/document.xml"));
  assert.ok(![...word.keys()].some((name) => /vba|customUI/i.test(name)));
  assert.doesNotMatch([...word.values()].join(), /<Relationship [^>]*vbaProject/);
});

test("a macro that runs when its document is opened leaves no trace", { skip }, async () => {
  const trace = join(folder, "trace");
  const bytes = odtWithMacro(trace);
  assert.match(textOf(await pdfOf(bytes, bare)), /Hello/);
  assert.ok((await bare.toPdf({ format: "odt", bytes })).ok, "undisarmed, for the profile alone");
  assert.ok(!existsSync(trace));
});

test("an archive that unpacks to a gigabyte is refused before it is unpacked", async () => {
  const zeros = new Uint8Array(300 * 2 ** 20);
  const bomb = docx({ body: wordParagraph("Hello"), parts: { "word/a.xml": zeros } });
  assert.ok(bomb.length < 1_000_000);
  const outcome = await convertFiles({ disarm: workshop.disarm, office: bare }, [{ name: "bomb.docx", bytes: bomb }]);
  assert.ok(!outcome.ok);
  assert.equal(outcome.why, "document");
  assert.match(outcome.fault.reason, /"bomb\.docx" cannot be used\. It unpacks to more than 256 MB or 5000 parts\./);
});

test("an archive of too many parts is refused", async () => {
  const many = Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`word/${index}.xml`, strToU8("<a/>")]));
  const crowd = zipSync({ "[Content_Types].xml": strToU8("<a/>"), ...many }, { level: 0 });
  const outcome = await convertFiles({ disarm: workshop.disarm, office: bare }, [{ name: "a.docx", bytes: crowd }]);
  assert.ok(!outcome.ok);
  assert.match(outcome.fault.reason, /5000 parts/);
});

test("an archive that lies about its size is unpacked to no more than it said", () => {
  const lying = Buffer.from(docx({ body: wordParagraph("Hello"), parts: { "word/a.xml": new Uint8Array(2 ** 22) } }));
  // The uncompressed size in the directory (APPNOTE 4.3.12) of the part that is large.
  lying.writeUInt32LE(10, lying.lastIndexOf("word/a.xml") - 46 + 24);
  const unpacked = unpack(lying);
  assert.ok(!unpacked.ok || (unpacked.parts.get("word/a.xml")?.length ?? 0) <= 10);
});

test("groups and elements that lie deeper than anybody writes are refused", async () => {
  for (const bytes of [
    Buffer.from(`{\\rtf1 ${"{".repeat(100_000)}`),
    Buffer.from(`<html>${"<div>".repeat(100_000)}`),
  ]) {
    const outcome = await convertFiles({ disarm: workshop.disarm, office: bare }, [{ name: "deep", bytes }]);
    assert.ok(!outcome.ok);
    assert.equal(outcome.why, "document");
    assert.match(outcome.fault.reason, /"deep" cannot be used\. (?:It is damaged|Its elements)/);
  }
});
