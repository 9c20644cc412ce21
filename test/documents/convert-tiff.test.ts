import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../src/base/log.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { needing } from "../evidence/tools.ts";
import { colours, shoot } from "./converting.ts";
import { mutate } from "./mutate.ts";
import { orderOf } from "./orders.ts";
import { deflated, faxPage, lzw, packed, quarters, rgbOf, rgbTags, type TiffPage, tiffOf } from "./picture-files.ts";
import { prepare } from "./preparing.ts";

const { black, white, red } = colours;
const drawing = quarters(200, 100);
const rgb = rgbOf(drawing);

/** A grey picture whose left half is dark and whose right half is light, of so many bits a pixel. */
function halves(bits: 1 | 4 | 8 | 16, more: TiffPage["tags"] = {}): TiffPage {
  const [width, height] = [64, 64];
  const most = 2 ** bits - 1;
  const row = Buffer.alloc((width * bits) / 8);
  for (let pixel = width / 2; pixel < width; pixel += 1) {
    if (bits === 16) row.writeUInt16LE(most, pixel * 2);
    else row[Math.floor((pixel * bits) / 8)] = bits === 8 ? 255 : 0xff;
  }
  const tags = { 256: [width], 257: [height], 258: [bits], 259: [1], 262: [1], 277: [1], 278: [height], ...more };
  return { tags, data: Buffer.concat(Array.from({ length: height }, () => row)) };
}

for (const bits of [1, 4, 8, 16] as const)
  test(
    `a grey TIFF of ${bits} bits keeps its light and its dark, whichever number is which`,
    needing("pdftoppm"),
    async () => {
      const { document } = await prepare([tiffOf([halves(bits), halves(bits, { 262: [0] })])]);
      const [straight, turned] = [await shoot(document, 1), await shoot(document, 2)];
      assert.deepEqual([straight.at(0.25, 0.5), straight.at(0.75, 0.5)], [black, white]);
      assert.deepEqual([turned.at(0.25, 0.5), turned.at(0.75, 0.5)], [white, black]);
    },
  );

test("a palette's colours are those of its numbers", needing("pdftoppm"), async () => {
  // All reds, all greens, all blues: number 0 is red, number 1 blue.
  const page = halves(1, { 262: [3], 320: [0xffff, 0, 0, 0, 0, 0xffff] });
  const { document } = await prepare([tiffOf([page])]);
  const shot = await shoot(document);
  assert.deepEqual([shot.at(0.25, 0.5), shot.at(0.75, 0.5)], [red, colours.blue]);
});

test("differences instead of samples (predictor 2) are undone", needing("pdftoppm"), async () => {
  const differences = Buffer.from(rgb);
  for (let row = 0; row < 100; row += 1)
    for (let at = 599; at >= 3; at -= 1) {
      const place = row * 600 + at;
      differences[place] = ((rgb[place] ?? 0) - (rgb[place - 3] ?? 0)) & 0xff;
    }
  for (const [compression, data] of [
    [8, deflated(differences)],
    [5, lzw(differences)],
    [32773, packed(differences)],
  ] as const) {
    const { document } = await prepare([tiffOf([{ tags: { ...rgbTags(200, 100, compression), 317: [2] }, data }])]);
    assert.equal((await shoot(document)).at(0.25, 0.25), red, `compression ${compression}`);
  }
});

test(
  "fax pages are passed on as they are, black on white, or white on black where the picture says so",
  needing("pdftoppm"),
  async () => {
    const fax = faxPage();
    const reversed = { tags: { ...fax.tags, 262: [1] }, data: fax.data };
    const mirrored = { tags: { ...fax.tags, 266: [2] }, data: Buffer.from(fax.data).map(turned) };
    const { document } = await prepare([tiffOf([fax, reversed, mirrored])]);
    const shots = await Promise.all([1, 2, 3].map((page) => shoot(document, page)));
    assert.deepEqual(
      shots.map((shot) => [shot.at(0.6, 0.5), shot.at(0.3, 0.5)]),
      [
        [black, white],
        [white, black],
        [black, white],
      ],
    );
    assert.ok(Buffer.from(document).includes("/CCITTFaxDecode"));
  },
);

function turned(byte: number): number {
  return Number.parseInt(byte.toString(2).padStart(8, "0").split("").reverse().join(""), 2);
}

test("JPEG of the old style is refused in words", async () => {
  const workshop = openShop();
  const bytes = tiffOf([{ tags: rgbTags(200, 100, 6), data: rgb }]);
  const outcome = await workshop.prepare(orderOf([{ name: "a.tif", bytes }]));
  await workshop.close();
  assert.ok(!outcome.ok);
  assert.match(outcome.fault.reason, /compressed as JPEG of the old style, which is not read/);
});

test("damaged TIFFs each end in pages or in words", async () => {
  const workshop = openShop();
  const originals = [
    tiffOf([faxPage(), faxPage()]),
    tiffOf([{ tags: rgbTags(200, 100, 5), data: lzw(rgb) }]),
    tiffOf([{ tags: rgbTags(200, 100, 8), data: deflated(rgb) }]),
    tiffOf([{ tags: rgbTags(200, 100, 32773), data: packed(rgb) }]),
    tiffOf([halves(4)]),
  ];
  const ends = { good: 0, refused: 0 };
  for (let seed = 1; seed <= 400; seed += 1) {
    const bytes = mutate(originals[seed % originals.length] ?? new Uint8Array(), { seed, others: originals });
    const outcome = await workshop.prepare(orderOf([{ name: "fuzzed.tif", bytes }]));
    if (outcome.ok) ends.good += 1;
    else {
      assert.equal(outcome.why, "document", `seed ${seed}: ${outcome.fault.reason}`);
      ends.refused += 1;
    }
  }
  assert.ok(ends.good > 40 && ends.refused > 40, JSON.stringify(ends));
  await workshop.close();
});

function openShop() {
  return openWorkshop({ log: silentLog });
}
