import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitSignature, fitText } from "../../src/documents/draw/fit.ts";
import { inkOf, widthOf, wrap } from "../../src/documents/draw/lettering.ts";

const boxes = fc.record({
  page: fc.constant(1),
  x: fc.double({ min: 0, max: 600, noNaN: true }),
  y: fc.double({ min: 0, max: 800, noNaN: true }),
  width: fc.double({ min: 2, max: 500, noNaN: true }),
  height: fc.double({ min: 2, max: 300, noNaN: true }),
});
const letters = [..."abc WMilÅjg,@.-Ωж\n", "שלום ", "محمد ", "श्री ", "น้ำ", "山田", "テスト", "中文，", "한글 "];
const texts = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 60 }).map((parts) => parts.join(""));
const runs = { numRuns: 150 };

test("A text fits its box, whatever both are: every line within its sides, none above or below", () => {
  fc.assert(
    fc.property(boxes, texts, fc.double({ min: 4, max: 40, noNaN: true }), (box, text, fontSize) => {
      for (const line of fitText(box, { text, fontSize })) {
        assert.ok(line.size <= fontSize);
        const left = line.edge === "right" ? line.x - widthOf(line.text, line) : line.x;
        assert.ok(left >= box.x - 0.05 && left + widthOf(line.text, line) <= box.x + box.width + 0.05);
        const ink = inkOf(line.text, line);
        assert.ok(line.y - ink.ascent >= box.y - 0.05 * line.size, "top");
        assert.ok(line.y + ink.descent <= box.y + box.height + 0.05 * line.size, "bottom");
      }
    }),
    runs,
  );
});

test("A text is never cut: all but its white space is there, in order", () => {
  fc.assert(
    fc.property(boxes, texts, (box, text) => {
      const told = fitText(box, { text, fontSize: 12 })
        .map((line) => line.text)
        .join("");
      assert.equal(told.replace(/\s/g, ""), text.replace(/\s/g, ""));
    }),
    runs,
  );
});

const longName =
  "Hubert Blaine Maximilian Wolfeschlegelsteinhausen von und zu Hohenlohe-Waldenburg-Schillingsfürst the Third of That Name, Duke of Somewhere, Knight of the Golden Fleece and of the Garter";

test("A signature's ink stays in its box", () => {
  fc.assert(
    fc.property(
      boxes,
      fc.constantFrom(
        "Ada Lovelace",
        "Gj",
        "Ελένη",
        "Ångström-Šćepanović",
        "jjj",
        "Ж",
        "محمد عبد الله",
        "श्रीमती",
        "山田太郎",
        longName,
      ),
      (box, text) => {
        const lines = fitSignature(box, { text, face: "script" });
        for (const line of lines) {
          const ink = inkOf(line.text, line);
          assert.ok(line.x - ink.left >= box.x - 0.01 && line.x + ink.right <= box.x + box.width + 0.01, "sides");
          assert.ok(line.y - ink.ascent >= box.y - 0.01 && line.y + ink.descent <= box.y + box.height + 0.01, "height");
        }
        assert.equal(lines.map((line) => line.text).join(" "), text);
      },
    ),
    runs,
  );
});

test("A long name is signed on lines that can be read; one that can be read on one line stays there", () => {
  const box = { page: 1, x: 0, y: 0, width: 200, height: 40 };
  const set = (text: string) => fitSignature(box, { text, face: "script" });
  const lines = set(longName);
  assert.equal(lines.length, 3);
  assert.ok(lines.every(({ size }) => size > 7));
  assert.equal(set("Maximilian von und zu Hohenlohe").length, 1);
  assert.equal(set("x".repeat(200)).length, 1);
});

test("What fits at its size keeps it; what does not gets as large as the box allows", () => {
  const box = { page: 1, x: 10, y: 10, width: 120, height: 20 };
  assert.deepEqual(
    fitText(box, { text: "Short", fontSize: 12 }).map(({ size }) => size),
    [12],
  );
  const [line, ...rest] = fitText(box, { text: "Somewhat longer than its box", fontSize: 12 });
  assert.equal(rest.length, 0);
  assert.ok(line !== undefined && line.size < 12 && widthOf(line.text, line) > 0.95 * (box.width - 4));
});

test("A tall box takes lines: broken at spaces, an address behind its punctuation", () => {
  const tall = { page: 1, x: 0, y: 0, width: 130, height: 90 };
  const lines = fitText(tall, { text: "The quick brown fox jumps over the lazy dog", fontSize: 12 });
  assert.ok(lines.length > 1 && lines.every(({ size }) => size === 12));
  assert.equal(lines.map(({ text }) => text).join(" "), "The quick brown fox jumps over the lazy dog");
  const look = { face: "plain" as const, size: 10, width: 100 };
  assert.deepEqual(wrap("somebody@organisation.example", look), ["somebody@", "organisation.", "example"]);
});
