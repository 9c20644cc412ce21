// The first page of a fax: for whom it is, from whom, how many pages there are, and a few words.

import type { Sheet } from "./canvas.ts";
import { type Cell, flow, palette, paper, type Row } from "./flow.ts";
import { legible } from "./undrawable.ts";

/** What a cover page says; what is null is left out. */
export type CoverAsk = {
  readonly title: string;
  readonly to: string | null;
  readonly from: string | null;
  readonly message: string | null;
  /** UTC milliseconds. */
  readonly at: number;
};

const wide = paper.right - paper.left;
const inset = 84;

/** The cover as Letter pages: one, unless the message is longer. `pages`: how many follow. Characters that no font of ours has are shown by their numbers. */
export function coverSheets(ask: CoverAsk, pages: number): readonly Sheet[] {
  const { title, to, from, message, at } = ask;
  const rows: readonly Row[] = [
    { above: 0, clings: true, cells: [cell({ face: "strong", size: 26, colour: palette.text, text: "Fax" })] },
    { above: 10, clings: true, cells: [cell({ face: "plain", size: 13, colour: palette.text, text: title })] },
    ...fact("To", to, 26),
    ...fact("From", from, 8),
    ...fact("Date", `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`, 8),
    ...fact("Pages", `${pages}, and this one`, 8),
    ...linesOf(message),
  ];
  return flow(rows, { foot: () => [], continued: [] });
}

function fact(label: string, text: string | null, above: number): readonly Row[] {
  if (text === null) return [];
  const look = { size: 12, colour: palette.text } as const;
  const told = cell({ ...look, face: "plain", text, x: paper.left + inset, width: wide - inset });
  return [{ above, cells: [cell({ ...look, face: "strong", text: label, width: inset }), told] }];
}

/** A message keeps its lines. */
function linesOf(message: string | null): readonly Row[] {
  if (message === null) return [];
  return message.split(/\r\n|[\n\r]/).map((text, index) => ({
    above: index === 0 ? 30 : 0,
    ruled: index === 0,
    cells: [cell({ face: "plain", size: 12, colour: palette.text, text: text.trim() === "" ? " " : text })],
  }));
}

function cell(given: Omit<Cell, "x" | "width"> & { readonly x?: number; readonly width?: number }): Cell {
  return { x: paper.left, width: wide, ...given, text: legible(given.text) };
}
