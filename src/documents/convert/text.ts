// Plain text as pages: US Letter, our own upright letters, long lines wrapped.

import { limits } from "../../base/limits.ts";
import { drawLine, drawSheets, type Sheet } from "../draw/canvas.ts";
import { type Lettering, leading, widthOf, wrap } from "../draw/lettering.ts";
import { legible } from "../draw/undrawable.ts";
import { decodeText } from "./charset.ts";
import type { Made } from "./pictures.ts";

const look: Lettering = { face: "plain", size: 11 };
const sheet = { width: 612, height: 792, left: 72, right: 540, top: 72, bottom: 720 } as const;
const step = look.size * leading;
const linesAPage = Math.floor((sheet.bottom - sheet.top) / step);
/** Points from one tab stop to the next, and the least that a tab leaves; the blanks for one where a line must be wrapped. */
const tabStop = 48;
const tabLeast = 6;
const tabBlanks = "    ";
const ink = "#111111";

/** The text as a PDF: a form feed begins a page, tabs stand at every 48 points. */
export function textToPdf(bytes: Uint8Array): Made {
  const text = decodeText(bytes);
  if (text === null) return { ok: false, reason: "It is no text: its characters cannot be read." };
  if (text.length > limits.textFileCharacters)
    return { ok: false, reason: `It has more than ${limits.textFileCharacters} characters.` };
  const pages: (readonly Line[])[] = [];
  for (const part of text.replace(/\f\s*$/u, "").split("\f")) {
    const fits = fillPages(part, pages);
    if (!fits)
      return { ok: false, reason: `It has more than ${limits.pagesPerRequestMost} pages; that many are possible.` };
  }
  return { ok: true, pdf: drawSheets(pages.map(sheetOf)) };
}

/** Pieces of a line, each with its distance from the left margin in points. */
type Line = readonly { readonly text: string; readonly x: number }[];

/** Lays the text down from a new page on; false when there are too many. */
function fillPages(text: string, pages: (readonly Line[])[]): boolean {
  let page: Line[] = [];
  pages.push(page);
  for (const written of text.replace(/[\r\n]+$/u, "").split(/\r\n|[\n\r\v\u0085\u2028\u2029]/u)) {
    for (const line of linesOf(written)) {
      if (page.length >= linesAPage) {
        page = [];
        pages.push(page);
        if (pages.length > limits.pagesPerRequestMost) return false;
      }
      page.push(line);
    }
  }
  return pages.length <= limits.pagesPerRequestMost;
}

function linesOf(written: string): readonly Line[] {
  const width = sheet.right - sheet.left;
  const columns = columnsOf(written.trimEnd());
  const last = columns.at(-1);
  if (last !== undefined && last.x + widthOf(last.text, look) <= width) return [columns];
  const blank = legible(written.replaceAll("\t", tabBlanks)).trimEnd();
  return wrap(blank, { ...look, width }).map((text) => [{ text, x: 0 }]);
}

/** The parts of a line between its tabs, each at the next stop behind the part before it. */
function columnsOf(written: string): Line {
  let x = 0;
  return written.split("\t").map((part) => {
    const column = { text: legible(part), x };
    x = (Math.floor((x + widthOf(column.text, look) + tabLeast) / tabStop) + 1) * tabStop;
    return column;
  });
}

function sheetOf(lines: readonly Line[]): Sheet {
  return {
    width: sheet.width,
    height: sheet.height,
    draw: (context) => {
      for (const [index, line] of lines.entries())
        for (const { text, x } of line)
          if (text !== "")
            drawLine(context, {
              ...look,
              text,
              x: sheet.left + x,
              y: sheet.top + look.size + index * step,
              colour: ink,
            });
    },
  };
}
