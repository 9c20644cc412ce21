import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { undone } from "../../src/documents/convert/tiff-blocks.ts";
import { colours, shoot } from "./converting.ts";
import {
  deflated,
  faxPage,
  flatJpeg,
  lzw,
  packed,
  pngHeader,
  pngOf,
  quarters,
  rgbOf,
  rgbTags,
  type TiffPage,
  tiffOf,
  withExif,
} from "./picture-files.ts";
import { prepare, tryPrepare } from "./preparing.ts";

const { red, green, blue, black, white } = colours;
const canvas = quarters(200, 100);
const jpeg = canvas.toBuffer("image/jpeg", 95);
const rgb = rgbOf(canvas);

/** 16 bits a colour, without filters. */
function deepPng(): Buffer {
  const rows = Buffer.alloc(100 * 1201);
  for (const [index, value] of rgb.entries())
    rows.writeUInt16BE(value * 257, Math.floor(index / 600) * 1201 + 1 + (index % 600) * 2);
  return pngOf([pngHeader(200, 100, { bits: 16 }), ["IDAT", deflateSync(rows)], ["IEND", Buffer.alloc(0)]]);
}

function tiffPage(compression: number, data: Uint8Array): TiffPage {
  return { tags: rgbTags(200, 100, compression), data };
}

/** 2 bits a pixel, which name colours of a palette. */
function palettePng(): Buffer {
  const [top, bottom] = [
    [0x00, 0x55],
    [0xaa, 0xff],
  ].map(([left = 0, right = 0]) => Buffer.concat([Buffer.alloc(26, left).fill(0, 0, 1), Buffer.alloc(25, right)]));
  assert.ok(top && bottom);
  const rows = Buffer.concat([...Array(50).fill(top), ...Array(50).fill(bottom)]);
  const palette = Buffer.from("ff000000ff000000000000ff", "hex");
  const head = pngHeader(200, 100, { bits: 2, colours: 3 });
  return pngOf([head, ["PLTE", palette], ["IDAT", deflateSync(rows)], ["IEND", Buffer.alloc(0)]]);
}

const pictures: readonly (readonly [name: string, file: Uint8Array])[] = [
  ["a PNG", canvas.toBuffer("image/png")],
  ["a PNG of 16 bits a colour", deepPng()],
  ["a PNG with a palette", palettePng()],
  ["a JPEG", jpeg],
  ["a WebP", canvas.toBuffer("image/webp", 90)],
  ["a GIF", canvas.toBuffer("image/gif")],
  ["a TIFF without compression", tiffOf([tiffPage(1, rgb)])],
  ["a TIFF with LZW", tiffOf([tiffPage(5, lzw(rgb))])],
  ["a TIFF with deflate", tiffOf([tiffPage(8, deflated(rgb))])],
  ["a TIFF with PackBits", tiffOf([tiffPage(32773, packed(rgb))])],
  ["a TIFF with JPEG", tiffOf([{ tags: { ...rgbTags(200, 100, 7), 262: [6] }, data: jpeg }])],
];

for (const [name, file] of pictures) {
  test(`${name} becomes a page that shows it`, async () => {
    const { document, pages } = await prepare([file]);
    const page = await shoot(document);
    assert.equal(pages[0] && Math.round((pages[0].width / pages[0].height) * 100), 200);
    assert.deepEqual(
      [page.at(0.25, 0.25), page.at(0.75, 0.25), page.at(0.25, 0.75), page.at(0.75, 0.75)],
      [red, green, black, blue],
    );
  });
}

/** Where EXIF's eight ways of lying put the quarters: top left, top right, bottom left, bottom right. */
const lying: readonly (readonly [orientation: number, quarters: readonly string[]])[] = [
  [1, [red, green, black, blue]],
  [2, [green, red, blue, black]],
  [3, [blue, black, green, red]],
  [4, [black, blue, red, green]],
  [5, [red, black, green, blue]],
  [6, [black, red, blue, green]],
  [7, [blue, green, black, red]],
  [8, [green, blue, red, black]],
];

for (const [orientation, expected] of lying) {
  test(`a JPEG of EXIF orientation ${orientation} stands upright, at its resolution`, async () => {
    const { document, pages } = await prepare([withExif(jpeg, { orientation, dpi: 100 })]);
    const page = await shoot(document);
    assert.deepEqual(pages[0], orientation < 5 ? { width: 144, height: 72 } : { width: 72, height: 144 });
    assert.deepEqual([page.at(0.25, 0.25), page.at(0.75, 0.25), page.at(0.25, 0.75), page.at(0.75, 0.75)], expected);
  });
}

test("a JPEG goes in as it is, without EXIF", async () => {
  const { document } = await prepare([withExif(jpeg, { orientation: 1, dpi: 100 })]);
  const file = Buffer.from(document);
  assert.ok(file.includes(jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])))));
  assert.ok(!file.includes("Exif"));
});

test("a PNG without alpha goes in as it is", async () => {
  const file = deepPng();
  const { document } = await prepare([file]);
  const at = file.indexOf("IDAT");
  assert.ok(Buffer.from(document).includes(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4))));
});

