import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import type { PagePiece, PageText } from "../../src/documents/document.ts";
import { line, type Paper, paper, printedWidth, stream } from "./papers.ts";
import { workshop } from "./preparing.ts";

test("a line of print is one piece, where it is printed, as long as it is printed", async () => {
  const { width, height, pieces } = await textOf({ content: line(100, 700, "some words in a line") });
  assert.deepEqual([width, height], [612, 792]);
  const [piece, ...more] = pieces;
  assert.ok(piece);
  assert.deepEqual(more, []);
  const [text, x, y, length, tall, turn] = piece;
  assert.deepEqual([text, turn], ["some words in a line", 0]);
  near([x, length], [100, printedWidth("some words in a line")], 0.1);
  assert.ok(y < 92 - 8 && y + tall > 92 && tall < 16, `its box holds the letters above the baseline: ${piece.join()}`);
});

test("lines come in the order of the content, and what a wide gap divides is two pieces", async () => {
  const content = `${line(72, 700, "first")}${line(72, 680, "left")}${line(300, 680, "right")}${line(72, 660, "last")}`;
  assert.deepEqual(wordsOf(await textOf({ content })), ["first", "left", "right", "last"]);
});

test("a hyphen at the end of a line stays with its line", async () => {
  const content = "BT /F1 12 Tf 14 TL 72 700 Td (agree-) Tj T* (ment) Tj ET";
  assert.deepEqual(wordsOf(await textOf({ content })), ["agree-", "ment"]);
});

test("letters set apart, kerned, or each on its own are one piece with its blanks", async () => {
  const apart = "BT /F1 12 Tf 2 Tc 72 700 Td (set apart) Tj 0 Tc ET";
  const kerned = "BT /F1 12 Tf 72 650 Td [(ke) 80 (rned wo) -40 (rds)] TJ ET";
  const single = [..."one"].map((letter, index) => line(72 + 7 * index, 600, letter)).join("");
  const unspaced = `${line(72, 550, "no")}${line(72 + printedWidth("no") + 4, 550, "blank")}`;
  const found = wordsOf(await textOf({ content: `${apart}\n${kerned}\n${single}${unspaced}` }));
  assert.deepEqual(found, ["set apart", "kerned words", "one", "no blank"]);
});

test("however text and page are turned, a piece begins at its first letter and lies along its line", async () => {
  for (const rotation of [0, 90, 180, 270]) {
    for (const angle of [0, 90, 180, 270, 30]) {
      const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      const matrix = [cos, sin, -sin, cos].map((each) => each.toFixed(6)).join(" ");
      const content = `BT /F1 12 Tf ${matrix} 300 400 Tm (a long line) Tj ET`;
      const text = await textOf({ content, page: `/Rotate ${rotation}` });
      const [piece] = text.pieces;
      const told = `page turned by ${rotation}, text by ${angle}: ${piece?.join()}`;
      assert.ok(piece && text.pieces.length === 1, told);
      const [words, x, y, length, tall, turn] = piece;
      assert.equal(words, "a long line", told);
      near([turn, length], [(360 + rotation - angle) % 360, printedWidth("a long line")], angle === 30 ? 6 : 0.1);
      assert.ok(tall >= 11 && tall < 16, told);
      // The letters stand on the line from the origin: it lies within the piece, four fifths of a size below its upper edge or so.
      const origin = shownPoint({ x: 300, y: 400 }, rotation);
      const [right, down] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
      const [dx, dy] = [origin.x - x, origin.y - y];
      near([dx * right + dy * down], [0], 0.3);
      const below = dy * right - dx * down;
      assert.ok(below > 7 && below < tall, told);
    }
  }
});

/** Where a point of a Letter page lies as shown, from the top left. */
function shownPoint({ x, y }: { readonly x: number; readonly y: number }, rotation: number) {
  if (rotation === 90) return { x: y, y: x };
  if (rotation === 180) return { x: 612 - x, y };
  return rotation === 270 ? { x: 792 - y, y: 612 - x } : { x, y: 792 - y };
}

