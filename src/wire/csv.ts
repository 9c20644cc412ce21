// Comma-separated values (RFC 4180), as spreadsheets write them: with semicolons or tabs between where the country's comma is taken, with a
// byte order mark or without, in UTF-8 or, where a mark says so, UTF-16.

/** A table: the first line, and the lines below it with their numbers in the file, from 1. Cells are without the blanks around them. */
export type Csv = { readonly header: readonly string[]; readonly lines: readonly CsvLine[] };

/** One line; a quoted cell may go over several: then it is the first of them. */
export type CsvLine = { readonly number: number; readonly cells: readonly string[] };

/** Reads a table; lines without anything in them are left out. A text says what is wrong with it, and where. */
export function readCsv(bytes: Uint8Array): Csv | string {
  const text = decode(bytes);
  if (text === null) return "it is not UTF-8: save it as CSV UTF-8";
  if (text.includes("\0")) return "it is not a text file: save it as CSV UTF-8";
  const lines = split(text, separatorOf(text));
  if (typeof lines === "string") return lines;
  const [first, ...rest] = lines.filter(({ cells }) => cells.some((cell) => cell !== ""));
  if (first === undefined) return "it is empty";
  return { header: first.cells, lines: rest };
}

function decode(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What stands between the names of the first line that has any. */
function separatorOf(text: string): string {
  const line = (/[^\r\n]+/.exec(text)?.[0] ?? "").replaceAll(/"[^"]*"/g, "");
  return [",", ";", "\t"].find((one) => line.includes(one)) ?? ",";
}

/** A place in the text, and the line that it is on. */
type Place = { readonly at: number; readonly line: number };

function split(text: string, separator: string): readonly CsvLine[] | string {
  const lines: CsvLine[] = [];
  let place: Place = { at: 0, line: 1 };
  let [number, cells] = [1, [] as string[]];
  while (place.at < text.length || cells.length > 0) {
    const cell = readCell(text, { ...place, separator });
    if (cell === null) return `line ${place.line} has a quoted value that does not end, or goes on behind its quote`;
    cells.push(cell.value);
    if (text[cell.at] === separator) {
      place = { at: cell.at + 1, line: cell.line };
      continue;
    }
    place = { at: cell.at + endOfLine(text, cell.at), line: cell.line + 1 };
    lines.push({ number, cells });
    [number, cells] = [place.line, []];
  }
  return lines;
}

type Cell = Place & { readonly value: string };

/** The cell that begins at a place, and where it ends: at a separator, or the end of the line or the text. Null: its quotes are wrong. */
function readCell(text: string, { at, line, separator }: Place & { readonly separator: string }): Cell | null {
  const begin = behindBlanks(text, { at, separator });
  if (text[begin] !== '"') {
    const end = endOfPlain(text, { at: begin, separator });
    return { value: text.slice(begin, end).trim(), at: end, line };
  }
  const quoted = readQuoted(text, begin + 1);
  if (quoted === null) return null;
  const end = behindBlanks(text, { at: quoted.at, separator });
  if (end < text.length && text[end] !== separator && endOfLine(text, end) === 0) return null;
  return { value: quoted.value.trim(), at: end, line: line + (quoted.value.match(/\r\n|\r|\n/g)?.length ?? 0) };
}

/** What stands in quotes, a quote in it doubled, and where it goes on behind. */
function readQuoted(text: string, from: number): Pick<Cell, "value" | "at"> | null {
  const pieces: string[] = [];
  for (let at = from; ; ) {
    const end = text.indexOf('"', at);
    if (end === -1) return null;
    pieces.push(text.slice(at, end));
    if (text[end + 1] !== '"') return { value: pieces.join('"'), at: end + 1 };
    at = end + 2;
  }
}

type Look = { readonly at: number; readonly separator: string };

function behindBlanks(text: string, { at, separator }: Look): number {
  let end = at;
  while ((text[end] === " " || text[end] === "\t") && text[end] !== separator) end += 1;
  return end;
}

function endOfPlain(text: string, { at, separator }: Look): number {
  let end = at;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

/** How long the end of a line is that stands here; 0: none does. */
function endOfLine(text: string, at: number): number {
  if (text[at] === "\n") return 1;
  if (text[at] !== "\r") return 0;
  return text[at + 1] === "\n" ? 2 : 1;
}