test("LZW is undone byte for byte, whatever lengths its codes have, and damage ends it", () => {
  // Bytes that repeat in no simple way fill the table of codes several times over.
  const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, index) => ((index * index) >> 7) & 0xff));
  const data = lzw(bytes);
  assert.deepEqual(undone(data, { compression: 5, length: bytes.length }), bytes);
  for (let at = 0; at < data.length; at += 97) {
    const damaged = Buffer.from(data);
    damaged.writeUInt8((damaged.readUInt8(at) + 101) & 0xff, at);
    assert.equal(undone(damaged, { compression: 5, length: bytes.length })?.length, bytes.length);
  }
});

test("grey, progressive and CMYK JPEGs keep their colours", async () => {
  const { document } = await prepare([
    flatJpeg([0]),
    flatJpeg([76, 85, 255], { progressive: true }),
    flatJpeg([255, 0, 0, 255]),
  ]);
  assert.equal((await shoot(document, 1)).at(0.5, 0.5), black);
  assert.equal((await shoot(document, 2)).at(0.5, 0.5), red);
  // Adobe writes CMYK from full ink (0) to none (255): magenta and yellow make red.
  assert.match((await shoot(document, 3)).at(0.5, 0.5), /^4[01][01]$/);
});

test("what is transparent lies on white", async () => {
  const holed = quarters(100, 100);
  holed.getContext("2d").clearRect(25, 25, 50, 50);
  for (const picture of [holed.toBuffer("image/png"), holed.toBuffer("image/webp")]) {
    const { document } = await prepare([picture]);
    const page = await shoot(document);
    assert.deepEqual([page.at(0.5, 0.5), page.at(0.1, 0.1)], [white, red]);
  }
});

test("a TIFF of a fax's pages gives them all, sharp, and a thumbnail is no page", async () => {
  const thumbnail: TiffPage = { tags: { ...rgbTags(200, 100, 1), 254: [1] }, data: rgb };
  const { document, pages } = await prepare([tiffOf([faxPage(), faxPage(), thumbnail, tiffPage(1, rgb)])]);
  // The last is the signature page of a document without fields.
  assert.equal(pages.length, 3 + 1);
  const fax = await shoot(document, 2);
  assert.deepEqual(
    [fax.at(0.6, 0.5), fax.at(0.3, 0.5), fax.at(0.6, 0.1), fax.at(0.6, 0.9)],
    [black, white, white, white],
  );
  assert.equal((await shoot(document, 3)).at(0.25, 0.25), red);
});

test("a picture without a resolution, or with a camera's 72, is fitted onto a Letter sheet", async () => {
  const upright = await prepare([quarters(300, 400).toBuffer("image/png")]);
  assert.deepEqual(upright.pages[0], { width: 594, height: 792 });
  const camera = quarters(4000, 3000).toBuffer("image/jpeg", 50);
  const lain = await prepare([withExif(camera, { orientation: 1, dpi: 72 })]);
  assert.deepEqual(lain.pages[0], { width: 792, height: 594 });
});

const refusals: readonly (readonly [name: string, file: Uint8Array, reason: RegExp])[] = [
  [
    "a PNG that claims 60,000 x 60,000 pixels",
    pngOf([pngHeader(60_000, 60_000), ["IDAT", deflateSync(Buffer.alloc(8))], ["IEND", Buffer.alloc(0)]]),
    /"file-0\.pdf" cannot be used\. It has 60000 x 60000 pixels; at most 80 million are possible\./,
  ],
  [
    "a TIFF that claims as much",
    tiffOf([{ tags: rgbTags(60_000, 60_000, 1), data: rgb }]),
    /Its page 1 has 60000 x 60000 pixels/,
  ],
  ["a TIFF with JPEG 2000", tiffOf([tiffPage(34712, rgb)]), /Its page 1 is compressed as JPEG 2000, which is not read/],
  ["a TIFF whose directories go in a circle", circularTiff(), /It is damaged: its directories cannot be read\./],
  [
    "a PNG that was cut off",
    canvas.toBuffer("image/png").subarray(0, 150),
    /It is damaged: the picture cannot be decoded/,
  ],
  ["a JPEG that was cut off", jpeg.subarray(0, 900), /It is damaged: the picture cannot be decoded/],
  ["a picture as narrow as a line", quarters(4, 1000).toBuffer("image/png"), /too narrow for a page/],
];

for (const [name, file, reason] of refusals) {
  test(`${name} is refused in words`, async () => {
    const outcome = await tryPrepare([file]);
    assert.ok(!outcome.ok);
    assert.equal(outcome.why, "document");
    assert.equal(outcome.fault.kind, "file");
    assert.match(outcome.fault.reason, reason);
  });
}

function circularTiff(): Buffer {
  const file = tiffOf([tiffPage(1, rgb)]);
  file.writeUInt32LE(file.readUInt32LE(4), file.length - 4);
  return file;
}
