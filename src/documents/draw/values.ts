// What people filled in, drawn on sheets that lie over the pages.

import { assert, unreachable } from "../../base/assert.ts";
import type { Box, DrawnValue } from "../document.ts";
import { faceOf } from "../fit/families.ts";
import { drawLine, type Sheet } from "./canvas.ts";
import { fitSignature, fitText } from "./fit.ts";
import { drawInk } from "./ink.ts";
import type { Context } from "./lettering.ts";
import { isSetBy, undrawable } from "./undrawable.ts";

/** A sheet to lay over a page (from 1); `says` is the text of letters that have no Unicode of their own. */
export type Overlay = { readonly page: number; readonly sheet: Sheet; readonly says?: string };

/** How large a page is as shown, in points. */
type SizeOf = (page: number) => { readonly width: number; readonly height: number };

const colours = { text: "#111827", ink: "#16245c" };

/**
 * The overlays that show these values: one for the checks and most texts of each page, one for each signature (the
 * script font's alternates have no Unicode) and each text whose letters do not tell it, which carry it beside them.
 * Blank values show nothing.
 */
export function overlaysOf(values: readonly DrawnValue[], sizeOf: SizeOf): readonly Overlay[] {
  const shown = values.filter((value) => value.kind === "check" || value.text.trim() !== "");
  const byPage = [...Map.groupBy(shown, ({ box }) => box.page)].sort(([a], [b]) => a - b);
  return byPage.flatMap(([page, here]) => {
    const [apart, plain] = [here.filter(isToldApart), here.filter((value) => !isToldApart(value))];
    const sheetOf = (drawn: readonly DrawnValue[]): Sheet => ({
      ...sizeOf(page),
      draw: (context) => {
        for (const value of drawn) drawValue(context, value);
      },
    });
    const together = plain.length > 0 ? [{ page, sheet: sheetOf(plain) }] : [];
    return [
      ...together,
      ...apart.map((value) => ({ page, sheet: sheetOf([value]), says: value.text.normalize("NFC") })),
    ];
  });
}

/** Letters that readers extract well by themselves. */
const wellExtracted = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]*$/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/**
 * Letters that are reordered, combined or drawn as pictures are extracted badly: such a text is told beside its letters. Not
 * one from right to left: readers take what is told for letters in the order of the page, and would turn it round.
 */
function isToldApart(value: DrawnValue): value is Exclude<DrawnValue, { readonly kind: "check" }> {
  if (value.kind === "check" || rightToLeft.test(value.text)) return false;
  // Ink says nothing by itself, and the alternates of a script have no Unicode.
  if (value.kind === "signature" && (value.ink !== undefined || isSetBy("script", value.text))) return true;
  return !wellExtracted.test(value.text) || /\p{Extended_Pictographic}/u.test(value.text);
}

function drawValue(context: Context, value: DrawnValue): void {
  switch (value.kind) {
    case "text":
      for (const line of fitText(value.box, {
        ...value,
        text: drawableText(value.text),
        face: faceOf(value.fontFamily),
      })) {
        drawLine(context, { ...line, colour: colours.text });
      }
      return;
    case "signature":
      drawSignature(context, value);
      return;
    case "check":
      if (value.shape === "radio") drawDot(context, value.box);
      else drawTick(context, value.box);
      return;
    default:
      unreachable(value);
  }
}

function drawSignature(
  context: Context,
  { box, text, ink = { form: "typed", face: "script" } }: Extract<DrawnValue, { readonly kind: "signature" }>,
): void {
  if (ink.form === "typed") {
    for (const line of fitSignature(box, { text: drawableText(text), face: ink.face }))
      drawLine(context, { ...line, colour: colours.ink });
  } else drawInk(context, { box, ink, colour: colours.ink });
}

/** Intake refuses what no font can draw, so here it is a bug; an empty box is never drawn. */
function drawableText(text: string): string {
  assert(undrawable(text) === null, `every value can be drawn, but not ${undrawable(text)}`);
  return text.normalize("NFC").replaceAll("\t", " ");
}

function drawTick(context: Context, box: Box): void {
  const { x, y, side } = squareIn(box);
  context.strokeStyle = colours.ink;
  context.lineWidth = side * 0.12;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x + side * 0.18, y + side * 0.54);
  context.lineTo(x + side * 0.41, y + side * 0.77);
  context.lineTo(x + side * 0.82, y + side * 0.24);
  context.stroke();
}

function drawDot(context: Context, box: Box): void {
  const { x, y, side } = squareIn(box);
  context.fillStyle = colours.ink;
  context.beginPath();
  context.arc(x + side / 2, y + side / 2, side * 0.26, 0, 2 * Math.PI);
  context.fill();
}

/** The largest square in the middle of the box. */
function squareIn(box: Box): { readonly x: number; readonly y: number; readonly side: number } {
  const side = Math.min(box.width, box.height);
  return { x: box.x + (box.width - side) / 2, y: box.y + (box.height - side) / 2, side };
}
