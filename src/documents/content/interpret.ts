// Where every glyph of a page stands: the text arithmetic of ISO 32000-1, 9.4, over the page's content and the forms in it.

import { PdfArray, PdfDict, PdfNumber } from "@libpdf/core";
import { limits } from "../../base/limits.ts";
import type { Point } from "../document.ts";
import type { Resolve } from "../draw/geometry.ts";
import type { Font } from "./fonts.ts";
import { entryOf, type FontShelf, fontIn, formLayer, type Layer, shelved } from "./layer.ts";
import { identity, type Matrix, moved, scaleOf, times } from "./matrix.ts";
import { eachOperation, type Operation, type Range } from "./operations.ts";
import { elementsOf, nameAt, numberAt, stringAt } from "./values.ts";

/** Content that stands between `BDC` and `EMC`; `properties` are its second operand. */
export type Marked = { readonly layer: Layer; readonly properties: Range | null; readonly outer: Marked | null };

/** An operation that shows text, with all it takes to write it anew without some of its glyphs. */
export type Shown = {
  readonly layer: Layer;
  readonly operation: Operation;
  readonly size: number;
  readonly charSpace: number;
  readonly wordSpace: number;
  readonly font: Font;
  readonly marked: Marked | null;
};

/** A glyph where it stands: the index of its string among the operation's, and of it in that string. */
export type Placed = {
  readonly shown: Shown;
  readonly string: number;
  readonly glyph: number;
  /** The string, and where in it the glyph's code stands. */
  readonly bytes: Uint8Array;
  readonly code: Range;
  /** Its origin in the page's user space, and how large its font is there. */
  readonly origin: Point;
  readonly size: number;
};

type TextState = {
  readonly font: Font | null;
  readonly size: number;
  readonly charSpace: number;
  readonly wordSpace: number;
  readonly stretch: number;
  readonly leading: number;
  readonly rise: number;
};

type Walk = {
  readonly resolve: Resolve;
  readonly shelf: FontShelf;
  readonly see: (glyph: Placed) => void;
  operations: number;
  marked: Marked | null;
};

type Hand = {
  readonly walk: Walk;
  readonly layer: Layer;
  readonly depth: number;
  ctm: Matrix;
  text: TextState;
  saved: { readonly ctm: Matrix; readonly text: TextState }[];
  line: Matrix;
  /** How far the line has come, in text space, as PDFium reckons it. NaN behind a font that cannot be read. */
  along: number;
};

const plain: TextState = { font: null, size: 0, charSpace: 0, wordSpace: 0, stretch: 1, leading: 0, rise: 0 };

/** Tells every glyph that a page shows, in the order of painting. False when the page is too much for that. */
export function eachGlyph(page: Layer, { resolve, shelf, see }: Pick<Walk, "resolve" | "shelf" | "see">): boolean {
  const walk: Walk = { resolve, shelf, see, operations: 0, marked: null };
  walkLayer(walk, { layer: page, ctm: identity, text: plain, depth: 0 });
  return walk.operations < limits.contentOperations;
}

function walkLayer(walk: Walk, { layer, ctm, text, depth }: Pick<Hand, "layer" | "ctm" | "text" | "depth">): void {
  const hand: Hand = { walk, layer, depth, ctm, text, saved: [], line: identity, along: 0 };
  const outer = walk.marked;
  eachOperation(layer.content, (operation) => {
    walk.operations += 1;
    obey(hand, operation);
    return walk.operations < limits.contentOperations;
  });
  walk.marked = outer;
}

function obey(hand: Hand, operation: Operation): void {
  const { content } = hand.layer;
  acts.get(operation.operator)?.(hand, {
    operation,
    number: (index) => numberAt(content, operation.operands[index]),
    matrix: () => matrixOf(content, operation.operands),
  });
}

type Act = (hand: Hand, given: Given) => void;
type Given = {
  readonly operation: Operation;
  readonly number: (index: number) => number;
  readonly matrix: () => Matrix;
};

