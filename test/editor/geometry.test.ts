import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arranged, arrangements } from "../../src/web/browser/editor/arrange.ts";
import { boundShift, type Handle, leastSide, meet, onPage, pulled } from "../../src/web/browser/editor/geometry.ts";
import { snapMoved, snapPulled } from "../../src/web/browser/editor/snapping.ts";
import { fieldAt, letter } from "./paper.ts";

const side = fc.integer({ min: 1, max: 900 });
const boxes = fc.record({
  x: fc.integer({ min: -500, max: 900 }),
  y: fc.integer({ min: -500, max: 900 }),
  width: side,
  height: side,
});
const handles = fc.constantFrom<Handle>("n", "ne", "e", "se", "s", "sw", "w", "nw");
const shifts = fc.record({ dx: fc.integer({ min: -900, max: 900 }), dy: fc.integer({ min: -900, max: 900 }) });

function assertOnPage({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
  assert.ok(x >= 0 && y >= 0 && width >= leastSide && height >= leastSide);
  assert.ok(x + width <= letter.width + 0.1 && y + height <= letter.height + 0.1);
}

test("whatever box is put on a page lies on it, and one that lies there stays as it is", () => {
  fc.assert(
    fc.property(boxes, (box) => {
      const put = onPage(box, letter);
      assertOnPage(put);
      assert.deepEqual(onPage(put, letter), put);
    }),
  );
});

test("a box that is pulled stays on its page, and the side across from the handle stays where it was", () => {
  fc.assert(
    fc.property(boxes, handles, shifts, (wild, handle, shift) => {
      const box = onPage(wild, letter);
      const after = pulled(box, { handle, ...shift, page: letter });
      assertOnPage(after);
      const near = (one: number, other: number) => assert.ok(Math.abs(one - other) < 0.11, `${one} ${other}`);
      if (!handle.includes("w")) near(after.x, box.x);
      if (!handle.includes("n")) near(after.y, box.y);
      if (!handle.includes("e")) near(after.x + after.width, box.x + box.width);
      if (!handle.includes("s")) near(after.y + after.height, box.y + box.height);
    }),
  );
});

test("boxes that move together keep their distances and none leaves its page", () => {
  fc.assert(
    fc.property(fc.array(boxes, { minLength: 1, maxLength: 5 }), shifts, (wild, shift) => {
      const placed = wild.map((box) => ({ box: onPage(box, letter), page: letter }));
      const { dx, dy } = boundShift(placed, shift);
      for (const { box } of placed) assertOnPage({ ...box, x: box.x + dx + 0.05, y: box.y + dy + 0.05 });
    }),
  );
});

test("boxes meet when they share a place, not when they only touch", () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };
  assert.ok(meet(box, { x: 9, y: 9, width: 5, height: 5 }));
  assert.ok(!meet(box, { x: 10, y: 0, width: 5, height: 5 }));
});

test("a moved box is drawn to the nearest line of another, and the line is told", () => {
  const other = { x: 100, y: 300, width: 50, height: 20 };
  const near = { x: 103, y: 500, width: 80, height: 30 };
  assert.deepEqual(snapMoved(near, { others: [other], page: letter, reach: 4 }), {
    dx: -3,
    dy: 0,
    guides: [{ axis: "x", at: 100 }],
  });
  assert.deepEqual(snapMoved({ ...near, x: 105.5 }, { others: [other], page: letter, reach: 4 }).guides, []);
  const middle = { x: 612 / 2 - 40 + 2, y: 1, width: 80, height: 30 };
  const snapped = snapMoved(middle, { others: [], page: letter, reach: 4 });
  assert.deepEqual([snapped.dx, snapped.dy], [-2, -1]);
});

test("a pulled box is drawn only by the sides that move", () => {
  const other = { x: 300, y: 300, width: 50, height: 20 };
  const box = { x: 101, y: 302, width: 197, height: 20 };
  assert.deepEqual(snapPulled(box, { handle: "e", others: [other], page: letter, reach: 4 }), {
    dx: 2,
    dy: 0,
    guides: [{ axis: "x", at: 300 }],
  });
});

test("fields are aligned at the edge of the outermost, take the size of the first, and stand in equal distances", () => {
  const one = fieldAt("one", { x: 10, y: 10, width: 50, height: 20 });
  const two = fieldAt("two", { x: 40, y: 50, width: 70, height: 30 });
  const three = fieldAt("three", { x: 200, y: 200, width: 20, height: 10 });
  const fields = [three, two, one];
  const places = (how: (typeof arrangements)[number]) => Object.fromEntries(arranged(fields, how));

  assert.deepEqual(places("left"), { one: { x: 10 }, two: { x: 10 }, three: { x: 10 } });
  assert.deepEqual(places("right"), { one: { x: 170 }, two: { x: 150 }, three: { x: 200 } });
  assert.deepEqual(places("bottom"), { one: { y: 190 }, two: { y: 180 }, three: { y: 200 } });
  assert.deepEqual(places("size").three, { width: 50, height: 20 });
  assert.deepEqual(places("down"), { one: { y: 10 }, two: { y: 100 }, three: { y: 200 } });
  assert.deepEqual(places("across"), { one: { x: 10 }, two: { x: 95 }, three: { x: 200 } });
});

test("a field that came with the document is moved by no arrangement", () => {
  for (const how of arrangements)
    assert.ok(
      !arranged([fieldAt("a"), fieldAt("b", { isFixed: true, x: 300, y: 300 }), fieldAt("c", { x: 9 })], how).has("b"),
    );
});
