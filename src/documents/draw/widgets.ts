// The document's own form field behind a value that was drawn: it keeps the value, read-only, and its widget is hidden, for it
// would lie over the drawing.

import { PdfDict, PdfName, PdfNumber, PdfRef, PdfString } from "@libpdf/core";
import type { DrawnValue } from "../document.ts";
import { type Update, utf16 } from "./update.ts";

const hidden = 2;
const readOnly = 1;

/** Settles the fields of all values that have one. */
export function settleWidgets(update: Update, values: readonly DrawnValue[]): void {
  for (const value of values) if (value.widget !== undefined) settle(update, { value, widget: value.widget });
}

function settle(
  { pdf, resolve }: Update,
  { value, widget: number }: { readonly value: DrawnValue; readonly widget: number },
): void {
  const widget = pdf.getObject(PdfRef.of(number, 0));
  if (!(widget instanceof PdfDict)) return;
  widget.set("F", PdfNumber.of((widget.getNumber("F", resolve)?.value ?? 0) | hidden));
  const field = fieldOf(widget, resolve);
  field.set("Ff", PdfNumber.of((field.getNumber("Ff", resolve)?.value ?? 0) | readOnly));
  if (value.kind === "text") field.set("V", PdfString.fromHex(utf16(value.text)));
  if (value.kind === "check") {
    const on = PdfName.of(onState(widget, resolve));
    field.set("V", on);
    widget.set("AS", on);
  }
}

/** The dictionary that holds the value: the widget's own, or the nearest one above with a type. */
function fieldOf(widget: PdfDict, resolve: Update["resolve"]): PdfDict {
  let dict = widget;
  for (let depth = 0; depth < 32 && !dict.has("FT"); depth += 1) {
    const parent = dict.getDict("Parent", resolve);
    if (parent === undefined) return widget;
    dict = parent;
  }
  return dict;
}

/** The state of a button that is on: the name in its appearances that is not Off. */
export function onState(widget: PdfDict, resolve: Update["resolve"]): string {
  const looks = widget.getDict("AP", resolve)?.getDict("N", resolve);
  const names = looks === undefined ? [] : [...looks.keys()].map(({ value }) => value);
  return names.find((name) => name !== "Off") ?? "Yes";
}