/** What each operator does to what is known here. */
const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["q", (hand) => save(hand)],
  ["Q", (hand) => void Object.assign(hand, hand.saved.pop())],
  ["cm", (hand, { matrix }) => void Object.assign(hand, { ctm: times(matrix(), hand.ctm) })],
  ["Do", (hand, { operation }) => paintForm(hand, operation.operands[0])],
  ["gs", (hand, { operation }) => takeFontOf(hand, operation.operands[0])],
  ["BMC", (hand, { operation }) => mark(hand, operation)],
  ["BDC", (hand, { operation }) => mark(hand, operation)],
  ["EMC", (hand) => unmark(hand)],
  [
    "Tf",
    (hand, { operation, number }) => setText(hand, { font: fontNamed(hand, operation.operands[0]), size: number(1) }),
  ],
  ["Tc", (hand, { number }) => setText(hand, { charSpace: number(0) })],
  ["Tw", (hand, { number }) => setText(hand, { wordSpace: number(0) })],
  ["Tz", (hand, { number }) => setText(hand, { stretch: number(0) / 100 })],
  ["TL", (hand, { number }) => setText(hand, { leading: number(0) })],
  ["Ts", (hand, { number }) => setText(hand, { rise: number(0) })],
  ["BT", (hand) => startLine(hand, identity)],
  ["Tm", (hand, { matrix }) => startLine(hand, matrix())],
  ["Td", (hand, { number }) => nextLine(hand, { x: number(0), y: number(1) })],
  [
    "TD",
    (hand, { number }) => {
      setText(hand, { leading: -number(1) });
      nextLine(hand, { x: number(0), y: number(1) });
    },
  ],
  ["T*", (hand) => nextLine(hand, { x: 0, y: -hand.text.leading })],
  ["Tj", (hand, { operation }) => show(hand, operation)],
  ["TJ", (hand, { operation }) => show(hand, operation)],
  [
    "'",
    (hand, { operation }) => {
      nextLine(hand, { x: 0, y: -hand.text.leading });
      show(hand, operation);
    },
  ],
  [
    '"',
    (hand, { operation, number }) => {
      setText(hand, { wordSpace: number(0), charSpace: number(1) });
      nextLine(hand, { x: 0, y: -hand.text.leading });
      show(hand, operation);
    },
  ],
]);

function save({ saved, ctm, text }: Hand): void {
  if (saved.length < limits.contentStates) saved.push({ ctm, text });
}

function mark({ walk, layer }: Hand, { operands }: Operation): void {
  walk.marked = { layer, properties: operands[1] ?? null, outer: walk.marked };
}

function unmark({ walk, layer }: Hand): void {
  if (walk.marked?.layer === layer) walk.marked = walk.marked.outer;
}

function setText(hand: Hand, change: Partial<TextState>): void {
  hand.text = { ...hand.text, ...change };
}

function startLine(hand: Hand, line: Matrix): void {
  Object.assign(hand, { line, along: 0 });
}

function nextLine(hand: Hand, { x, y }: Point): void {
  startLine(hand, times([1, 0, 0, 1, x, y], hand.line));
}

function fontNamed({ layer, walk }: Hand, operand: Range | undefined): Font | null {
  const name = nameAt(layer.content, operand);
  return name === null ? null : fontIn(layer, { name, ...walk });
}

/** A graphics state dictionary may set the font (ISO 32000-1, table 58). */
function takeFontOf(hand: Hand, operand: Range | undefined): void {
  const { layer, walk } = hand;
  const state = entryOf(layer.resources, { kind: "ExtGState", name: nameAt(layer.content, operand) ?? "", ...walk });
  const font = state instanceof PdfDict ? state.getArray("Font", walk.resolve) : undefined;
  const [dict, size] = [font?.at(0, walk.resolve), font?.at(1, walk.resolve)];
  if (dict instanceof PdfDict && size instanceof PdfNumber)
    setText(hand, { font: shelved(dict, walk), size: size.value });
}

function paintForm(hand: Hand, at: Range | undefined): void {
  const { layer, walk, depth } = hand;
  const name = nameAt(layer.content, at);
  if (at === undefined || name === null || depth >= limits.formDepth) return;
  const inner = formLayer(layer, { name, at, resolve: walk.resolve });
  if (inner === null) return;
  const given = inner.form.get("Matrix", walk.resolve);
  const matrix = given instanceof PdfArray ? numbersOf(given, walk.resolve) : identity;
  walkLayer(walk, { layer: inner, ctm: times(matrix, hand.ctm), text: hand.text, depth: depth + 1 });
}

function show(hand: Hand, operation: Operation): void {
  const { layer, walk, text } = hand;
  const { font, size, charSpace, wordSpace, stretch } = text;
  if (font === null) hand.along = Number.NaN;
  const operand = operation.operands.at(-1);
  if (font === null || operand === undefined) return;

  const shown: Shown = { layer, operation, size, charSpace, wordSpace, font, marked: walk.marked };
  const toPage = times(hand.line, hand.ctm);
  const large = Math.abs(size) * scaleOf(toPage);
  let string = -1;
  for (const element of elementsOf(layer.content, operand)) {
    const bytes = stringAt(layer.content, element);
    if (bytes === null) {
      hand.along -= (numberAt(layer.content, element) / 1000) * size * stretch;
      continue;
    }
    string += 1;
    for (const [glyph, code] of font(bytes).entries()) {
      const origin = moved(toPage, { x: hand.along, y: text.rise });
      walk.see({ shown, string, glyph, bytes, code, origin, size: large });
      hand.along += (code.rough * size + charSpace + (code.isBlank ? wordSpace : 0)) * stretch;
    }
  }
}

function matrixOf(content: Uint8Array, operands: readonly Range[]): Matrix {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = operands.slice(-6).map((operand) => numberAt(content, operand));
  return [a, b, c, d, e, f];
}

function numbersOf(array: PdfArray, resolve: Resolve): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = [0, 1, 2, 3, 4, 5].map((index) => {
    const value = array.at(index, resolve);
    return value instanceof PdfNumber ? value.value : undefined;
  });
  return [a, b, c, d, e, f];
}
