// The fonts that Countersign brings: which file each is, and which characters it has. Reads a font's character map only, when
// it is first asked for it: cheap enough for the server's own process, which draws nothing.

import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { scriptFaces } from "../document.ts";
import type { TextFace } from "../fit/families.ts";
import { type CharacterMap, readCharacterMap } from "./character-map.ts";

/** The cuts that text is set in: those of values, and beside them our own pages' and signatures'. */
export type Face = TextFace | "strong" | "slanted" | ScriptFace;

/** The handwritten ones. */
export type ScriptFace = (typeof scriptFaces)[number];

/** Fonts that help out where a face has no letter, one a writing system. */
export type ScriptFont =
  | "hebrew"
  | "arabic"
  | "devanagari"
  | "thai"
  | "bengali"
  | "tamil"
  | "telugu"
  | "armenian"
  | "georgian"
  | "japanese"
  | "chinese"
  | "korean"
  | "emoji";

/** Any font of the house. */
export type FontName = Face | ScriptFont;

type FontFile = { readonly package: string; readonly path: string };

const latin = (cut: string): FontFile => ({ package: "@embedpdf/fonts-latin", path: `../fonts/NotoSans-${cut}.ttf` });
const google = (name: string, file: string): FontFile => ({
  package: `@expo-google-fonts/${name}`,
  path: `400Regular/${file}_400Regular.ttf`,
});

const files: Readonly<Record<FontName, FontFile>> = {
  plain: latin("Regular"),
  strong: latin("SemiBold"),
  slanted: latin("Italic"),
  script: { package: "@expo-google-fonts/caveat", path: "500Medium/Caveat_500Medium.ttf" },
  dancing: google("dancing-script", "DancingScript"),
  vibes: google("great-vibes", "GreatVibes"),
  marck: google("marck-script", "MarckScript"),
  arimo: google("arimo", "Arimo"),
  tinos: google("tinos", "Tinos"),
  cousine: google("cousine", "Cousine"),
  carlito: google("carlito", "Carlito"),
  caladea: google("caladea", "Caladea"),
  gelasio: google("gelasio", "Gelasio"),
  roboto: google("roboto", "Roboto"),
  robotoMono: google("roboto-mono", "RobotoMono"),
  hebrew: { package: "@embedpdf/fonts-hebrew", path: "../fonts/NotoSansHebrew-Regular.ttf" },
  arabic: { package: "@embedpdf/fonts-arabic", path: "../fonts/NotoNaskhArabic-Regular.ttf" },
  devanagari: google("noto-sans-devanagari", "NotoSansDevanagari"),
  thai: google("noto-sans-thai", "NotoSansThai"),
  bengali: google("noto-sans-bengali", "NotoSansBengali"),
  tamil: google("noto-sans-tamil", "NotoSansTamil"),
  telugu: google("noto-sans-telugu", "NotoSansTelugu"),
  armenian: google("noto-sans-armenian", "NotoSansArmenian"),
  georgian: google("noto-sans-georgian", "NotoSansGeorgian"),
  japanese: { package: "@embedpdf/fonts-jp", path: "../fonts/NotoSansJP-Regular.otf" },
  chinese: { package: "@embedpdf/fonts-sc", path: "../fonts/NotoSansHans-Regular.otf" },
  korean: { package: "@embedpdf/fonts-kr", path: "../fonts/NotoSansKR-Regular.otf" },
  emoji: google("noto-emoji", "NotoEmoji"),
};

/** Where the font lies on the disk, or null where its package is not installed: those of the heavy scripts are optional. */
export function fontPath(name: FontName): string | null {
  const known = paths.get(name);
  if (known !== undefined) return known;
  const path = findFont(files[name]);
  paths.set(name, path);
  return path;
}

const paths = new Map<FontName, string | null>();

/** The package that brings a font. */
export function fontPackage(name: FontName): string {
  return files[name].package;
}

function findFont({ package: name, path }: FontFile): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const file = join(dirname(entry), path);
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** Whether the font is there and has this character. */
export function hasCharacter(name: FontName, code: number): boolean {
  const known = maps.get(name);
  if (known !== undefined) return known(code);
  const path = fontPath(name);
  const map = path === null ? nothing : readCharacterMap(bytesOf(path));
  maps.set(name, map);
  return map(code);
}

const maps = new Map<FontName, CharacterMap>();
const nothing: CharacterMap = () => false;

/** Reads parts of a file. */
function bytesOf(path: string): (start: number, length: number) => Buffer {
  return (start, length) => {
    const file = openSync(path, "r");
    try {
      const buffer = Buffer.alloc(length);
      const read = readSync(file, buffer, 0, length, start);
      return buffer.subarray(0, read);
    } finally {
      closeSync(file);
    }
  };
}
