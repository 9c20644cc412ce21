import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Frame, paperBox, shownBox, shownPage } from "../../src/documents/frame.ts";

const number = fc.double({ min: -2000, max: 2000, noNaN: true });
const length = fc.double({ min: 1, max: 3000, noNaN: true });
const frame: fc.Arbitrary<Frame> = fc
  .record({
    left: number,
    bottom: number,
    across: length,
    up: length,
    rotation: fc.constantFrom(0, 90, 180, 270),
    unit: fc.double({ min: 0.1, max: 10, noNaN: true }),
  })
  .map(({ left, bottom, across, up, rotation, unit }) => ({
    left,
    bottom,
    right: left + across,
    top: bottom + up,
    rotation,
    unit,
  }));

function close(a: number, b: number): void {
  assert.ok(Math.abs(a - b) < 1e-6, `${a} is ${b}`);
}

test("what lies on the paper and what people see are two views of one box", () => {
  fc.assert(
    fc.property(frame, number, number, length, length, (page, left, bottom, across, up) => {
      const paper = { left, bottom, right: left + across, top: bottom + up };
      const back = paperBox(page, shownBox(page, { paper, page: 1 }));
      for (const side of ["left", "bottom", "right", "top"] as const) close(back[side], paper[side]);
    }),
  );
});

test("the whole visible box is the whole page as shown, from its top left corner", () => {
  fc.assert(
    fc.property(frame, (page) => {
      const shown = shownBox(page, { paper: page, page: 3 });
      const { width, height } = shownPage(page);
      close(shown.x, 0);
      close(shown.y, 0);
      close(shown.width, width);
      close(shown.height, height);
      assert.equal(shown.page, 3);
    }),
  );
});

test("a page turned clockwise shows the paper's bottom left corner at its top left", () => {
  const page: Frame = { left: 0, bottom: 0, right: 612, top: 792, rotation: 90, unit: 1 };
  const box = shownBox(page, { paper: { left: 10, bottom: 20, right: 40, top: 30 }, page: 1 });
  assert.deepEqual(box, { page: 1, x: 20, y: 10, width: 10, height: 30 });
});

test("a UserUnit of 2 doubles all that is shown", () => {
  const page: Frame = { left: 50, bottom: 50, right: 350, top: 250, rotation: 0, unit: 2 };
  assert.deepEqual(shownPage(page), { width: 600, height: 400 });
  const box = shownBox(page, { paper: { left: 60, bottom: 230, right: 80, top: 240 }, page: 1 });
  assert.deepEqual(box, { page: 1, x: 20, y: 20, width: 40, height: 20 });
});
