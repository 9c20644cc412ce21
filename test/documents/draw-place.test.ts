import assert from "node:assert/strict";
import { test } from "node:test";
import { PdfArray, PdfNumber, type PdfObject } from "@libpdf/core";
import type { Box, DrawnValue } from "../../src/documents/document.ts";
import { drawCopy } from "../../src/documents/draw/draw.ts";
import { needing, type Picture, paper, pictureOf, runOn } from "../evidence/tools.ts";

const box: Box = { page: 1, x: 70, y: 90, width: 150, height: 30 };
const values: readonly DrawnValue[] = [{ kind: "text", box, text: "Filled 741", fontFamily: "arial", fontSize: 20 }];

function numbers(...all: readonly number[]): PdfArray {
  return new PdfArray(all.map((number) => PdfNumber.of(number)));
}

/** Pixels that became darker, as a set of positions in points as shown, and the scale they were seen at. */
function newInk(before: Picture, after: Picture, width: number) {
  assert.deepEqual([after.width, after.height], [before.width, before.height]);
  const scale = after.width / width;
  const dark = new Set<string>();
  const outside: string[] = [];
  after.grey.forEach((value, index) => {
    if ((before.grey[index] ?? 255) - value < 40) return;
    const [x, y] = [((index % after.width) + 0.5) / scale, (Math.floor(index / after.width) + 0.5) / scale];
    const isIn = x >= box.x - 1 && x <= box.x + box.width + 1 && y >= box.y - 1 && y <= box.y + box.height + 1;
    if (!isIn) outside.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    dark.add(`${Math.round(x)},${Math.round(y)}`);
  });
  return { dark, outside };
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.intersection(b).size / a.union(b).size;
}

async function inkOn(page: {
  readonly entries: Readonly<Record<string, PdfObject>>;
  readonly content?: string;
  readonly width: number;
}) {
  const document = await paper(page);
  return newInk(pictureOf(document), pictureOf(await drawCopy({ document, values, watermark: null })), page.width);
}

const crop = [36, 50, 560, 700] as const;
const plain = { entries: {}, width: 612 };

for (const rotate of [0, 90, 180, 270, -90, 450]) {
  const isTurned = Math.abs(rotate / 90) % 2 === 1;
  const turned = { Rotate: PdfNumber.of(rotate) };
  const cases = [
    { name: "a whole page", entries: turned, width: isTurned ? 792 : 612 },
    { name: "a cropped page", entries: { ...turned, CropBox: numbers(...crop) }, width: isTurned ? 650 : 524 },
    {
      name: "a page with UserUnit 2",
      entries: { ...turned, UserUnit: PdfNumber.of(2) },
      width: (isTurned ? 792 : 612) * 2,
    },
    {
      name: "a cropped page with UserUnit 1.5 and its corners the other way round",
      entries: { ...turned, CropBox: numbers(560, 700, 36, 50), UserUnit: PdfNumber.of(1.5) },
      width: (isTurned ? 650 : 524) * 1.5,
    },
    {
      name: "a page whose crop reaches beyond a MediaBox with a negative corner",
      entries: { ...turned, MediaBox: numbers(-100, -50, 512, 742), CropBox: numbers(-400, -400, 900, 900) },
      width: isTurned ? 792 : 612,
    },
  ];
  for (const { name, ...page } of cases) {
    test(
      `On ${name}, rotated by ${rotate}, a value stands upright in its box and nowhere else`,
      needing("pdftoppm"),
      async () => {
        const { dark, outside } = await inkOn(page);
        assert.deepEqual(outside, []);
        const wanted = await inkOn(plain);
        assert.ok(wanted.dark.size > 150, `${wanted.dark.size} points of ink`);
        assert.ok(likeness(dark, wanted.dark) > 0.6, `likeness ${likeness(dark, wanted.dark)}`);
      },
    );
  }
}

const unruly: Readonly<Record<string, string>> = {
  "leaves states open": "q 3 0 0 3 100 100 cm q",
  "closes states that nobody opened": "Q Q 3 0 0 3 100 100 cm",
  "hides operators in strings, comments, names and images":
    "q 3 0 0 3 50 50 cm (Q \\) Q (Q)) pop <51> % Q\n/Q << /A (Q) >> BI /W 1 /H 1 /BPC 8 /CS /G ID Q EI\n",
  "starts from another matrix": "0.5 0 0 0.5 10 10 cm 1 0 0 RG",
};

for (const [name, content] of Object.entries(unruly)) {
  test(`A value lands in its box on a page whose content ${name}`, needing("pdftoppm", "qpdf"), async () => {
    const { dark, outside } = await inkOn({ entries: {}, content, width: 612 });
    assert.deepEqual(outside, []);
    assert.ok(dark.size > 150);
  });
}

test(
  "A mark is drawn, not set in a font: a tick and a dot inside their boxes",
  needing("pdftoppm", "pdffonts"),
  async () => {
    const document = await paper();
    for (const shape of ["checkbox", "radio"] as const) {
      const copy = await drawCopy({ document, values: [{ kind: "check", box, shape }], watermark: null });
      const { dark, outside } = newInk(pictureOf(document), pictureOf(copy), 612);
      assert.deepEqual(outside, []);
      assert.ok(dark.size > 40, `${dark.size} points of ink`);
      assert.equal(runOn(copy, "pdffonts", "{}").trim().split("\n").length, 2);
    }
  },
);

test(
  "The words over a test lie on every page, lightly: no pixel gets darker than a light grey",
  needing("pdftoppm", "pdftotext"),
  async () => {
    const document = await paper({ pages: 3, entries: { Rotate: PdfNumber.of(90) } });
    const marked = await drawCopy({ document, values: [], watermark: "TEST MODE – NOT LEGALLY BINDING" });
    const texts = runOn(marked, "pdftotext", "{}", "-").split("\f").slice(0, 3);
    assert.deepEqual(
      texts.map((text) => text.trim()),
      Array(3).fill("TEST MODE – NOT LEGALLY BINDING"),
    );
    const [before, after] = [pictureOf(document), pictureOf(marked)];
    const darkened = after.grey.filter((value, index) => value < (before.grey[index] ?? 255));
    assert.ok(darkened.length > 10_000);
    assert.ok(darkened.every((value) => value > 190));
  },
);

test("A search finds what was drawn: no ligature, no swash hides a letter", needing("pdftotext"), async () => {
  const text: DrawnValue = { kind: "text", box, text: "fine office file flow", fontFamily: "arial", fontSize: 12 };
  const signature: DrawnValue = { kind: "signature", box: { ...box, y: 200 }, text: "Anna Lennon Griffith" };
  const copy = await drawCopy({ document: await paper(), values: [text, signature], watermark: null });
  const found = runOn(copy, "pdftotext", "{}", "-");
  assert.ok(found.includes(text.text) && found.includes(signature.text), found);
});
