import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { PDF } from "@libpdf/core";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Box } from "../../src/documents/document.ts";
import { line, paper, stream } from "./papers.ts";
import { ask, prepare, workshop } from "./preparing.ts";

const sig = "[sig|req|signer1]";

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
