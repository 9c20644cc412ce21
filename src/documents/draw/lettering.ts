// Text as the fonts we bring set it: measured, wrapped and fitted. Skia shapes it (kerning, marks, alternates, the order of
// right-to-left writing); the widths scale with the size, so everything is measured once, at 100 points.

import { createCanvas, GlobalFonts, type PDFDocument } from "@napi-rs/canvas";
import { assert, present } from "../../base/assert.ts";
import { scriptFaces } from "../document.ts";
import { breakLines, type Measure } from "../fit/breaks.ts";
import { isRightToLeft } from "../fit/fitting.ts";
import { type Face, type FontName, fontPath } from "./fonts.ts";
import { helpersFor } from "./undrawable.ts";

/** How a line of text looks; size in points. */
export type Lettering = { readonly face: Face; readonly size: number };

/** A line of text at its baseline; points, origin at the page's top left, y downwards. `x` is its left edge, or its right one. */
export type SetLine = Lettering & {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly edge?: "left" | "right";
};

/** What Skia draws through, on a page as on a canvas. */
export type Context = ReturnType<PDFDocument["beginPage"]>;

/** Reach of ink around the baseline's start, points: left and descent count away from it. */
export type Ink = { readonly left: number; readonly right: number; readonly ascent: number; readonly descent: number };

/** Distance of two baselines, in sizes. Noto Sans needs 1.2 for accents on capitals over descenders. */
export const leading = 1.25;

const measured = 100;

/** Sets a canvas context to this lettering, for this text: fonts that help out are registered when they are first needed. */
export function useLettering(context: Context, { face, size, text }: Lettering & { readonly text: string }): void {
  context.lang = "en";
  context.direction = isRightToLeft(text) ? "rtl" : "ltr";
  context.font = `${size}px ${familiesFor(face, text).join(", ")}`;
  // Whoever searches for "file" must find it: ligatures of a text face would be extracted as letters of their own.
  Object.assign(context, { fontVariantLigatures: isScript(face) ? "normal" : "none" });
}

function isScript(face: Face): boolean {
  return scriptFaces.some((one) => one === face);
}

/** Width of the text on one line, in points. */
export function widthOf(text: string, { face, size }: Lettering): number {
  return measureIn(face)(text) * size;
}

/** Widths in this face, in sizes. */
export function measureIn(face: Face): Measure {
  return (text) => rulerFor(face, text).measureText(text).width / measured;
}

/** Where the text's ink reaches from the left end of its baseline, in points. */
export function inkOf(text: string, { face, size }: Lettering): Ink {
  const ruler = rulerFor(face, text);
  ruler.textAlign = "left";
  const metrics = ruler.measureText(text);
  const scale = size / measured;
  return {
    left: metrics.actualBoundingBoxLeft * scale,
    right: metrics.actualBoundingBoxRight * scale,
    ascent: metrics.actualBoundingBoxAscent * scale,
    descent: metrics.actualBoundingBoxDescent * scale,
  };
}

/** The text in lines no wider than `width` points. */
export function wrap(text: string, { face, size, width }: Lettering & { readonly width: number }): readonly string[] {
  return breakLines(text, { measure: measureIn(face), width: width / size });
}

const rulers = new Map<string, Context>();

/** A context that measures in this face; one for each set of fonts, since to change a font takes long. */
function rulerFor(face: Face, text: string): Context {
  const direction = isRightToLeft(text) ? "rtl" : "ltr";
  const key = `${face} ${direction} ${familiesFor(face, text).join()}`;
  const known = rulers.get(key);
  if (known !== undefined) return known;
  const ruler = createCanvas(1, 1).getContext("2d");
  useLettering(ruler, { face, size: measured, text });
  rulers.set(key, ruler);
  return ruler;
}

function familiesFor(face: Face, text: string): readonly string[] {
  return [face, ...helpersFor(face, text)].map(register);
}

const registered = new Set<FontName>();

/** The quoted name under which Skia knows the font. */
function register(name: FontName): string {
  const family = `Countersign ${name}`;
  if (!registered.has(name)) {
    registered.add(name);
    const path = present(fontPath(name), `the font ${name}`);
    assert(GlobalFonts.registerFromPath(path, family) !== null, `the font ${path} can be read`);
  }
  return `"${family}"`;
}
