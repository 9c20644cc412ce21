import assert from "node:assert/strict";
import { test } from "node:test";
import { measureText, StandardFonts } from "@libpdf/core";
import type { Box } from "../../src/documents/document.ts";
import { findTags } from "../../src/documents/find-tags.ts";
import { loadPdfium } from "../../src/documents/pdfium.ts";
import { openSheets } from "../../src/documents/sheets.ts";
import { pdfOf, stream } from "./papers.ts";

const pdfium = await loadPdfium();

const tag = "[sig|req|signer1|Label|id1]";
const fonts = [
  StandardFonts.Helvetica,
  StandardFonts.TimesRoman,
  StandardFonts.Courier,
  StandardFonts.HelveticaBold,
] as const;
const sizes = [4, 9, 12, 24, 60];
const quarters = [0, 90, 180, 270] as const;
const media = { left: -20, bottom: -30, right: 1980, top: 1970 };
const crops = [media, { left: 30, bottom: 50, right: 1800, top: 1700 }];
const manners = [
  "one string",
  "kerned",
  "a string a glyph",
  "spaced",
  "stretched",
  "scaled by the matrix",
  "in a form",
] as const;

type Case = {
  readonly font: (typeof fonts)[number];
  readonly size: number;
  /** How the page is turned, and how the text is on it. */
  readonly rotate: (typeof quarters)[number];
  readonly turn: (typeof quarters)[number];
  readonly crop: typeof media;
  readonly manner: (typeof manners)[number];
};

/** Every manner in every turn, fonts, sizes and crops taking turns beside. */
function corpus(): readonly Case[] {
  const cases: Case[] = [];
  for (const manner of manners)
    for (const rotate of quarters)
      for (const turn of quarters) {
        const index = cases.length;
        const font = fonts[index % fonts.length] ?? fonts[0];
        const size = sizes[index % sizes.length] ?? 12;
        cases.push({ font, size, rotate, turn, crop: crops[index % crops.length] ?? media, manner });
      }
  return cases;
}

/** Where the text begins, in user space, and how wide its letters run. */
const start = { x: 900, y: 800 };

function advance({ font, size, manner }: Case): number {
  const plain = measureText(tag, font, size);
  if (manner === "kerned") return plain + (0.3 * size * (tag.length - 1)) / 10;
  if (manner === "spaced") return plain + 0.8 * (tag.length - 1);
  return manner === "stretched" ? plain * 1.3 : plain;
}

function pdfFor(one: Case): Uint8Array {
  const { font, rotate, crop, manner } = one;
  const box = ({ left, bottom, right, top }: typeof media) => `[${left} ${bottom} ${right} ${top}]`;
  const resources = "/Font << /F1 5 0 R >>";
  const content = contentOf(one);
  const isForm = manner === "in a form";
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox ${box(media)} /CropBox ${box(crop)} /Rotate ${rotate} /Resources << ${resources} /XObject << /X 6 0 R >> >> /Contents 4 0 R >>`,
    stream("", isForm ? "q 2 0 0 2 10 20 cm /X Do Q" : content),
    `<< /Type /Font /Subtype /Type1 /BaseFont /${font} /Encoding /WinAnsiEncoding >>`,
    // The matrices of the page and of the form together change nothing.
    stream(
      `/Type /XObject /Subtype /Form /BBox [-9999 -9999 9999 9999] /Matrix [.5 0 0 .5 -5 -10] /Resources << ${resources} >>`,
      isForm ? content : "",
    ),
  ]);
}

function contentOf({ size, turn, manner }: Case): string {
  const [cos, sin] = turning(turn);
  const matrix = (scale: number) =>
    `${cos * scale} ${sin * scale} ${-sin * scale} ${cos * scale} ${start.x} ${start.y} Tm`;
  const decoy = `BT /F1 12 Tf 200 300 Td ([see page 2] and [signature|req|signer1]) Tj ET\n`;
  const words = `${decoy}BT /F1 ${size} Tf ${matrix(1)} `;
  switch (manner) {
    case "kerned":
      return `${words}[${[...tag].map((letter) => `(${letter})`).join(" -30 ")}] TJ ET`;
    case "a string a glyph":
      return `${words}${[...tag].map((letter) => `(${letter}) Tj`).join(" ")} ET`;
    case "spaced":
      return `${words}0.8 Tc (${tag}) Tj ET`;
    case "stretched":
      return `${words}130 Tz (${tag}) Tj ET`;
    case "scaled by the matrix":
      return `${decoy}BT /F1 1 Tf ${matrix(size)} (${tag}) Tj ET`;
    default:
      return `${words}(${tag}) Tj ET`;
  }
}

function turning(degrees: Case["turn"]): readonly [number, number] {
  const at = quarters.indexOf(degrees);
  return [[1, 0, -1, 0][at] ?? 1, [0, 1, 0, -1][at] ?? 0];
}

/** The box as people see it, reckoned from the layout alone: the width of the letters, the height of the font. */
function truth(one: Case): Box {
  const { size, rotate, turn, crop } = one;
  const [cos, sin] = turning(turn);
  const corners = [
    { along: 0, across: -0.2 * size },
    { along: advance(one), across: 0.8 * size },
  ].map(({ along, across }) => ({ x: start.x + along * cos - across * sin, y: start.y + along * sin + across * cos }));
  const [width, height] = [crop.right - crop.left, crop.top - crop.bottom];
  const seen = corners.map(({ x, y }) => {
    const [right, up] = [x - crop.left, y - crop.bottom];
    if (rotate === 90) return { x: up, y: right };
    if (rotate === 180) return { x: width - right, y: up };
    if (rotate === 270) return { x: height - up, y: width - right };
    return { x: right, y: height - up };
  });
  const [xs, ys] = [seen.map(({ x }) => x), seen.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { page: 1, x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

for (const manner of manners)
  test(`a tag set ${manner} is found in its true box, within a point, however page and text are turned`, async () => {
    const cases = corpus().filter((one) => one.manner === manner);
    assert.equal(cases.length, 16);
    for (const one of cases) {
      const name = JSON.stringify({ ...one, crop: one.crop === media ? "none" : "cropped" });
      const sheets = await openSheets(pdfium, pdfFor(one));
      assert.ok(sheets.ok, name);
      const found = findTags(pdfium, sheets);
      sheets.document.close();
      assert.ok(found.ok, `${name}: ${found.ok ? "" : found.reason}`);
      assert.equal(found.tags.length, 1, `${name}: one tag, none invented`);
      const [{ box, origins, text } = { box: truth(one), origins: [], text: "" }] = found.tags;
      assert.equal(text, tag, name);
      assert.equal(origins.length, tag.length, name);
      const expected = truth(one);
      for (const side of ["x", "y", "width", "height"] as const)
        assert.ok(Math.abs(box[side] - expected[side]) <= 1, `${name}: ${side} ${box[side]} is ${expected[side]}`);
    }
  });
