// The page that a request without fields gets behind its documents: a line to sign on, and one for the date, for each.

import type { Box } from "../document.ts";
import { drawLine, type Sheet } from "./canvas.ts";
import { fitText } from "./fit.ts";
import { palette, paper } from "./flow.ts";
import { leading, widthOf, wrap } from "./lettering.ts";
import { legible } from "./undrawable.ts";

/** A line that a signer (index from 0) fills, on a page of the appended ones (from 1). */
export type SignatureField = { readonly signer: number; readonly type: "signature" | "date_signed"; readonly box: Box };

/** Whom and what the page is for. */
export type SignatureAsk = {
  readonly signers: readonly { readonly name: string }[];
  readonly title: string;
  readonly requestId: string;
};

type Strip = { readonly x: number; readonly width: number; readonly height: number };

const signature: Strip = { x: paper.left, width: 316, height: 40 };
const date: Strip = { x: paper.left + 348, width: 144, height: 22 };
const place = 96;
const headSpace = 72;

type Place = { readonly signer: number; readonly name: string; readonly page: number; readonly line: number };

/** The sheets and the boxes of their lines: names are printed below the lines, as many signers a page as it holds. */
export function signatureSheets(ask: SignatureAsk): {
  readonly sheets: readonly Sheet[];
  readonly fields: readonly SignatureField[];
} {
  const title = wrap(legible(ask.title), { face: "plain", size: 10.5, width: paper.right - paper.left });
  const head = paper.top + headSpace + title.length * 10.5 * leading;
  const each = Math.max(1, Math.floor((paper.bottom - head) / place));
  const places = ask.signers.map(({ name }, signer) => ({
    signer,
    name: legible(name),
    page: 1 + Math.floor(signer / each),
    line: head + (signer % each) * place + signature.height,
  }));
  const pages = Math.max(1, Math.ceil(ask.signers.length / each));
  const sheets = Array.from({ length: pages }, (_, index) => sheetOf({ ask, title, places, page: index + 1, pages }));
  return { sheets, fields: places.flatMap(fieldsOf) };
}

function fieldsOf({ signer, page, line }: Place): readonly SignatureField[] {
  const boxOn = ({ x, width, height }: Strip): Box => ({ page, x, y: line - height - 2, width, height });
  return [
    { signer, type: "signature", box: boxOn(signature) },
    { signer, type: "date_signed", box: boxOn(date) },
  ];
}

type Page = {
  readonly ask: SignatureAsk;
  readonly title: readonly string[];
  readonly places: readonly Place[];
  readonly page: number;
  readonly pages: number;
};

function sheetOf({ ask, title, places, page, pages }: Page): Sheet {
  const soft = { face: "plain", size: 8, colour: palette.soft } as const;
  const count = pages > 1 ? `${page} of ${pages}` : "";
  return {
    width: paper.width,
    height: paper.height,
    draw: (context) => {
      drawLine(context, {
        face: "strong",
        size: 18,
        colour: palette.text,
        text: "Signatures",
        x: paper.left,
        y: paper.top + 18,
      });
      title.forEach((text, index) => {
        const y = paper.top + 42 + index * 10.5 * leading;
        drawLine(context, { face: "plain", size: 10.5, colour: palette.soft, text, x: paper.left, y });
      });
      for (const { name, line } of places.filter((placed) => placed.page === page)) {
        context.fillStyle = palette.text;
        context.fillRect(signature.x, line, signature.width, 0.75);
        context.fillRect(date.x, line, date.width, 0.75);
        const below = { page, x: signature.x - 2, y: line + 3, width: signature.width + 4, height: 40 };
        for (const set of fitText(below, { text: name, fontSize: 9.5 })) {
          drawLine(context, { ...set, colour: palette.text });
        }
        drawLine(context, { ...soft, text: "Date", x: date.x, y: line + 14 });
      }
      const foot = 752;
      drawLine(context, { ...soft, size: 7.5, text: `Request ${ask.requestId}`, x: paper.left, y: foot });
      drawLine(context, {
        ...soft,
        size: 7.5,
        text: count,
        x: paper.right - widthOf(count, { face: "plain", size: 7.5 }),
        y: foot,
      });
    },
  };
}
