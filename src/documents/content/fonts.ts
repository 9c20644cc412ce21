// The widths of a font's glyphs, as far as they are needed to know where each glyph of a string stands (ISO 32000-1, 9.2.4,
// 9.6, 9.7).

import {
  measureText,
  PdfArray,
  PdfDict,
  PdfName,
  PdfNumber,
  type PdfObject,
  PdfStream,
  StandardFonts,
} from "@libpdf/core";
import type { Resolve } from "../draw/geometry.ts";
import { type CodeReader, readCmap, readIdentity } from "./cmap.ts";

/**
 * A glyph of a string: its code's bytes, and how far it moves on, in text space at size 1. `rough` is the same as PDFium
 * reckons it, which drops the fractions of thousandths; `isBlank`: word spacing applies.
 */
export type ShownGlyph = {
  readonly start: number;
  readonly end: number;
  readonly width: number;
  readonly rough: number;
  readonly isBlank: boolean;
};

/** Cuts a string into its glyphs. */
export type Font = (bytes: Uint8Array) => readonly ShownGlyph[];

type Width = (code: number) => number;
type Parts = { readonly dict: PdfDict; readonly resolve: Resolve };

/** The font of a font dictionary; null for one of which the glyphs cannot be told apart or measured, such as one that is written downwards. */
export function readFont(dict: PdfDict, resolve: Resolve): Font | null {
  const subtype = dict.getName("Subtype", resolve)?.value;
  if (subtype === "Type0") return compositeFont({ dict, resolve });
  if (subtype === "Type3") return typeThreeFont({ dict, resolve });
  const widths = simpleWidths({ dict, resolve });
  return widths === null ? null : simpleFont(widths, Math.trunc);
}

function simpleFont(widths: Width, round: (width: number) => number): Font {
  return (bytes) =>
    Array.from(bytes, (code, start) => {
      const width = widths(code);
      return { start, end: start + 1, width: width / 1000, rough: round(width) / 1000, isBlank: code === 0x20 };
    });
}

function simpleWidths({ dict, resolve }: Parts): Width | null {
  const given = dict.getArray("Widths", resolve);
  if (given === undefined) return standardWidths(dict.getName("BaseFont", resolve)?.value ?? "");
  const first = dict.getNumber("FirstChar", resolve)?.value ?? 0;
  const missing = dict.getDict("FontDescriptor", resolve)?.getNumber("MissingWidth", resolve)?.value ?? 0;
  return (code) => numberOr(given.at(code - first, resolve), missing);
}

const standards = new Map<string, (typeof StandardFonts)[keyof typeof StandardFonts]>(
  Object.values(StandardFonts).map((name) => [name, name]),
);

/** The fonts that every reader has need no widths in the file. Their letters are taken for those of Windows-1252. */
function standardWidths(name: string): Width | null {
  const font = standards.get(name);
  if (font === undefined || font === "Symbol" || font === "ZapfDingbats") return null;
  const widths = new Map<number, number>();
  return (code) => {
    const known =
      widths.get(code) ?? measureText(new TextDecoder("windows-1252").decode(Uint8Array.of(code)), font, 1000);
    widths.set(code, known);
    return known;
  };
}

/** Widths in the font's own space, which FontMatrix leads to text space. */
function typeThreeFont({ dict, resolve }: Parts): Font | null {
  const matrix = dict.getArray("FontMatrix", resolve);
  const widths = simpleWidths({ dict, resolve });
  if (matrix === undefined || widths === null) return null;
  const scale = numberOr(matrix.at(0, resolve), 0.001) * 1000;
  return simpleFont((code) => widths(code) * scale, Math.round);
}

function compositeFont({ dict, resolve }: Parts): Font | null {
  const codes = codeReader({ dict, resolve });
  const descendant = dict.getArray("DescendantFonts", resolve)?.at(0, resolve);
  if (codes === null || !(descendant instanceof PdfDict)) return null;
  const widths = cidWidths(descendant, resolve);
  const usual = descendant.getNumber("DW", resolve)?.value ?? 1000;
  return (bytes) => {
    const glyphs: ShownGlyph[] = [];
    for (let at = 0; at < bytes.length; ) {
      const { length, cid } = codes(bytes, at);
      const width = widths.get(cid) ?? usual;
      const isBlank = length === 1 && bytes[at] === 0x20;
      glyphs.push({
        start: at,
        end: Math.min(at + length, bytes.length),
        width: width / 1000,
        rough: Math.trunc(width) / 1000,
        isBlank,
      });
      at += length;
    }
    return glyphs;
  };
}

function codeReader({ dict, resolve }: Parts): CodeReader | null {
  const encoding = dict.get("Encoding", resolve);
  if (encoding instanceof PdfName) return encoding.value === "Identity-H" ? readIdentity : null;
  if (!(encoding instanceof PdfStream) || encoding.has("UseCMap")) return null;
  if (encoding.getNumber("WMode", resolve)?.value === 1) return null;
  return readCmap(encoding.getDecodedData());
}

/** `W`: runs of `first [w1 w2 …]` and `first last w`. */
function cidWidths(descendant: PdfDict, resolve: Resolve): ReadonlyMap<number, number> {
  const widths = new Map<number, number>();
  const given = descendant.getArray("W", resolve);
  if (given === undefined) return widths;
  for (let at = 0; at + 1 < given.length; ) {
    const first = numberOr(given.at(at, resolve), 0);
    const second = given.at(at + 1, resolve);
    if (second instanceof PdfArray) {
      for (const [index, width] of second.toArray().entries())
        widths.set(first + index, numberOr(resolved(width, resolve), 0));
      at += 2;
      continue;
    }
    const last = Math.min(numberOr(second, 0), 0xffff);
    const width = numberOr(given.at(at + 2, resolve), 0);
    for (let cid = first; cid <= last; cid += 1) widths.set(cid, width);
    at += 3;
  }
  return widths;
}

function resolved(value: PdfObject, resolve: Resolve): PdfObject | undefined {
  return value.type === "ref" ? (resolve(value) ?? undefined) : value;
}

function numberOr(value: PdfObject | undefined, otherwise: number): number {
  return value instanceof PdfNumber && Number.isFinite(value.value) ? value.value : otherwise;
}
