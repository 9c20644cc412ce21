import { stripVTControlCharacters, styleText } from "node:util";

/** Text in colour, on a terminal only. */
export function paint(colour: "green" | "red" | "yellow" | "dim" | "bold", text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** Rows beneath their headings, in columns as wide as their widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd();
  return `${[paint("dim", line(headings)), ...rows.map(line)].join("\n")}\n`;
}

/** Text of at most so many characters, told to be cut where it is. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** How long ago, in the largest unit that fits. */
export function age(seconds: number): string {
  const past = Math.max(0, Math.floor(Date.now() / 1000) - seconds);
  if (past < 60) return `${past} s ago`;
  if (past < 3600) return `${Math.floor(past / 60)} min ago`;
  if (past < 86_400) return `${Math.floor(past / 3600)} h ago`;
  return `${Math.floor(past / 86_400)} d ago`;
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
