import assert from "node:assert/strict";
import { test } from "node:test";
import { PDF } from "@libpdf/core";
import type { Box } from "../../src/documents/document.ts";
import { line, type Paper, paper, pdfOf, printedWidth, stream } from "./papers.ts";
import { prepare, tryPrepare } from "./preparing.ts";

const sig = "[sig|req|signer1]";
const sigWidth = printedWidth(sig);

/** A 12-point tag's box: its printed width, its font size, a fifth of it below the baseline. */
function expectBox(box: Box | undefined, expected: Box): void {
  assert.ok(box !== undefined, "a tag is found");
  assert.equal(box.page, expected.page);
  for (const side of ["x", "y", "width", "height"] as const) {
    assert.ok(
      Math.abs(box[side] - expected[side]) <= 1,
      `${side}: ${box[side]} is within a point of ${expected[side]}`,
    );
  }
}

const places: readonly {
  readonly name: string;
  readonly paper: Paper;
  readonly box: Box;
  readonly shown?: { width: number; height: number };
}[] = [
  {
    name: "plain",
    paper: { content: line(100, 700, sig) },
    box: { page: 1, x: 100, y: 82.4, width: sigWidth, height: 12 },
  },
  {
    name: "inside a longer string",
    paper: { content: line(100, 700, `will ${sig} here`) },
    box: { page: 1, x: 100 + printedWidth("will "), y: 82.4, width: sigWidth, height: 12 },
  },
  {
    name: "kerned, in a TJ array",
    paper: { content: "BT /F1 12 Tf 100 700 Td [([si) -500 (g|req) 250 (|signer1])] TJ ET" },
    box: { page: 1, x: 100, y: 82.4, width: sigWidth + 3, height: 12 },
  },
  {
    name: "one string per glyph, painted backwards",
    paper: {
      content: [...sig]
        .map((letter, index) => line(100 + printedWidth(sig.slice(0, index)), 700, letter))
        .reverse()
        .join(""),
    },
    box: { page: 1, x: 100, y: 82.4, width: sigWidth, height: 12 },
  },
  {
    name: "scaled by the matrix",
    paper: { content: "q 2 0 0 2 0 0 cm BT /F1 6 Tf 50 350 Td ([sig|req|signer1]) Tj ET Q" },
    box: { page: 1, x: 100, y: 82.4, width: sigWidth, height: 12 },
  },
  {
    name: "invisible (text rendering mode 3)",
    paper: { content: `BT 3 Tr /F1 12 Tf 100 700 Td (${sig}) Tj ET` },
    box: { page: 1, x: 100, y: 82.4, width: sigWidth, height: 12 },
  },
  {
    name: "page rotated by 90",
    paper: { content: line(100, 700, sig), page: "/Rotate 90" },
    box: { page: 1, x: 697.6, y: 100, width: 12, height: sigWidth },
    shown: { width: 792, height: 612 },
  },
  {
    name: "page rotated by 180",
    paper: { content: line(100, 700, sig), page: "/Rotate 180" },
    box: { page: 1, x: 512 - sigWidth, y: 697.6, width: sigWidth, height: 12 },
  },
  {
    name: "page rotated by 270",
    paper: { content: line(100, 700, sig), page: "/Rotate 270" },
    box: { page: 1, x: 82.4, y: 512 - sigWidth, width: 12, height: sigWidth },
    shown: { width: 792, height: 612 },
  },
  {
    name: "text rotated on its page",
    paper: { content: `BT /F1 12 Tf 0 1 -1 0 300 400 Tm (${sig}) Tj ET` },
    box: { page: 1, x: 290.4, y: 392 - sigWidth, width: 12, height: sigWidth },
  },
  {
    name: "landscape for the reader: text and page rotated",
    paper: { content: `BT /F1 12 Tf 0 1 -1 0 300 400 Tm (${sig}) Tj ET`, page: "/Rotate 90" },
    box: { page: 1, x: 400, y: 290.4, width: sigWidth, height: 12 },
    shown: { width: 792, height: 612 },
  },
  {
    name: "CropBox with an offset",
    paper: { content: line(100, 700, sig), page: "/CropBox [50 60 500 750]" },
    box: { page: 1, x: 50, y: 40.4, width: sigWidth, height: 12 },
    shown: { width: 450, height: 690 },
  },
  {
    name: "MediaBox below zero, CropBox larger than it",
    paper: { content: line(-50, 100, sig), mediaBox: "-100 -100 300 400", page: "/CropBox [-1000 -1000 1000 1000]" },
    box: { page: 1, x: 50, y: 290.4, width: sigWidth, height: 12 },
    shown: { width: 400, height: 500 },
  },
  {
    name: "UserUnit 2",
    paper: { content: line(100, 700, sig), page: "/UserUnit 2" },
    box: { page: 1, x: 200, y: 164.8, width: 2 * sigWidth, height: 24 },
    shown: { width: 1224, height: 1584 },
  },
  {
    name: "inside a form XObject with a matrix",
    paper: {
      content: "q 2 0 0 2 100 200 cm /X Do Q",
      resources: "/XObject << /X 6 0 R >>",
      objects: [
        stream(
          "/Type /XObject /Subtype /Form /BBox [0 0 300 100] /Matrix [1 0 0 1 5 5] /Resources << /Font << /F1 5 0 R >> >>",
          `BT /F1 6 Tf 10 20 Td (${sig}) Tj ET`,
        ),
      ],
    },
    box: { page: 1, x: 130, y: 532.4, width: sigWidth, height: 12 },
  },
];

