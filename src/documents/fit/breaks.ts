/**
 * Where text breaks into lines. The page asks while somebody types and the document is drawn by the same answer, so this file
 * runs in both: it touches nothing of Node's or the browser's.
 */

/** Width of a text on one line, in sizes of its font. */
export type Measure = (text: string) => number;

/** Writing that has no blanks between its words: it may break between any two of them. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\uff00-\uff60]/u;

/** What may not begin a line, and what may not end one. */
const closing = /^[\p{Pe}\p{Pf}\p{Po}\u3001\u3002\u30fc\u309d\u30fd々]/u;
const opening = /[\p{Ps}\p{Pi}]$/u;

// Made when first needed: each costs a page more time than all the rest of its script.
let graphemes: Intl.Segmenter | undefined;
let words: Intl.Segmenter | undefined;

/**
 * The text in lines no wider than `width` sizes: broken at line ends, at blanks, between words of writing without blanks; within
 * a word only when the word alone is too wide. No line is empty but those between two line ends.
 */
export function breakLines(
  text: string,
  { measure, width }: { readonly measure: Measure; readonly width: number },
): readonly string[] {
  return text.split(/\r\n|\r|\n/).flatMap((paragraph) => breakParagraph(paragraph, { measure, width }));
}

type Room = { readonly measure: Measure; readonly width: number };

function breakParagraph(text: string, room: Room): readonly string[] {
  if (room.measure(text) <= room.width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const { piece, isApart } of piecesOf(text)) {
    const longer = line === "" || !isApart ? line + piece : `${line} ${piece}`;
    if (room.measure(longer) <= room.width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const parts = splitWord(piece, room);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? "";
  }
  return line === "" ? lines : [...lines, line];
}

/** What lines are made of; `isApart`: a blank stands before it. */
type Piece = { readonly piece: string; readonly isApart: boolean };

function piecesOf(text: string): readonly Piece[] {
  const chunks = text.split(/\s+/).filter((part) => part !== "");
  return chunks.flatMap((chunk) => unspacedPieces(chunk).map((piece, index) => ({ piece, isApart: index === 0 })));
}

function unspacedPieces(chunk: string): readonly string[] {
  if (!unspaced.test(chunk)) return [chunk];
  const pieces: string[] = [];
  let piece = "";
  words ??= new Intl.Segmenter("th", { granularity: "word" });
  for (const { segment } of words.segment(chunk)) {
    const mayBreak = piece !== "" && (unspaced.test(segment) || unspaced.test(piece.at(-1) ?? ""));
    if (mayBreak && !closing.test(segment) && !opening.test(piece)) {
      pieces.push(piece);
      piece = segment;
    } else piece += segment;
  }
  return [...pieces, piece];
}

/** Where an address or a file name is best broken: behind one of these. */
const seams = /^.*[@.:/_-]/su;

/**
 * A word in pieces that fit, broken behind its punctuation where that leaves half a line or more; one that fits is one
 * piece. No piece is empty, so that a hair-thin box still ends.
 */
function splitWord(word: string, { measure, width }: Room): readonly string[] {
  if (measure(word) <= width) return [word];
  graphemes ??= new Intl.Segmenter("en");
  const pieces: string[] = [];
  let piece = "";
  for (const { segment } of graphemes.segment(word)) {
    const longer = piece + segment;
    if (piece !== "" && measure(longer) > width) {
      const seam = seams.exec(piece)?.[0] ?? "";
      const kept = seam.length * 2 >= piece.length ? seam : piece;
      pieces.push(kept);
      piece = piece.slice(kept.length) + segment;
      continue;
    }
    piece = longer;
  }
  return [...pieces, piece];
}
