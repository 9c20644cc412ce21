import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { PDF } from "@libpdf/core";
import { drawCopy } from "../../src/documents/draw/draw.ts";
import { isScriptable, legible, undrawable } from "../../src/documents/draw/undrawable.ts";
import { needing, paper, runOn } from "../evidence/tools.ts";

const { resolve } = createRequire(import.meta.url);

function letters(file: string) {
  const font = PDF.create().embedFont(readFileSync(file));
  return (character: string) => font.canEncode(character);
}

const fontsLatin = join(dirname(resolve("@embedpdf/fonts-latin")), "../fonts");
const sans = ["Regular", "SemiBold", "Italic"].map((cut) => letters(join(fontsLatin, `NotoSans-${cut}.ttf`)));
const script = letters(join(dirname(resolve("@expo-google-fonts/caveat")), "500Medium/Caveat_500Medium.ttf"));

function everyCharacter(): readonly string[] {
  const codes = Array.from({ length: 0x20000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);
  return codes.map((code) => String.fromCodePoint(code));
}

const drawable = everyCharacter().filter((character) => undrawable(character) === null);

test("Every character that counts as drawable is in each cut of Noto Sans that we draw with", () => {
  const shown = drawable
    .filter((character) => !/[\t\n\r]/.test(character))
    .map((character) => character.normalize("NFC"));
  assert.ok(shown.length > 2500);
  assert.deepEqual(
    shown.filter((character) => !sans.every((has) => Array.from(character).every(has))),
    [],
  );
});

test("Every character that counts as scriptable is in Caveat", () => {
  const shown = everyCharacter()
    .filter(isScriptable)
    .map((character) => character.normalize("NFC"));
  assert.ok(shown.length > 600);
  assert.deepEqual(
    shown.filter((character) => !Array.from(character).every(script)),
    [],
  );
});

test("All the Latin, Greek and Cyrillic letters in use today are drawable", () => {
  const inUse = /[\u0020-\u007e\u00a0-\u024f\u0370-\u0377\u0391-\u03a1\u03a3-\u03c9\u0400-\u052f\u1e00-\u1eff]/u;
  assert.deepEqual(
    everyCharacter().filter((character) => inUse.test(character) && undrawable(character) !== null),
    [],
  );
});

test("What cannot be drawn is named: the first character, its number, its kind of writing", () => {
  assert.equal(undrawable("Ada Łukasiewicz, Ελένη, Дмитрий\r\n\tNguyễn"), null);
  assert.equal(undrawable("Ada 李小龍"), 'the character "李" (U+674E, Chinese characters)');
  assert.equal(undrawable("مرحبا"), 'the character "م" (U+0645, Arabic)');
  assert.equal(undrawable("ok 👍"), 'the character "👍" (U+1F44D, emoji and pictures)');
  assert.equal(undrawable("a\u0000b"), "the character (U+0000, control characters)");
  assert.equal(undrawable("invoice\u202efdp.exe"), "the character (U+202E, invisible format characters)");
});

test("A text with letters of no font of ours stays legible, by number, on one line", () => {
  assert.equal(legible("契 of\r\nŁódź"), "[U+5951] of Łódź");
  assert.equal(undrawable(legible(everyCharacter().join(""))), null);
});

test("No font but ours is ever used, whatever drawable text is drawn", needing("pdffonts", "pdftotext"), async () => {
  const text = drawable.filter((character) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(character)).join(" ");
  const box = { page: 1, x: 20, y: 20, width: 570, height: 600 };
  const names = ["Zoë Ångström", "Ελένη Παπαδοπούλου", "Дмитрий", "Nguyễn Thị Phương"];
  const signatures = names.map((name, index) => ({
    kind: "signature" as const,
    box: { page: 1, x: 20, y: 640 + index * 30, width: 300, height: 28 },
    text: name,
  }));
  const value = { kind: "text" as const, box, text, fontFamily: "arial", fontSize: 12 };
  const copy = await drawCopy({ document: await paper(), values: [value, ...signatures], watermark: null });
  const fonts = runOn(copy, "pdffonts", "{}")
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => line.split(/\s/)[0]?.slice(7));
  assert.deepEqual(fonts.sort(), ["Caveat-Medium", "NotoSans-Italic", "NotoSans-Regular"]);
  const found = runOn(copy, "pdftotext", "{}", "-");
  for (const name of names) assert.ok(found.includes(name), name);
});
