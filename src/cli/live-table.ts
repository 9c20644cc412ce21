import { styleText } from "node:util";

/** A row of a live table. */
export type LiveRow = { readonly cells: readonly string[]; readonly tone: "green" | "red" | "yellow" };

/** A table on a terminal whose rows are written anew as they change. */
export type LiveTable = {
  /** Shows a row, or shows it anew; rows are known by their key. */
  readonly show: (key: string, row: LiveRow) => void;
  /** The last line, beneath the rows. */
  readonly tell: (words: string) => void;
  /** Leaves what is shown where it is. */
  readonly end: () => void;
};

/** Where it is drawn: what writes, and how large the terminal is just now. */
export type Screen = {
  readonly write: (text: string) => void;
  readonly size: () => { readonly columns: number; readonly rows: number };
};

const most = 24;

/**
 * Opens a table beneath its headings. The newest rows are drawn anew when they change; those for which there is no more room
 * scroll away and stay as they are. One that changes later comes again at the end.
 */
export function openLiveTable(
  screen: Screen,
  columns: readonly (readonly [heading: string, width: number])[],
): LiveTable {
  const rows = new Map<string, LiveRow>();
  let words = "";
  let drawn = 0;

  const lineOf = (cells: readonly string[], width: number) =>
    cells
      .map((cell, index) => cell.padEnd(columns[index]?.[1] ?? 0))
      .join("  ")
      .trimEnd()
      .slice(0, width);
  const paint = ({ cells, tone }: LiveRow, width: number) =>
    styleText(tone, lineOf(cells, width), { validateStream: false });

  const draw = () => {
    const { columns: wide, rows: tall } = screen.size();
    const width = Math.max(20, wide - 1);
    const room = Math.max(1, Math.min(most, tall - 3));
    // What leaves the region is written once more and then left alone.
    const leaving = [...rows].slice(0, Math.max(0, rows.size - room));
    for (const [key] of leaving) rows.delete(key);
    const gone = leaving.map(([, row]) => paint(row, width));
    const region = [...rows.values()].map((row) => paint(row, width));
    const last = words === "" ? [] : [styleText("dim", words.slice(0, width), { validateStream: false })];
    const back = drawn === 0 ? "" : `\u001b[${drawn}A`;
    screen.write(`${back}\r\u001b[J${[...gone, ...region, ...last].map((line) => `${line}\n`).join("")}`);
    drawn = region.length + last.length;
  };

  screen.write(
    `${styleText(
      "bold",
      lineOf(
        columns.map(([heading]) => heading),
        Math.max(20, screen.size().columns - 1),
      ),
      { validateStream: false },
    )}\n`,
  );
  return {
    show(key, row) {
      rows.set(key, row);
      draw();
    },
    tell(said) {
      words = said;
      draw();
    },
    end() {
      words = "";
      draw();
      drawn = 0;
    },
  };
}
