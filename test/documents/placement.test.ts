import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { placeField } from "../../src/documents/placement.ts";

const portrait = { width: 612, height: 792 };
const landscape = { width: 792, height: 612 };
const two = { pages: [portrait, landscape, portrait], filePages: [2, 1] };
const size = { width: 120, height: 30 };

test("with a page, x and y are points from its top left, width and height units of 80 DPI", () => {
  const box = placeField({ x: 112, y: 328, ...size, page: 1, documentIndex: 0 }, two);
  assert.deepEqual(box, { page: 1, x: 112, y: 328, width: 108, height: 27 });
});

test("pages of the second file count on over the whole document", () => {
  const box = placeField({ x: 0, y: 0, ...size, page: 1, documentIndex: 1 }, two);
  assert.equal(box.page, 3);
});

test("without a page all is 80 DPI, and x starts at 100 on a portrait page", () => {
  const box = placeField({ x: 180, y: 80, ...size, documentIndex: 0 }, two);
  assert.deepEqual(box, { page: 1, x: 72, y: 72, width: 108, height: 27 });
});

test("without a page y runs on: the second page starts at 880 behind a Letter page, and x at 0 on a landscape one", () => {
  const box = placeField({ x: 80, y: 960, ...size, documentIndex: 0 }, two);
  assert.deepEqual(box, { page: 2, x: 72, y: 72, width: 108, height: 27 });
});

test("below the last page of its file a field stays on that page, outside it", () => {
  const box = placeField({ x: 100, y: 5000, ...size, documentIndex: 1 }, two);
  assert.equal(box.page, 3);
  assert.equal(box.y, 4500);
});

test("a file or a page that is not there is the caller's fault, in words", () => {
  assert.throws(() => placeField({ x: 0, y: 0, ...size, documentIndex: 2 }, two), /There is no document 2/);
  assert.throws(
    () => placeField({ x: 0, y: 0, ...size, page: 3, documentIndex: 0 }, two),
    /has 2 pages: there is no page 3/,
  );
  assert.throws(() => placeField({ x: 0, y: 0, ...size, page: 0, documentIndex: 0 }, two), /there is no page 0/);
});

test("both systems reach every point of every page", () => {
  const pages = fc.array(
    fc.record({ width: fc.integer({ min: 100, max: 2000 }), height: fc.integer({ min: 100, max: 2000 }) }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(
      pages,
      fc.nat(),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (sheets, pick, across, down) => {
        const index = pick % sheets.length;
        const sheet = sheets[index] ?? portrait;
        const all = { pages: sheets, filePages: [sheets.length] };
        const [x, y] = [across * sheet.width, down * sheet.height];
        const before = sheets.slice(0, index).reduce((sum, each) => sum + each.height, 0);
        const left = sheet.width > sheet.height ? 0 : 100;
        const fresh = placeField({ x, y, ...size, page: index + 1, documentIndex: 0 }, all);
        const old = placeField({ x: x / 0.9 + left, y: (before + y) / 0.9 + 1e-9, ...size, documentIndex: 0 }, all);
        assert.equal(old.page, fresh.page);
        assert.ok(Math.abs(old.x - fresh.x) < 1e-6 && Math.abs(old.y - fresh.y) < 1e-6);
        assert.deepEqual([old.width, old.height], [fresh.width, fresh.height]);
      },
    ),
  );
});
