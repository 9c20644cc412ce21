import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { PDF } from "@libpdf/core";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { silentLog } from "../../src/base/log.ts";
import type { Box } from "../../src/documents/document.ts";
import type { Prepared, PrepareOrder } from "../../src/documents/jobs.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { line, type Paper, paper, pdfOf, printedWidth, stream } from "./papers.ts";

const workshop = openWorkshop({ log: silentLog });
after(() => workshop.close());

const sig = "[sig|req|signer1]";
const sigWidth = printedWidth(sig);
const ask = { signers: [{ name: "Ann Author" }, { name: "Ben Buyer" }], title: "Lease", requestId: "f".repeat(40) };

async function prepare(files: readonly Uint8Array[], order: Partial<PrepareOrder> = {}): Promise<Prepared> {
  const outcome = await tryPrepare(files, order);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  return outcome;
}

function tryPrepare(files: readonly Uint8Array[], order: Partial<PrepareOrder> = {}) {
  const named = files.map((bytes, index) => ({ name: `file-${index}.pdf`, bytes }));
  return workshop.prepare({
    files: named,
    useTextTags: true,
    hideTextTags: false,
    appendSignaturePage: null,
    ...order,
  });
}

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
    const { tags, pages, document } = await prepare([bytes]);
    assert.equal(tags.length, 1);
    expectBox(tags[0]?.box, place.box);
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
  const { tags, pages } = await prepare([bytes]);
  assert.deepEqual(pages, [{ width: 300, height: 400 }]);
  expectBox(tags[0]?.box, { page: 1, x: 97.6, y: 10, width: 12, height: sigWidth });
});

test("a tag set at an angle has the box around its glyphs", async () => {
  const { tags } = await prepare([paper({ content: `BT /F1 12 Tf .866 .5 -.5 .866 300 400 Tm (${sig}) Tj ET` })]);
  const box = tags[0]?.box;
  assert.ok(box !== undefined);
  assert.ok(box.x <= 300 && box.x + box.width >= 300 + sigWidth * 0.866);
  assert.ok(box.y <= 392 - sigWidth * 0.5 && box.y + box.height >= 392);
});

test("a tag that wraps over two lines is not recognised", async () => {
  const { tags } = await prepare([
    paper({ content: `${line(100, 700, "[sig|req|")}${line(100, 680, "signer1]")}${line(100, 600, sig)}` }),
  ]);
  assert.equal(tags.length, 1);
  expectBox(tags[0]?.box, { page: 1, x: 100, y: 182.4, width: sigWidth, height: 12 });
});

test("without use_text_tags a tag is text", async () => {
  const { tags } = await prepare([paper({ content: line(100, 700, "[sig|req]") })], { useTextTags: false });
  assert.deepEqual(tags, []);
});

test("several files become one document in their order, and pages count on", async () => {
  const first = paper({ content: line(100, 700, "[sig|req|signer1||a]"), page: "/Rotate 90" });
  const second = paper({ content: line(50, 100, "[date|req|signer1||b]"), page: "/CropBox [40 40 400 500]" });
  const { document, filePages, pages, tags, firstPictures } = await prepare([first, second]);
  assert.deepEqual(filePages, [1, 1]);
  assert.deepEqual(pages, [
    { width: 792, height: 612 },
    { width: 360, height: 460 },
  ]);
  assert.deepEqual(
    tags.map((tag) => [tag.id, tag.box.page]),
    [
      ["a", 1],
      ["b", 2],
    ],
  );
  expectBox(tags[1]?.box, { page: 2, x: 10, y: 390.4, width: printedWidth("[date|req|signer1||b]"), height: 12 });
  assert.equal(firstPictures.length, 2);
  assert.equal((await PDF.load(document)).getPageCount(), 2);
});

