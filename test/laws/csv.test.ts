import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCsv } from "../../src/wire/csv.ts";

const read = (text: string) => readCsv(Buffer.from(text));

/** A table as a spreadsheet writes it. */
function write(rows: readonly (readonly string[])[], { separator = ",", end = "\r\n" } = {}): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return rows.map((row) => row.map(cell).join(separator) + end).join("");
}

test("what is written in quotes is read as it was, whatever separator, line end and mark it comes with", () => {
  const cell = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", "").toWellFormed().trim());
  const rows = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));
  const ways = fc.record({ separator: fc.constantFrom(",", ";", "\t"), end: fc.constantFrom("\n", "\r\n", "\r") });
  fc.assert(
    fc.property(rows, ways, fc.boolean(), (all, way, marked) => {
      const table = [["name", "email"], ...all];
      const csv = read((marked ? "\ufeff" : "") + write(table, way));
      assert.ok(typeof csv !== "string");
      assert.deepEqual(
        [csv.header, ...csv.lines.map(({ cells }) => cells)],
        table.filter((row) => row.some((one) => one !== "")),
      );
    }),
  );
});

test("lines keep the numbers that an editor shows, with empty ones and quoted breaks between", () => {
  const csv = read('a,b\n\n1,"x\ny"\r\n , \r2,"z"');
  assert.ok(typeof csv !== "string");
  assert.deepEqual(csv.lines, [
    { number: 3, cells: ["1", "x\ny"] },
    { number: 6, cells: ["2", "z"] },
  ]);
});

test("blanks around cells do not count, and quotes within a cell are letters", () => {
  const csv = read('name , email\n George ,  "g@example.com" \nThe "Boss",b@example.com');
  assert.deepEqual(csv, {
    header: ["name", "email"],
    lines: [
      { number: 2, cells: ["George", "g@example.com"] },
      { number: 3, cells: ['The "Boss"', "b@example.com"] },
    ],
  });
});

test("UTF-16 is read where a mark says so", () => {
  const text = Buffer.from("\ufeffname\temail\nЄва\te@example.com", "utf16le");
  const csv = readCsv(text);
  assert.deepEqual(csv, { header: ["name", "email"], lines: [{ number: 2, cells: ["Єва", "e@example.com"] }] });
  assert.deepEqual(readCsv(text.swap16()), csv);
});

test("what is no table says why", () => {
  for (const [text, words] of [
    ["", /empty/],
    ["\n , \n", /empty/],
    ['a,b\n"c,d', /line 2 .*does not end/],
    ['a,b\n"c"d,e', /line 2 .*behind its quote/],
    ["a\0b", /not a text file/],
  ] as const) {
    const said = read(text);
    assert.ok(typeof said === "string", text);
    assert.match(said, words);
  }
  assert.equal(readCsv(Uint8Array.of(0xff, 0x41)), "it is not UTF-8: save it as CSV UTF-8");
});

test("a hostile file takes no longer than its length", () => {
  for (const text of [
    '"'.repeat(3_000_001),
    '",'.repeat(1_000_000),
    `"${"a".repeat(3_000_000)}`,
    " ".repeat(3_000_000),
    ",".repeat(1_000_000),
  ])
    readCsv(Buffer.from(text));
});
