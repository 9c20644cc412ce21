// What the fonts that Countersign brings can draw, as ranges: cheap enough for the server's own process, which loads
// no font. test/documents/draw-undrawable.test.ts holds them against the fonts' own cmap tables.

/** Everything but the Latin, Greek and Cyrillic of Noto Sans (regular, semibold and italic alike), tab and line ends. */
const beyondSans =
  /[^\t\n\r\u0020-\u007e\u00a0-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u052f\u1ab0-\u1ac0\u1ac5\u1ac7-\u1ace\u1c80-\u1c88\u1d00-\u1df9\u1dfb-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fc4\u1fc6-\u1fd3\u1fd6-\u1fdb\u1fdd-\u1fef\u1ff2-\u1ff4\u1ff6-\u1ffe\u2000-\u2027\u202f-\u205f\u2070\u2071\u2074-\u208e\u2090-\u209c\u20a0-\u20bf\u20f0\u2100-\u215f\u2184\u2189\u2212\u2c60-\u2c7f\u2de0-\u2e5d\ua640-\ua69f\ua700-\ua7ca\ua7d0\ua7d1\ua7d3\ua7d5-\ua7d9\ua7f2-\ua7ff\ua8ff\uab30-\uab6b\ufb00-\ufb06\ufe20-\ufe2f]/gu;

/** Everything but the Latin and Cyrillic of Caveat. */
const beyondScript =
  /[^\u0020-\u007e\u00a0-\u017e\u018f\u0192\u01c4-\u01cc\u01d4\u01e5\u01e7\u01e9-\u01eb\u01ef\u01f1-\u01f5\u01fa-\u021b\u021f\u0237\u0259\u0292\u02bc\u02c6\u02c7\u02c9\u02d8-\u02dd\u0300-\u0304\u0306-\u0308\u030a-\u030c\u030f\u0311\u0323\u0326-\u0328\u0335\u03bc\u0400-\u045f\u0462\u0463\u046a\u046b\u0472-\u0475\u048a-\u04a5\u04a8-\u04ff\u0510-\u0513\u051a-\u051d\u0524-\u0529\u052e\u052f\u1e0c\u1e0d\u1e24\u1e25\u1e44\u1e45\u1e5a\u1e5b\u1e62\u1e63\u1e6c\u1e6d\u1e80-\u1e85\u1e92\u1e93\u1eb8\u1eb9\u1ebc\u1ebd\u1eca-\u1ecd\u1ee4\u1ee5\u1ef2\u1ef3\u1ef8\u1ef9\u2010\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u2052\u2070\u2074-\u2079\u2080-\u2089\u20a1\u20a3\u20a4\u20a6\u20a9\u20ac\u20ae\u20b4\u20b8-\u20ba\u20bd\u2116\u2120\u2122\u2153\u2154\u215b-\u215e\u2212\ufb00-\ufb04]/u;

/** What people call the writing that this version cannot draw. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Han}/u, "Chinese characters"],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "Japanese"],
  [/\p{Script=Hangul}/u, "Korean"],
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
  [/\p{Extended_Pictographic}/u, "emoji and pictures"],
  [/\p{Cc}/u, "control characters"],
  [/\p{Cf}/u, "invisible format characters"],
  [/\p{Symbol}/u, "symbols beyond the usual ones"],
];

/**
 * Null when every character of the text can be drawn; else words that name the first one that cannot, such as
 * `the character "李" (U+674E, Chinese characters)`, to be put into a sentence. Tabs and line ends are drawable.
 * Characters that turn the direction of writing (U+202E and its kin) are not: what is signed must read as it is.
 */
export function undrawable(text: string): string | null {
  const found = text.normalize("NFC").match(beyondSans)?.[0];
  if (found === undefined) return null;
  const kind = kinds.find(([pattern]) => pattern.test(found))?.[1];
  const shown = /[\p{C}\p{Z}\p{M}]/u.test(found) ? "" : `"${found}" `;
  return `the character ${shown}(${nameOf(found)}${kind === undefined ? "" : `, ${kind}`})`;
}

/** The text in NFC, on one line, with `[U+674E]` for each character that cannot be drawn: loses nothing, draws no empty box. */
export function legible(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\t\n\r\u2028\u2029]+/g, " ")
    .replace(beyondSans, (character) => `[${nameOf(character)}]`);
}

/** Whether the script font has every character of the text. */
export function isScriptable(text: string): boolean {
  return !beyondScript.test(text.normalize("NFC"));
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
