// What the fonts of the house can draw, by their own character maps.

import { type FontName, fontPackage, fontPath, hasCharacter, type ScriptFont } from "./fonts.ts";

/** Writing that every face has, so that most texts are known without asking a font. */
const everyday = /^[\t\n\r\u0020-\u007e\u00a0-\u017f\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f]*$/u;

/** Characters without a look of their own that belong to a text: joiners, and what chooses between looks. */
const companions = /[\u200b-\u200f\u2060\ufe00-\ufe0f]/u;

/** What is never drawn, whatever fonts have: controls, and what turns the direction of writing or hides in it. */
const refused = /[\p{Cc}\p{Co}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/u;
const lineMakers = /[\t\n\r]/u;

/** The order in which fonts are asked for a character that a face lacks; those of Han differ by the language of the text. */
const helpers: readonly ScriptFont[] = [
  "hebrew",
  "arabic",
  "devanagari",
  "thai",
  "bengali",
  "tamil",
  "telugu",
  "armenian",
  "georgian",
];

/** What people call the writing of a character, and the font that would draw it where one has to be installed for it. */
const kinds: readonly (readonly [RegExp, string, ScriptFont?])[] = [
  [/\p{Script=Han}/u, "Chinese characters", "chinese"],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "Japanese", "japanese"],
  [/\p{Script=Hangul}/u, "Korean", "korean"],
  [/\p{Script=Arabic}/u, "Arabic"],
  [/\p{Script=Hebrew}/u, "Hebrew"],
  [/\p{Script=Devanagari}/u, "Devanagari"],
  [/\p{Script=Bengali}/u, "Bengali"],
  [/\p{Script=Tamil}/u, "Tamil"],
  [/\p{Script=Telugu}/u, "Telugu"],
  [/\p{Script=Thai}/u, "Thai"],
  [/\p{Script=Armenian}/u, "Armenian"],
  [/\p{Script=Georgian}/u, "Georgian"],
  [/\p{Script=Ethiopic}/u, "Ethiopic"],
  [/\p{Script=Gujarati}/u, "Gujarati"],
  [/\p{Script=Gurmukhi}/u, "Gurmukhi"],
  [/\p{Script=Kannada}/u, "Kannada"],
  [/\p{Script=Malayalam}/u, "Malayalam"],
  [/\p{Script=Sinhala}/u, "Sinhala"],
  [/\p{Script=Khmer}/u, "Khmer"],
  [/\p{Script=Lao}/u, "Lao"],
  [/\p{Script=Myanmar}/u, "Burmese"],
  [/\p{Extended_Pictographic}/u, "emoji and pictures"],
  [/\p{Cc}/u, "control characters"],
  [/\p{Cf}/u, "invisible format characters"],
  [/\p{Symbol}/u, "symbols beyond the usual ones"],
];

/**
 * Null when every character of the text can be drawn; else words that name the first one that cannot, such as
 * `the character "ሰ" (U+1230, Ethiopic)`, to be put into a sentence. Tabs and line ends are drawable. Characters that turn the
 * direction of writing (U+202E and its kin) are not: what is signed must read as it is.
 */
export function undrawable(text: string): string | null {
  if (everyday.test(text)) return null;
  for (const character of text.normalize("NFC")) if (!isDrawable(character)) return wordsFor(character);
  return null;
}

/** The first character of the text that cannot be drawn, with its code point, such as `"ሰ" (U+1230)`; null when there is none. */
export function undrawableCharacter(text: string): string | null {
  if (everyday.test(text)) return null;
  const character = Array.from(text.normalize("NFC")).find((one) => !isDrawable(one));
  return character === undefined ? null : shownName(character);
}

/** The text in NFC, on one line, with `[U+1230]` for each character that cannot be drawn: loses nothing, draws no empty box. */
export function legible(text: string): string {
  const line = text.normalize("NFC").replace(/[\t\n\r\u2028\u2029]+/g, " ");
  if (everyday.test(line)) return line;
  return Array.from(line, (character) => (isDrawable(character) ? character : `[${nameOf(character)}]`)).join("");
}

/** Whether the font has every character of the text. */
export function isSetBy(font: FontName, text: string): boolean {
  return Array.from(text.normalize("NFC")).every((character) => hasCharacter(font, codeOf(character)));
}

/** The fonts that help out where the face lacks letters of this text, in the order in which they are asked. */
export function helpersFor(font: FontName, text: string): readonly FontName[] {
  if (font === "plain" && everyday.test(text)) return [];
  const lacking = new Set(
    Array.from(text.normalize("NFC")).filter((character) => !hasCharacter(font, codeOf(character))),
  );
  const needed: FontName[] = [];
  for (const helper of ["plain", ...helpers, ...eastAsian(text), "emoji"] as const) {
    if (lacking.size === 0) break;
    const given = [...lacking].filter((character) => hasCharacter(helper, codeOf(character)));
    if (given.length > 0 && helper !== font) needed.push(helper);
    for (const character of given) lacking.delete(character);
  }
  return needed;
}

function isDrawable(character: string): boolean {
  if (lineMakers.test(character) || companions.test(character)) return true;
  if (refused.test(character)) return false;
  const code = codeOf(character);
  return (
    hasCharacter("plain", code) ||
    [...helpers, ...eastAsian(""), "emoji" as const].some((font) => hasCharacter(font, code))
  );
}

/** Han letters look different in each language: which is meant is told by the letters that only one of them has. */
function eastAsian(text: string): readonly ScriptFont[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ["japanese", "chinese", "korean"];
  if (/\p{Script=Hangul}/u.test(text)) return ["korean", "chinese", "japanese"];
  return ["chinese", "japanese", "korean"];
}

function wordsFor(character: string): string {
  const [, kind, font] = kinds.find(([pattern]) => pattern.test(character)) ?? [];
  const named = `the character ${lookOf(character)}(${nameOf(character)}${kind === undefined ? "" : `, ${kind}`})`;
  if (font === undefined || fontPath(font) !== null) return named;
  return `${named}: the optional package ${fontPackage(font)} is not installed`;
}

function shownName(character: string): string {
  return `${lookOf(character)}(${nameOf(character)})`;
}

/** The character between quotation marks, where it can be seen. */
function lookOf(character: string): string {
  return /[\p{C}\p{Z}\p{M}]/u.test(character) ? "" : `"${character}" `;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function nameOf(character: string): string {
  return `U+${codeOf(character).toString(16).toUpperCase().padStart(4, "0")}`;
}
