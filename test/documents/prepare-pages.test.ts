import assert from "node:assert/strict";
import { test } from "node:test";
import { PDF } from "@libpdf/core";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Box } from "../../src/documents/document.ts";
import type { PreparedPage } from "../../src/documents/jobs.ts";
import { completionOf } from "../evidence/tools.ts";
import { line, paper } from "./papers.ts";
import { prepare, workshop } from "./preparing.ts";

const sig = "[sig|req|signer1]";

test("hidden tags are white on the page, their neighbours stay, and the upload is a prefix of the document", async () => {
  const bytes = paper({ content: `${line(100, 700, sig)}${line(100, 600, "stays")}q 2 0 0 2 30 30 cm` });
  const shown = await prepare([bytes]);
  const hidden = await prepare([bytes], { hideTextTags: true });
  const tag = hidden.fields[0]?.box;
  assert.ok(tag !== undefined);
  const neighbour = { ...tag, y: tag.y + 100 };
  assert.ok((await ink(shown.firstPages[0], tag)) > 50);
  assert.equal(await ink(hidden.firstPages[0], tag), 0);
  assert.ok((await ink(hidden.firstPages[0], neighbour)) > 50);
  assert.deepEqual(Buffer.from(hidden.document.subarray(0, bytes.length)), Buffer.from(bytes));
});

/** How many pixels of a 900-pixel picture of a Letter page are not white under a box. */
async function ink(page: PreparedPage | undefined, box: Box): Promise<number> {
  const image = await loadImage(Buffer.from(page?.pictures[0] ?? []));
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
  const { document, pages, filePages, fields } = await prepare([bytes]);
  assert.deepEqual(filePages, [1]);
  assert.equal(pages.length, 2);
  assert.deepEqual(
    fields.map((field) => [field.signer, field.type, field.box.page]),
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
  const { pages, fields } = await prepare([paper({ content: line(100, 700, sig) })]);
  assert.equal(pages.length, 1);
  assert.equal(fields.length, 1);
});

test("the first two pages have pictures in both widths, as people see the page, and their text", async () => {
  const turned = paper({ content: line(100, 700, sig), page: "/Rotate 90" });
  const { firstPages } = await prepare([turned, turned, turned]);
  assert.equal(firstPages.length, 2);
  for (const { pictures, text } of firstPages) {
    assert.deepEqual(
      text.pieces.map(([words]) => words),
      [sig],
    );
    const sizes = [];
    for (const picture of pictures) {
      const image = await loadImage(Buffer.from(picture));
      sizes.push([image.width, image.height]);
    }
    assert.deepEqual(sizes, [
      [900, 695],
      [1600, 1236],
    ]);
  }
});

test("what prepare made can be completed and copied", async () => {
  const { document, fields } = await prepare([paper({ content: line(100, 700, sig) })]);
  const box = fields[0]?.box;
  assert.ok(box !== undefined);
  const values = [{ kind: "signature", box, text: "Ann Author" }] as const;
  const copy = await workshop.copy({ document, values, watermark: null });
  assert.ok(copy.ok);
  assert.equal((await PDF.load(copy.document)).getPageCount(), 1);
  const done = await workshop.complete(completionOf({ document, values }));
  assert.ok(done.ok);
  assert.equal(done.byteRange[2] + done.byteRange[3], done.bytes.length);
});
