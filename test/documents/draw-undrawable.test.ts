import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PDF } from "@libpdf/core";
import { type Face, fontPath, hasCharacter } from "../../src/documents/draw/fonts.ts";
import { legible, undrawable } from "../../src/documents/draw/undrawable.ts";

const faces: readonly Face[] = [
  "plain",
  "strong",
  "slanted",
  "script",
  "arimo",
  "tinos",
  "cousine",
  "carlito",
  "caladea",
  "gelasio",
  "roboto",
  "robotoMono",
];
const scripts = [
  "hebrew",
  "arabic",
  "devanagari",
  "thai",
  "bengali",
  "tamil",
  "telugu",
  "armenian",
  "georgian",
  "emoji",
] as const;

function everyCharacter(): readonly string[] {
  const codes = Array.from({ length: 0x20000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);
  return codes.map((code) => String.fromCodePoint(code));
}

for (const name of [...faces, ...scripts])
  test(`the characters that count as those of ${name} are those of its font, read by another library`, () => {
    const path = fontPath(name);
    assert.ok(path !== null);
    const font = PDF.create().embedFont(readFileSync(path));
    const ours = everyCharacter().filter((character) => hasCharacter(name, character.codePointAt(0) ?? 0));
    assert.ok(ours.length > 60, `${ours.length} characters`);
    const wrong = ours.filter((character) => !/\p{C}|\p{Z}/u.test(character) && !font.canEncode(character));
    assert.deepEqual(wrong, []);
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
  assert.equal(undrawable("李小龍 山田太郎 テスト 홍길동 محمد שרה श्री ภาษา 👩‍👩‍👧 ❤️ Հայ ქართ বাংলা தமிழ் తెలుగు"), null);
  assert.equal(undrawable("Ada ሰላም"), 'the character "ሰ" (U+1230, Ethiopic)');
  assert.equal(undrawable("ກຂ"), 'the character "ກ" (U+0E81, Lao)');
  assert.equal(undrawable("a\u0000b"), "the character (U+0000, control characters)");
  assert.equal(undrawable("invoice\u202efdp.exe"), "the character (U+202E, invisible format characters)");
});

test("A text with letters of no font of ours stays legible, by number, on one line", () => {
  assert.equal(legible("ሰ of\r\nŁódź, 契"), "[U+1230] of Łódź, 契");
  assert.equal(undrawable(legible(everyCharacter().join(""))), null);
});