test("a malformed tag is told with its file, its page in that file, its text and what is wrong", async () => {
  const good = paper({ content: line(100, 700, sig) });
  const bad = paper({ content: line(100, 700, "[text|req|signer1|N|n|digits]") });
  const outcome = await tryPrepare([good, bad]);
  assert.deepEqual(outcome, {
    ok: false,
    why: "document",
    fault: {
      kind: "tag",
      reason: 'There is no validation "digits".',
      file: 1,
      page: 1,
      tag: "[text|req|signer1|N|n|digits]",
    },
  });
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
  });
});

test("hidden tags are white on the page, their neighbours stay, and the upload is a prefix of the document", async () => {
  const bytes = paper({ content: `${line(100, 700, sig)}${line(100, 600, "stays")}q 2 0 0 2 30 30 cm` });
  const shown = await prepare([bytes]);
  const hidden = await prepare([bytes], { hideTextTags: true });
  const tag = hidden.tags[0]?.box;
  assert.ok(tag !== undefined);
  const neighbour = { ...tag, y: tag.y + 100 };
  assert.ok((await ink(shown.firstPictures[0], tag)) > 50);
  assert.equal(await ink(hidden.firstPictures[0], tag), 0);
  assert.ok((await ink(hidden.firstPictures[0], neighbour)) > 50);
  assert.deepEqual(Buffer.from(hidden.document.subarray(0, bytes.length)), Buffer.from(bytes));
});

/** How many pixels of a 900-pixel picture of a Letter page are not white under a box. */
async function ink(picture: Uint8Array | undefined, box: Box): Promise<number> {
  assert.ok(picture !== undefined);
  const image = await loadImage(Buffer.from(picture));
  const scale = image.width / 612;
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const part = context.getImageData(box.x * scale, box.y * scale, box.width * scale, box.height * scale).data;
  let dark = 0;
  for (let at = 0; at < part.length; at += 4) if ((part[at] ?? 255) < 200) dark += 1;
  return dark;
}

test("a request without fields and tags gets a signature page, with fields for every signer on it", async () => {
  const bytes = paper({ content: line(100, 700, "No tags here") });
  const { document, pages, filePages, signaturePageFields } = await prepare([bytes], { appendSignaturePage: ask });
  assert.deepEqual(filePages, [1]);
  assert.equal(pages.length, 2);
  assert.deepEqual(
    signaturePageFields.map((field) => [field.signer, field.type, field.box.page]),
    [
      [0, "signature", 2],
      [0, "date_signed", 2],
      [1, "signature", 2],
      [1, "date_signed", 2],
    ],
  );
  assert.deepEqual(Buffer.from(document.subarray(0, bytes.length)), Buffer.from(bytes));
});

test("a document with tags gets no signature page", async () => {
  const { pages, signaturePageFields } = await prepare([paper({ content: line(100, 700, sig) })], {
    appendSignaturePage: ask,
  });
  assert.equal(pages.length, 1);
  assert.deepEqual(signaturePageFields, []);
});

test("pictures of the first two pages are WebP, 900 pixels wide, as people see the page", async () => {
  const { firstPictures } = await prepare([paper({ content: line(100, 700, sig), page: "/Rotate 90" })]);
  assert.equal(firstPictures.length, 1);
  const image = await loadImage(Buffer.from(firstPictures[0] ?? []));
  assert.deepEqual([image.width, image.height], [900, 695]);
  assert.equal(Buffer.from(firstPictures[0] ?? []).toString("latin1", 8, 12), "WEBP");
});

test("any page has a picture of any width; a page that is not there is a refusal", async () => {
  const document = paper({ content: line(100, 700, sig) });
  const drawn = await workshop.picture({ document, page: 1, width: 1600 });
  assert.ok(drawn.ok);
  const image = await loadImage(Buffer.from(drawn.picture));
  assert.deepEqual([image.width, image.height], [1600, 2071]);
  const missing = await workshop.picture({ document, page: 2, width: 900 });
  assert.ok(!missing.ok);
  assert.match(missing.fault.reason, /no page 2/);
});

