// The form fields that a PDF brings along (AcroForm, ISO 32000-1, 12.7) as fields of a request.

import { PDF, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfString } from "@libpdf/core";
import { isOwnName } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Field, FieldType } from "./document.ts";
import type { Resolve } from "./draw/geometry.ts";
import { onState } from "./draw/widgets.ts";
import { type Frame, shownBox } from "./frame.ts";

/** A field without its signer; `signer` is the number of `_signerN` at the end of its name, null where it has none. */
export type FoundField = Omit<Field, "signer" | "group"> & {
  readonly signer: number | null;
  /** Radio buttons of one field: its name, and whether a choice is required. */
  readonly radio?: { readonly name: string; readonly required: boolean };
};

type Terminal = {
  readonly ref: PdfRef;
  readonly widget: PdfDict;
  readonly chain: readonly PdfDict[];
  readonly name: string;
};

const flags = { readOnly: 1, required: 2, radio: 32768, pushButton: 65536, hidden: 2, noView: 32 };
const treeDepth = 32;

/**
 * The fields of a document's form that somebody can fill, page by page: those that are read-only, hidden, push buttons or
 * signed already are left alone. They are found by their widgets: of joined files the form lists those of the first only.
 * `frames` are the document's pages, in order.
 */
export async function findFormFields(bytes: Uint8Array, frames: readonly Frame[]): Promise<readonly FoundField[]> {
  const pdf = await PDF.load(bytes);
  const resolve: Resolve = (ref) => pdf.getObject(ref);
  const taken = new Set<string>();
  const found: FoundField[] = [];
  for (const [index, { dict }] of pdf.getPages().entries()) {
    const frame = frames[index];
    for (const annotation of dict.getArray("Annots", resolve)?.toArray() ?? []) {
      const terminal = terminalOf(annotation, resolve);
      if (terminal === null || frame === undefined || found.length >= limits.fieldsPerRequest) continue;
      const field = readField(terminal, { resolve, page: index + 1, frame, taken });
      if (field !== null) found.push(field);
    }
  }
  return found;
}

/** A widget with the dictionaries above it, nearest first; null for any other annotation. */
function terminalOf(annotation: PdfObject, resolve: Resolve): Terminal | null {
  const widget = annotation instanceof PdfRef ? resolve(annotation) : null;
  if (!(annotation instanceof PdfRef && widget instanceof PdfDict)) return null;
  if (widget.getName("Subtype", resolve)?.value !== "Widget") return null;
  const chain: PdfDict[] = [];
  for (let dict: PdfDict | undefined = widget; dict !== undefined && chain.length < treeDepth; )
    dict = chain[chain.push(dict) - 1]?.getDict("Parent", resolve);
  const names = chain.map((dict) => textOf(dict.get("T", resolve))).filter((part) => part !== "");
  return { ref: annotation, widget, chain, name: names.toReversed().join(".") };
}

type Surroundings = {
  readonly resolve: Resolve;
  readonly page: number;
  readonly frame: Frame;
  readonly taken: Set<string>;
};

function readField(terminal: Terminal, { resolve, page, frame, taken }: Surroundings): FoundField | null {
  const { ref, widget, name } = terminal;
  const inherited = (key: string) => inheritedFrom(terminal, { key, resolve });
  const bits = numberOf(inherited("Ff"));
  const kind = inherited("FT");
  const type = kind instanceof PdfName ? typeOf(kind.value, bits) : null;
  const rect = widget.getArray("Rect", resolve)?.toArray().map(numberOf);
  const isUnseen = (numberOf(widget.get("F", resolve)) & (flags.hidden | flags.noView)) !== 0;
  if (type === null || rect?.length !== 4 || isUnseen || (bits & flags.readOnly) !== 0) return null;
  if (type === "signature" && inherited("V") !== undefined) return null;

  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = rect;
  const paper = { left: Math.min(x1, x2), bottom: Math.min(y1, y2), right: Math.max(x1, x2), top: Math.max(y1, y2) };
  const required = (bits & flags.required) !== 0 || type === "signature";
  const state = onState(widget, resolve);
  const value = inherited("V");
  const content = value instanceof PdfString ? textOf(value) : "";
  const options = type === "dropdown" ? optionsOf(inherited("Opt"), resolve) : [];
  if (type === "dropdown" && options.length === 0) return null;
  return {
    apiId: freeId(name, taken),
    type,
    name: textOf(inherited("TU")) || name,
    signer: signerIn(name),
    required,
    box: shownBox(frame, { paper, page }),
    widget: ref.objectNumber,
    ...(type === "checkbox" || type === "radio" ? { checked: widget.getName("AS", resolve)?.value === state } : {}),
    ...(type === "radio" ? { radio: { name, required } } : {}),
    ...(type === "dropdown" ? { options } : {}),
    ...((type === "text" && content !== "") || options.includes(content) ? { content } : {}),
  };
}

function typeOf(kind: string, bits: number): FieldType | null {
  if (kind === "Tx") return "text";
  if (kind === "Ch") return "dropdown";
  if (kind === "Sig") return "signature";
  if (kind !== "Btn" || (bits & flags.pushButton) !== 0) return null;
  return (bits & flags.radio) !== 0 ? "radio" : "checkbox";
}

function inheritedFrom(
  { chain }: Pick<Terminal, "chain">,
  { key, resolve }: { readonly key: string; readonly resolve: Resolve },
): PdfObject | undefined {
  for (const dict of chain) {
    const value = dict.get(key, resolve);
    if (value !== undefined && value.type !== "null") return value;
  }
  return undefined;
}

/** Choices are texts, or pairs of an export value and the text that is shown. */
function optionsOf(value: PdfObject | undefined, resolve: Resolve): readonly string[] {
  if (!(value instanceof PdfArray)) return [];
  const texts = value.toArray().map((one) => textOf(one instanceof PdfArray ? one.at(1, resolve) : one));
  return [...new Set(texts)].filter((text) => text !== "").slice(0, limits.dropdownOptions);
}

function textOf(value: PdfObject | undefined): string {
  return value instanceof PdfString ? value.asString().replaceAll("\0", "").slice(0, limits.fieldValueLength) : "";
}

function numberOf(value: PdfObject | undefined): number {
  return value instanceof PdfNumber ? value.value : 0;
}

function signerIn(name: string): number | null {
  const number = /_signer(\d{1,4})$/u.exec(name)?.[1];
  return number === undefined ? null : Number(number);
}

/** The field's name where it can be an id, numbered where it is there already. */
function freeId(name: string, taken: Set<string>): string {
  const base = name !== "" && isOwnName(name) ? name.slice(0, limits.nameLength - 8) : "form_field";
  let id = base;
  for (let number = 2; taken.has(id); number += 1) id = `${base}_${number}`;
  taken.add(id);
  return id;
}
