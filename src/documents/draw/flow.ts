// Blocks of text that flow down Letter pages, top to bottom, page after page.

import { drawLine, type Sheet } from "./canvas.ts";
import { type Context, type Lettering, leading, wrap } from "./lettering.ts";

/** US Letter, in points, and where its text stands. */
export const paper = { width: 612, height: 792, left: 60, right: 552, top: 60, bottom: 716, foot: 732 } as const;

/** The greys and the one accent of our own pages. */
export const palette = { text: "#111827", soft: "#5b6472", rule: "#dfe3e8", accent: "#16245c" } as const;

/** A column of a row: where it stands, and what it says. */
export type Cell = Lettering & {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly colour: string;
};

/** A line's worth of a page: cells side by side, each wrapped; space above; a hairline above when `ruled`. */
export type Row = {
  readonly cells: readonly Cell[];
  readonly above: number;
  readonly ruled?: boolean;
  /** Stays on the page of the row that follows: headings. */
  readonly clings?: boolean;
  /** The last of all: it may go down to the foot, rather than open a page for itself. */
  readonly ends?: boolean;
};

/** Something that is drawn on a page. */
export type Mark = (context: Context) => void;

/** What every page has beside the rows: its foot, and what stands at the top of each page but the first. */
export type Frame = {
  readonly foot: (page: number, pages: number) => readonly Cell[];
  readonly continued: readonly Cell[];
  /** What the first page has beside its rows. */
  readonly aside?: Mark;
};

/** Sets rows onto as many pages as they need. A row stays whole unless it is taller than a page. */
export function flow(rows: readonly Row[], frame: Frame): readonly Sheet[] {
  const pages: Mark[][] = [[]];
  let y: number = paper.top;
  rows.forEach((row, index) => {
    const isFirst = pages.at(-1)?.length === 0;
    const end = y + row.above + heightOf(row);
    const follower = row.clings === true ? rows[index + 1] : undefined;
    const isOver = end > bottomOf(row) || (follower !== undefined && end + beginningOf(follower) > bottomOf(follower));
    if (!isFirst && isOver) {
      pages.push([]);
      y = paper.top;
    }
    y = setRow(row, { pages, y });
  });
  return pages.map((marks, index) => sheetOf(marks, { frame, page: index + 1, pages: pages.length }));
}

function bottomOf({ ends }: Row): number {
  return ends === true ? paper.foot : paper.bottom;
}

function beginningOf(row: Row): number {
  return row.above + Math.min(heightOf(row), (paper.bottom - paper.top) / 4);
}

function heightOf({ cells }: Row): number {
  return Math.max(0, ...cells.map((cell) => wrap(cell.text, cell).length * cell.size * leading));
}

/** Puts the row's lines down, turning the page between lines where a row is taller than a page; answers where it ends. */
function setRow(row: Row, { pages, y: from }: { readonly pages: Mark[][]; readonly y: number }): number {
  const isFirst = pages.at(-1)?.length === 0;
  let y = from + (isFirst ? 0 : row.above);
  if (row.ruled === true && !isFirst) pages.at(-1)?.push(ruleAt(y - row.above / 2));
  const columns = row.cells.map((cell) => ({ cell, lines: wrap(cell.text, cell), step: cell.size * leading }));
  const size = Math.max(0, ...row.cells.map((cell) => cell.size));
  const step = size * leading;
  const count = Math.max(0, ...columns.map(({ lines }) => lines.length));
  let top = y;
  let first = 0;
  for (let index = 0; index < count; index += 1) {
    if (top + (index - first + 1) * step > bottomOf(row) && index > first) {
      pages.push([]);
      top = paper.top;
      first = index;
    }
    for (const { cell, lines, step: own } of columns) {
      const text = lines[index];
      const baseline = top + size + (index - first) * own;
      if (text !== undefined) pages.at(-1)?.push((context) => drawLine(context, { ...cell, text, y: baseline }));
    }
    y = Math.max(top, top + (index - first + 1) * step);
  }
  return y;
}

/** A hairline across the text's width. */
function ruleAt(y: number): Mark {
  return (context) => {
    context.fillStyle = palette.rule;
    context.fillRect(paper.left, y, paper.right - paper.left, 0.75);
  };
}

type Which = { readonly frame: Frame; readonly page: number; readonly pages: number };

function sheetOf(marks: readonly Mark[], { frame, page, pages }: Which): Sheet {
  return {
    width: paper.width,
    height: paper.height,
    draw: (context) => {
      for (const mark of marks) mark(context);
      if (page > 1) for (const cell of frame.continued) drawLine(context, { ...cell, y: paper.top - 18 });
      if (page === 1) frame.aside?.(context);
      ruleAt(736)(context);
      for (const cell of frame.foot(page, pages)) drawLine(context, { ...cell, y: 752 });
    },
  };
}