test("a picture of an endless strip of a page stays within what WebP can hold", async () => {
  const drawn = await workshop.picture({
    document: paper({ content: "", mediaBox: "0 0 10 100000" }),
    page: 1,
    width: 900,
  });
  assert.ok(drawn.ok);
  const image = await loadImage(Buffer.from(drawn.picture));
  assert.ok(image.height <= 16_000 && image.width >= 1);
});

test("a drawn page is kept without loss, a photographed one is not", async () => {
  let seed = 7;
  const grain = Array.from({ length: 200 * 200 * 3 }, () => {
    seed = (seed * 16807) % 2147483647;
    return String.fromCharCode(seed % 256);
  }).join("");
  const image = stream(
    "/Type /XObject /Subtype /Image /Width 200 /Height 200 /ColorSpace /DeviceRGB /BitsPerComponent 8",
    grain,
  );
  const photo = paper({
    content: "q 612 0 0 792 0 0 cm /I Do Q",
    resources: "/XObject << /I 6 0 R >>",
    objects: [image],
  });
  const codings = [];
  for (const document of [paper({ content: line(100, 700, sig) }), photo]) {
    const drawn = await workshop.picture({ document, page: 1, width: 900 });
    assert.ok(drawn.ok);
    codings.push(/VP8[ L]/.exec(Buffer.from(drawn.picture).toString("latin1"))?.[0]);
  }
  assert.deepEqual(codings, ["VP8L", "VP8 "]);
});

test("annotations show in pictures", async () => {
  const annotation =
    "<< /Type /Annot /Subtype /Square /Rect [100 600 300 700] /IC [1 0 0] /C [1 0 0] /F 4 /AP << /N 7 0 R >> >>";
  const look = stream("/Type /XObject /Subtype /Form /BBox [0 0 200 100]", "1 0 0 rg 0 0 200 100 re f");
  const { firstPictures } = await prepare([
    paper({ content: "", page: "/Annots [6 0 R]", objects: [annotation, look] }),
  ]);
  const image = await loadImage(Buffer.from(firstPictures[0] ?? []));
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const [red = 0, green = 255] = canvas.getContext("2d").getImageData((200 / 612) * 900, (142 / 612) * 900, 1, 1).data;
  assert.ok(red > 200 && green < 60, `${red}, ${green}`);
});

test("what prepare made can be completed and copied", async () => {
  const { document, tags } = await prepare([paper({ content: line(100, 700, sig) })]);
  const box = tags[0]?.box;
  assert.ok(box !== undefined);
  const values = [{ kind: "signature", box, text: "Ann Author" }] as const;
  const copy = await workshop.copy({ document, values, watermark: null });
  assert.ok(copy.ok);
  assert.equal((await PDF.load(copy.document)).getPageCount(), 1);
  const trail = {
    title: "Lease",
    requestId: "f".repeat(40),
    status: "Completed" as const,
    fileNames: ["lease.pdf"],
    originals: [{ name: "lease.pdf", sha256: createHash("sha256").update(document).digest("hex") }],
    signers: [{ name: "Ann Author", email: "ann@example.com" }],
    lines: [{ at: "2026-01-02T03:04:05.000Z", what: "Signed", who: "Ann Author", from: "192.0.2.1" }],
    testMode: false,
  };
  const done = await workshop.complete({
    document,
    values,
    watermark: null,
    trail,
    reason: "Completed",
    placeholderBytes: 8192,
  });
  assert.ok(done.ok);
  assert.equal(done.byteRange[2] + done.byteRange[3], done.bytes.length);
});

const fixtures = new URL("../../../shared/contract/test_fixtures/", import.meta.url);
const skip = existsSync(fixtures) ? false : "the contract's fixtures are not here";

test("the contract's sample documents can be prepared", { skip }, async () => {
  for (const name of ["pdf-sample.pdf", "pdf-sample-2.pdf"]) {
    const { pages, firstPictures } = await prepare([readFileSync(new URL(name, fixtures))]);
    assert.ok(pages.length >= 1 && firstPictures.length >= 1, name);
  }
});
