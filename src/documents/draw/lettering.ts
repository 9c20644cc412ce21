// Text as the fonts we bring set it: measured, wrapped and fitted. Skia shapes it (kerning, marks, alternates); the
// widths scale with the size, so everything is measured once, at 100 points.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createCanvas, GlobalFonts, type PDFDocument } from "@napi-rs/canvas";
import { assert } from "../../base/assert.ts";

/** The cuts we draw with: Noto Sans upright, semibold and italic; Caveat for signatures. */
export type Face = "plain" | "strong" | "slanted" | "script";

/** How a line of text looks; size in points. */
export type Lettering = { readonly face: Face; readonly size: number };

/** A line of text at its baseline's start; points, origin at the page's top left, y downwards. */
export type SetLine = Lettering & { readonly text: string; readonly x: number; readonly y: number };

/** What Skia draws through, on a page as on a canvas. */
export type Context = ReturnType<PDFDocument["beginPage"]>;

/** Reach of ink around the baseline's start, points: left and descent count away from it. */
export type Ink = { readonly left: number; readonly right: number; readonly ascent: number; readonly descent: number };

/** Distance of two baselines, in sizes. Noto Sans needs 1.2 for accents on capitals over descenders. */
export const leading = 1.25;

const measured = 100;

const files: Readonly<Record<Face, readonly [string, string]>> = {
  plain: ["@embedpdf/fonts-latin", "../fonts/NotoSans-Regular.ttf"],
  strong: ["@embedpdf/fonts-latin", "../fonts/NotoSans-SemiBold.ttf"],
  slanted: ["@embedpdf/fonts-latin", "../fonts/NotoSans-Italic.ttf"],
  script: ["@expo-google-fonts/caveat", "500Medium/Caveat_500Medium.ttf"],
};

const rulers = new Map<Face, Context>();

/** Sets a canvas context to this lettering. Registers our fonts the first time. */
export function useLettering(context: Context, { face, size }: Lettering): void {
  registerFaces();
  context.lang = "en";
  context.font = `${size}px "Countersign ${face}"`;
  // Whoever searches for "file" must find it: ligatures of a text face would be extracted as letters of their own.
  Object.assign(context, { fontVariantLigatures: face === "script" ? "normal" : "none" });
}

/** Width of the text on one line, in points. */
export function widthOf(text: string, { face, size }: Lettering): number {
  return (rulerOf(face).measureText(text).width * size) / measured;
}

/** Where the text's ink reaches, in points. */
export function inkOf(text: string, { face, size }: Lettering): Ink {
  const metrics = rulerOf(face).measureText(text);
  const scale = size / measured;
  return {
    left: metrics.actualBoundingBoxLeft * scale,
    right: metrics.actualBoundingBoxRight * scale,
    ascent: metrics.actualBoundingBoxAscent * scale,
    descent: metrics.actualBoundingBoxDescent * scale,
  };
}

/** The text in lines no wider than `width` points: broken at spaces, within a word only when the word alone is too wide. */
export function wrap(text: string, { face, size, width }: Lettering & { readonly width: number }): readonly string[] {
  return text.split(/\r\n|\r|\n/).flatMap((paragraph) => wrapParagraph(paragraph, { face, size, width }));
}

function wrapParagraph(text: string, look: Lettering & { readonly width: number }): readonly string[] {
  if (widthOf(text, look) <= look.width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer, look) <= look.width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = splitWord(word, look);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return line === "" ? lines : [...lines, line];
}

/** Where an address or a file name is best broken: behind one of these. */
const seams = /^.*[@.:/_-]/su;

/**
 * A word in pieces that fit, broken behind its punctuation where that leaves half a line or more; one that fits is one
 * piece. No piece is empty, so that a hair-thin box still ends.
 */
function splitWord(word: string, look: Lettering & { readonly width: number }): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const cluster of new Intl.Segmenter("en").segment(word)) {
    const longer = piece + cluster.segment;
    if (piece !== "" && widthOf(longer, look) > look.width) {
      const seam = seams.exec(piece)?.[0] ?? "";
      const kept = seam.length * 2 >= piece.length ? seam : piece;
      pieces.push(kept);
      piece = piece.slice(kept.length) + cluster.segment;
      continue;
    }
    piece = longer;
  }
  return [...pieces, piece];
}

function rulerOf(face: Face): Context {
  const known = rulers.get(face);
  if (known !== undefined) return known;
  const ruler = createCanvas(1, 1).getContext("2d");
  useLettering(ruler, { face, size: measured });
  rulers.set(face, ruler);
  return ruler;
}

let registered = false;

function registerFaces(): void {
  if (registered) return;
  registered = true;
  const { resolve } = createRequire(import.meta.url);
  for (const [face, [name, path]] of Object.entries(files)) {
    const key = GlobalFonts.registerFromPath(join(dirname(resolve(name)), path), `Countersign ${face}`);
    assert(key !== null, `the font ${path} can be read`);
  }
}