test("text in form XObjects, and unseen text such as a scanner's, is read", async () => {
  const form = stream(
    "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> >>",
    line(0, 0, "inside"),
  );
  const { pieces } = await textOf({
    content: `q 1 0 0 1 200 500 cm /X Do Q BT 3 Tr /F1 12 Tf 72 300 Td (unseen) Tj ET`,
    resources: "/XObject << /X 6 0 R >>",
    objects: [form],
  });
  assert.deepEqual(
    pieces.map(([text, x]) => [text, Math.round(x)]),
    [
      ["inside", 200],
      ["unseen", 72],
    ],
  );
});

test("ligatures are letters, right-to-left words are spelled in reading order, and nothing is read that is no letter", async () => {
  // What the codes of the font mean: a ligature, two Hebrew letters, NUL, half a surrogate, a line feed, a letter beyond 16 bits.
  const meanings = {
    A: "FB03",
    B: "05D0",
    C: "05D1",
    D: "0000",
    E: "D800",
    F: "0007",
    G: "D83DDE00",
    o: "006F",
    c: "0063",
  };
  const entries = Object.entries(meanings).map(([code, hex]) => `<${code.charCodeAt(0).toString(16)}> <${hex}>`);
  const map = stream(
    "",
    `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange ${entries.length} beginbfchar ${entries.join(" ")} endbfchar endcmap end`,
  );
  const font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>";
  const set = (y: number, text: string) => `BT /F2 12 Tf 72 ${y} Td (${text}) Tj ET `;
  const { pieces } = await textOf({
    content: set(700, "oAc") + set(650, "CB") + set(600, "oDcEoF") + set(550, "oG"),
    objects: [map, font],
    fonts: "/F2 7 0 R",
  });
  const words = pieces.map(([text]) => text);
  assert.deepEqual(words, ["offic", "אב", "oco", "o😀"]);
  assert.ok(words.every((text) => text.isWellFormed()));
});

test("what lies beside the page is not read", async () => {
  const content = `${line(72, 700, "on")}${line(900, 700, "beside")}${line(72, -50, "below")}${line(72, 2000, "above")}`;
  assert.deepEqual(wordsOf(await textOf({ content })), ["on"]);
});

test("a page without text has none, and one of 300,000 letters has as many as the house reads", async () => {
  assert.deepEqual(wordsOf(await textOf({ content: "1 0 0 rg 0 0 100 100 re f" })), []);
  const row = "x".repeat(1000);
  const content = Array.from({ length: 300 }, (_, index) => `BT /F1 1 Tf 10 ${700 - 2 * index} Td (${row}) Tj ET`).join(
    "\n",
  );
  const { pieces } = await textOf({ content });
  const letters = pieces.reduce((sum, [text]) => sum + text.length, 0);
  assert.ok(letters <= limits.pageTextLetters && letters > limits.pageTextLetters - 1000, `${letters}`);
});

async function textOf({ fonts, ...made }: Paper & { readonly fonts?: string }): Promise<PageText> {
  const document = fonts === undefined ? paper(made) : paperWith(made, fonts);
  const drawn = await workshop.picture({ document, pages: [1], isAhead: false });
  assert.ok(drawn.ok, drawn.ok ? "" : drawn.fault.reason);
  const [page] = drawn.pages;
  assert.ok(page);
  return page.text;
}

/** The page's content as a form XObject with fonts of its own. */
function paperWith({ content, objects = [] }: Paper, fonts: string): Uint8Array {
  const form = stream(
    `/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << ${fonts} >> >>`,
    content,
  );
  return paper({
    content: "/X Do",
    resources: `/XObject << /X ${6 + objects.length} 0 R >>`,
    objects: [...objects, form],
  });
}

function wordsOf({ pieces }: PageText): readonly string[] {
  return pieces.map(([text]: PagePiece) => text);
}

function near(found: readonly number[], wanted: readonly number[], within: number): void {
  for (const [index, value] of found.entries())
    assert.ok(
      Math.abs(value - (wanted[index] ?? Number.NaN)) <= within,
      `${found.join()} is not ${wanted.join()} within ${within}`,
    );
}
