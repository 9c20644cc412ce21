import assert from "node:assert/strict";
import { test } from "node:test";
import { appendPages, completeDocument, drawCopy, drawSignaturePage } from "../../src/documents/draw/draw.ts";
import { trailSheets } from "../../src/documents/draw/trail-page.ts";
import { completionOf, needing, paper, pictureOf, runOn, trailOf } from "../evidence/tools.ts";

const ask = { title: "Mutual agreement", requestId: "fa5c8a0b0f492d768749333ad6fcc214c111e967" };
const manyNames = Array.from({ length: 30 }, (_, index) => ({ name: `Signer number ${index + 1} of thirty` }));

test(
  "The signature page has a line and a date for every signer, in order, names printed",
  needing("pdftotext"),
  async () => {
    const { page, fields } = await drawSignaturePage({
      ...ask,
      signers: [{ name: "Zoë Ångström" }, { name: "Ελένη" }],
    });
    const kinds = fields.map(({ signer, type, box }) => `${signer} ${type} ${box.page}`);
    assert.deepEqual(kinds, ["0 signature 1", "0 date_signed 1", "1 signature 1", "1 date_signed 1"]);
    const text = runOn(page, "pdftotext", "{}", "-");
    for (const word of ["Signatures", "Mutual agreement", "Zoë Ångström", "Ελένη", "Date", ask.requestId])
      assert.ok(text.includes(word), word);
  },
);

test("Many signers take more pages, and no box overlaps another or leaves its page", async () => {
  const { fields } = await drawSignaturePage({ ...ask, title: "Long title ".repeat(23), signers: manyNames });
  assert.equal(fields.length, 60);
  assert.ok(Math.max(...fields.map(({ box }) => box.page)) >= 4);
  fields.forEach(({ box }, index) => {
    assert.ok(box.x >= 0 && box.x + box.width <= 612 && box.y >= 0 && box.y + box.height <= 730);
    const crossing = fields.slice(index + 1).filter(({ box: other }) => {
      const apart = other.x >= box.x + box.width || box.x >= other.x + other.width;
      return other.page === box.page && !apart && other.y < box.y + box.height && box.y < other.y + other.height;
    });
    assert.deepEqual(crossing, []);
  });
});

test("Appended pages stand behind the document's own, whose bytes stay", needing("qpdf", "pdftotext"), async () => {
  const document = await paper({ pages: 2 });
  const { page } = await drawSignaturePage({ ...ask, signers: manyNames.slice(0, 3) });
  const longer = await appendPages({ document, pages: page });
  assert.ok(Buffer.from(longer).subarray(0, document.length).equals(document));
  assert.equal(runOn(longer, "qpdf", "--show-npages", "{}").trim(), "3");
  assert.match(runOn(longer, "qpdf", "--check", "{}"), /No syntax or stream encoding errors/);
  assert.ok(runOn(longer, "pdftotext", "-f", "3", "{}", "-").includes("Signer number 3 of thirty"));
});

test(
  "A document without values and watermark is answered as it came; blank values change nothing that is seen",
  needing("pdftoppm"),
  async () => {
    const document = await paper();
    assert.equal(await drawCopy({ document, values: [], watermark: null }), document);
    const box = { page: 1, x: 10, y: 10, width: 50, height: 20 };
    const blank = await drawCopy({ document, watermark: null, values: [{ kind: "signature", box, text: "  " }] });
    assert.deepEqual(pictureOf(blank), pictureOf(document));
  },
);

test(
  "The audit trail tells all it was given, however long, and every page says which it is",
  needing("pdftotext", "qpdf"),
  async () => {
    const email = `${"very.long.mailbox.".repeat(8)}name@${"sub.".repeat(20)}example.org`;
    const trail = trailOf({
      events: 60,
      title: "A title that goes on, ".repeat(11),
      signers: [
        { name: "Ada Lovelace", email },
        { name: "李小龍 ሰላም", email: "b@example.com" },
      ],
      lines: [
        ...trailOf({ events: 60 }).lines,
        { at: "2026-01-02T04:00:00Z", what: "word ".repeat(900), detail: "", who: "ж".repeat(500), from: "::1" },
      ],
      testMode: true,
    });
    const done = await completeDocument(completionOf({ document: await paper(), trail }));
    const pages = runOn(done.bytes, "pdftotext", "-f", "2", "-layout", "{}", "-")
      .split("\f")
      .filter((page) => page.trim() !== "");
    assert.ok(pages.length >= 4);
    pages.forEach((page, index) => {
      assert.ok(page.includes(`${index + 1} of ${pages.length}`));
    });
    const text = pages.join("\n");
    const packed = text.replace(/\s/g, "");
    for (const part of ["Status: Completed", trail.requestId, "Test: not legally binding", "[U+1230][U+120B][U+121D]"])
      assert.ok(text.includes(part), part);
    assert.ok(packed.includes(email));
    for (const { name, sha256 } of trail.originals) assert.ok(text.includes(name) && text.includes(sha256));
    for (const { what } of trail.lines.slice(0, 60))
      assert.match(text, new RegExp(`03:04:\\d\\d +${what} +Ada Lovelace +203\\.0\\.113\\.42`));
    assert.equal(text.match(/\bword\b/g)?.length, 900);
    assert.equal(text.match(/ж/g)?.length, 500);
  },
);

test("The sentence that ends the audit trail opens no page for itself", needing("pdftotext"), async () => {
  const pagesWith = (events: number) => trailSheets(trailOf({ events })).length;
  const most = Array.from({ length: 60 }, (_, n) => n + 1).findLast((events) => pagesWith(events) === 1) ?? 0;
  const done = await completeDocument(completionOf({ document: await paper(), trail: trailOf({ events: most + 1 }) }));
  const pages = runOn(done.bytes, "pdftotext", "-f", "2", "-layout", "{}", "-").split("\f");
  const last = pages.findLast((page) => page.trim() !== "") ?? "";
  assert.match(last, /2 of 2/);
  assert.match(last, new RegExp(`Event ${most + 1}\\b[^]*each hashed with the one before it`));
});

test("A signer's name is printed whole, however long", needing("pdftotext"), async () => {
  const name = "Maximiliane ".repeat(21).trim();
  const { page } = await drawSignaturePage({ ...ask, signers: [{ name }] });
  assert.equal(runOn(page, "pdftotext", "{}", "-").match(/Maximiliane/g)?.length, 21);
});