for (const place of places) {
  test(`a tag is where people see it: ${place.name}`, async () => {
    const bytes = paper(place.paper);
    const { fields, pages, document } = await prepare([bytes]);
    assert.equal(fields.length, 1);
    expectBox(fields[0]?.box, place.box);
    assert.deepEqual(pages, [place.shown ?? { width: 612, height: 792 }]);
    assert.deepEqual(Buffer.from(document), Buffer.from(bytes), "the upload stays as it is");
  });
}

test("size and rotation that a page inherits from the page tree count", async () => {
  const bytes = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 400 300] /Rotate 90 /Resources << /Font << /F1 6 0 R >> >> >>",
    "<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 3 0 R /Contents 5 0 R >>",
    stream("", line(10, 100, sig)),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);
  const { fields, pages } = await prepare([bytes]);
  assert.deepEqual(pages, [{ width: 300, height: 400 }]);
  expectBox(fields[0]?.box, { page: 1, x: 97.6, y: 10, width: 12, height: sigWidth });
});

test("a tag set at an angle has the box around its glyphs", async () => {
  const { fields } = await prepare([paper({ content: `BT /F1 12 Tf .866 .5 -.5 .866 300 400 Tm (${sig}) Tj ET` })]);
  const box = fields[0]?.box;
  assert.ok(box !== undefined);
  assert.ok(box.x <= 300 && box.x + box.width >= 300 + sigWidth * 0.866);
  assert.ok(box.y <= 392 - sigWidth * 0.5 && box.y + box.height >= 392);
});

test("a tag that wraps over two lines is not recognised", async () => {
  const { fields } = await prepare([
    paper({ content: `${line(100, 700, "[sig|req|")}${line(100, 680, "signer1]")}${line(100, 600, sig)}` }),
  ]);
  assert.equal(fields.length, 1);
  expectBox(fields[0]?.box, { page: 1, x: 100, y: 182.4, width: sigWidth, height: 12 });
});

test("without use_text_tags a tag is text: the document gets a signature page", async () => {
  const { fields } = await prepare([paper({ content: line(100, 700, "[sig|req]") })], { useTextTags: false });
  assert.deepEqual([...new Set(fields.map(({ box }) => box.page))], [2]);
});

test("several files become one document in their order, and pages count on", async () => {
  const first = paper({ content: line(100, 700, "[sig|req|signer1||a]"), page: "/Rotate 90" });
  const second = paper({ content: line(50, 100, "[date|req|signer1||b]"), page: "/CropBox [40 40 400 500]" });
  const { document, filePages, pages, fields, firstPages } = await prepare([first, second]);
  assert.deepEqual(filePages, [1, 1]);
  assert.deepEqual(pages, [
    { width: 792, height: 612 },
    { width: 360, height: 460 },
  ]);
  assert.deepEqual(
    fields.map(({ apiId, box }) => [apiId, box.page]),
    [
      ["a", 1],
      ["b", 2],
    ],
  );
  expectBox(fields[1]?.box, { page: 2, x: 10, y: 390.4, width: printedWidth("[date|req|signer1||b]"), height: 12 });
  assert.equal(firstPages.length, 2);
  assert.equal((await PDF.load(document)).getPageCount(), 2);
});

test("a malformed tag is told with its file, its page in that file, its text and what is wrong", async () => {
  const good = paper({ content: line(100, 700, sig) });
  const bad = paper({ content: line(100, 700, "[text|req|signer1|N|n|digits]") });
  const outcome = await tryPrepare([good, bad]);
  assert.ok(!outcome.ok);
  const { reason, ...fault } = outcome.fault;
  assert.deepEqual(fault, { kind: "tag", file: 1, page: 1, tag: "[text|req|signer1|N|n|digits]", signers: [0] });
  assert.match(reason, /There is no validation "digits"/);
});

test("an id that appears twice in the request is a malformed tag", async () => {
  const file = paper({ content: line(100, 700, "[text|req|signer1|N|same]") });
  const outcome = await tryPrepare([file, file]);
  assert.ok(!outcome.ok);
  assert.deepEqual(outcome.fault, {
    kind: "tag",
    reason: 'The id "same" appears twice.',
    file: 1,
    page: 1,
    tag: "[text|req|signer1|N|same]",
    signers: [0],
  });
});
