/** What a terminal of so many columns shows of what was written to it: lines of text, without colours. */
export function screenOf(written: string): readonly string[] {
  const lines: string[] = [""];
  let at = 0;
  let column = 0;
  const esc = String.fromCharCode(27);
  const pieces = written.split(new RegExp(`(${esc}\\[[0-9;?]*[A-Za-z]|\\r|\\n)`));
  for (const piece of pieces) {
    if (piece === "\r") column = 0;
    else if (piece === "\n") {
      at += 1;
      lines[at] ??= "";
      column = 0;
    } else if (piece.startsWith(esc)) {
      if (piece.endsWith("A")) at = Math.max(0, at - Number(piece.slice(2, -1) || 1));
      else if (piece.endsWith("J")) {
        lines.length = at + 1;
        lines[at] = (lines[at] ?? "").slice(0, column);
      }
    } else {
      const line = lines[at] ?? "";
      lines[at] = line.slice(0, column) + piece + line.slice(column + piece.length);
      column += piece.length;
    }
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}
