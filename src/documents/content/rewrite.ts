// Operations without some of their glyphs: each gives way to the room it took, so that what follows stays where it was.

import type { Marked, Shown } from "./interpret.ts";
import type { Edit } from "./layer.ts";
import { nextToken, pastToken } from "./lexer.ts";
import { type Range, wordAt } from "./operations.ts";
import { elementsOf, nameAt, numberAt, stringAt } from "./values.ts";

/** The operation without the glyphs `string:glyph`, as an edit of its layer. */
export function withoutGlyphs(shown: Shown, removed: ReadonlySet<string>): Edit {
  const { operation, layer } = shown;
  const { start, end, operator, operands } = operation;
  const array = `[${elementsWithout(shown, removed).join(" ")}] TJ`;
  const [first, second] = operands.slice(-3).map((operand) => wordAt(layer.content, operand));
  if (operator === "'") return { start, end, text: `T* ${array}` };
  if (operator === '"') return { start, end, text: `${first} Tw ${second} Tc T* ${array}` };
  return { start, end, text: array };
}

function elementsWithout(shown: Shown, removed: ReadonlySet<string>): readonly string[] {
  const { content } = shown.layer;
  const operand = shown.operation.operands.at(-1);
  const elements: string[] = [];
  let room = 0;
  const flushRoom = () => {
    if (room !== 0) elements.push(plainNumber(room));
    room = 0;
  };
  let string = -1;
  for (const element of operand === undefined ? [] : elementsOf(content, operand)) {
    const bytes = stringAt(content, element);
    if (bytes === null) {
      room += numberAt(content, element);
      continue;
    }
    string += 1;
    let kept: number[] = [];
    const flushKept = () => {
      if (kept.length > 0) elements.push(`<${Buffer.from(kept).toString("hex")}>`);
      kept = [];
    };
    for (const [index, glyph] of shown.font(bytes).entries()) {
      if (removed.has(`${string}:${index}`)) {
        flushKept();
        room -= roomOf(shown, glyph);
        continue;
      }
      flushRoom();
      kept.push(...bytes.subarray(glyph.start, glyph.end));
    }
    flushKept();
  }
  flushRoom();
  return elements;
}

/** How far a glyph moves on, in thousandths of the size: numbers of TJ count the other way. */
function roomOf(
  { size, charSpace, wordSpace }: Shown,
  { width, isBlank }: { readonly width: number; readonly isBlank: boolean },
): number {
  const spaces = charSpace + (isBlank ? wordSpace : 0);
  return size === 0 ? 0 : width * 1000 + (spaces * 1000) / size;
}

/** A number as PDF takes it: no exponent (ISO 32000-1, 7.3.3). */
function plainNumber(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/u, "");
}

/**
 * The edit that takes the replacement text (/ActualText, /Alt, /E) from marked content: with the glyphs gone it would still be
 * found. Null when it has none. `properties` is the dictionary behind a name, as text, or null when it has no such text.
 */
export function withoutReplacement(
  { layer, properties }: Marked,
  behind: (name: string) => string | null,
): Edit | null {
  if (properties === null) return null;
  const name = nameAt(layer.content, properties);
  if (name !== null) {
    const text = behind(name);
    return text === null ? null : { ...properties, text };
  }
  const cuts = replacementsIn(layer.content, properties);
  return cuts.length === 0
    ? null
    : { ...properties, text: `<< ${cutFrom(layer.content, { range: properties, cuts })} >>` };
}

const replacementKeys = ["/ActualText", "/Alt", "/E"];

/** The keys with their values, as ranges of the dictionary. */
function replacementsIn(content: Uint8Array, { start, end }: Range): readonly Range[] {
  const cuts: Range[] = [];
  for (let at = nextToken(content, start + 2); at < end - 2; at = nextToken(content, at)) {
    const after = pastToken(content, at);
    const isKey = replacementKeys.includes(wordAt(content, { start: at, end: after }));
    const value = nextToken(content, after);
    if (isKey) cuts.push({ start: at, end: pastToken(content, value) });
    at = isKey ? pastToken(content, value) : after;
  }
  return cuts;
}

function cutFrom(
  content: Uint8Array,
  { range, cuts }: { readonly range: Range; readonly cuts: readonly Range[] },
): string {
  const edges = [range.start + 2, ...cuts.flatMap(({ start, end }) => [start, end]), range.end - 2];
  const pieces: string[] = [];
  for (let index = 0; index + 1 < edges.length; index += 2)
    pieces.push(wordAt(content, { start: edges[index] ?? 0, end: edges[index + 1] ?? 0 }));
  return pieces.join(" ").trim();
}

/** The content with its edits made; of edits that lie in one another only the first counts. */
export function edited(content: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    if (start < done) continue;
    pieces.push(content.subarray(done, start), Buffer.from(text, "latin1"));
    done = end;
  }
  return Buffer.concat([...pieces, content.subarray(done)]);
}
