// Which glyphs of a page are the ones to be removed: those that stand where the wanted ones do.

import { present } from "../../base/assert.ts";
import type { Point } from "../document.ts";
import type { Placed, Shown } from "./interpret.ts";

/** The glyphs of one tag on one page. */
export type Wanted = { readonly index: number; readonly origins: readonly Point[] };

/** Glyphs to be removed from an operation, as `string:glyph`. */
export type Removals = Map<Shown, Set<string>>;

/** Takes the glyphs of a page as they are painted, and then tells which go, and which of the wanted ones were not all found. */
export type Chooser = {
  readonly see: (glyph: Placed) => void;
  readonly choose: () => { readonly removals: Removals; readonly left: readonly number[] };
};

/** How far a glyph may stand from where it is wanted: a share of its size, and units of the page. Half a narrow letter is 0.1. */
const nearShare = 0.03;
const nearUnits = 0.02;

/**
 * The share of a tag's characters that must have a glyph of their own. Ligatures have several; where replacement text
 * (/ActualText) stands for the glyphs, all its characters are told at one place, and what is printed there is not known.
 */
const ownGlyphs = 0.6;

/** The side of a cell, in units of the page: what is near lies in the same cell or in the next. */
const cell = 8;

type Target = { readonly wanted: Wanted; readonly origin: Point; readonly found: Placed[] };

/** Looks for the wanted glyphs of one page. */
export function openChooser(wanted: readonly Wanted[]): Chooser {
  const targets = new Map(
    wanted.map((one) => [one, one.origins.map((origin): Target => ({ wanted: one, origin, found: [] }))]),
  );
  const grid = Map.groupBy([...targets.values()].flat(), ({ origin: { x, y } }) => cellOf(x, y));
  return {
    see: (glyph) => {
      offer(grid, glyph);
    },
    choose: () => {
      const removals: Removals = new Map();
      const left: number[] = [];
      for (const [one, all] of targets) {
        const chosen = choose(all);
        if (chosen === null) left.push(one.index);
        else for (const glyph of chosen) removalsOf(removals, glyph.shown).add(`${glyph.string}:${glyph.glyph}`);
      }
      return { removals, left };
    },
  };
}

/** The set of an operation, made when it is asked for first. */
function removalsOf(removals: Removals, shown: Shown): Set<string> {
  const known = removals.get(shown) ?? new Set<string>();
  removals.set(shown, known);
  return known;
}

/** Gives the glyph to every target that it stands at. */
function offer(grid: ReadonlyMap<number, readonly Target[]>, glyph: Placed): void {
  const { x, y } = glyph.origin;
  const reach = Math.min(glyph.size * nearShare + nearUnits, cell);
  const [left, right] = [Math.floor((x - reach) / cell), Math.floor((x + reach) / cell)];
  const [bottom, top] = [Math.floor((y - reach) / cell), Math.floor((y + reach) / cell)];
  for (let column = left; column <= right; column += 1)
    for (let row = bottom; row <= top; row += 1)
      for (const { origin, found } of grid.get(keyOf(column, row)) ?? [])
        if (Math.hypot(origin.x - x, origin.y - y) <= reach) found.push(glyph);
}

function cellOf(x: number, y: number): number {
  return keyOf(Math.floor(x / cell), Math.floor(y / cell));
}

/** Pages end long before their columns of cells meet. */
function keyOf(column: number, row: number): number {
  return column * 2 ** 20 + row;
}

/**
 * Where other letters stand at the very place, such as a line of underscores, those of the operation that holds most of the
 * tag are meant; the same letters painted twice go together. Null when a place has none.
 */
function choose(targets: readonly Target[]): readonly Placed[] | null {
  if (targets.length === 0 || targets.some(({ found }) => found.length === 0)) return null;
  const votes = new Map<Shown, number>();
  for (const { found } of targets) for (const { shown } of found) votes.set(shown, (votes.get(shown) ?? 0) + 1);
  const weight = ({ shown }: Placed) => votes.get(shown) ?? 0;
  const bests = targets.map(({ found }) =>
    found.reduce((first, other) => (weight(other) > weight(first) ? other : first)),
  );
  if (new Set(bests).size < targets.length * ownGlyphs) return null;
  return targets.flatMap(({ found }, index) => {
    const best = bests[index] ?? present(found[0], "a glyph that was found");
    return found.filter((other) => other.shown.font === best.shown.font && codeOf(other) === codeOf(best));
  });
}

function codeOf({ bytes, code: { start, end } }: Placed): string {
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}
