// A drawing of ours: a PDF of one or more pages that Skia writes, fonts subset, text extractable.

import { PDFDocument } from "@napi-rs/canvas";
import { type Context, type SetLine, useLettering } from "./lettering.ts";

/** One page of a drawing: points, origin at the top left, y downwards. */
export type Sheet = {
  readonly width: number;
  readonly height: number;
  readonly draw: (context: Context) => void;
};

/** The sheets as a PDF, one page each. */
export function drawSheets(sheets: readonly Sheet[]): Uint8Array {
  const document = new PDFDocument({ rasterDPI: 72 });
  for (const { width, height, draw } of sheets) {
    draw(document.beginPage(width, height));
    document.endPage();
  }
  return document.close();
}

/** Draws one line of text at its baseline; `colour` is a CSS colour. */
export function drawLine(
  context: Context,
  { text, x, y, colour, edge = "left", ...look }: SetLine & { readonly colour: string },
): void {
  useLettering(context, { ...look, text });
  if (edge === "right") context.direction = "rtl";
  context.textAlign = edge;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
