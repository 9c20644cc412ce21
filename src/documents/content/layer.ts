// A content stream with what it paints with, as it is painted at one place: the page's own, or a form's within it.

import { PdfDict, PdfName, type PdfObject, PdfStream } from "@libpdf/core";
import { inherited, type Resolve } from "../draw/geometry.ts";
import { type Font, readFont } from "./fonts.ts";
import type { Range } from "./operations.ts";

/** Replaces bytes of a layer's content. */
export type Edit = Range & { readonly text: string };

/** One content stream at one place. `edits` are what is to change in it. */
export type Layer = {
  readonly content: Uint8Array;
  readonly resources: PdfDict | undefined;
  /** Where in which layer the form is painted; null for the page itself. */
  readonly parent: { readonly layer: Layer; readonly name: Range } | null;
  readonly form: PdfStream | null;
  readonly edits: Edit[];
};

/** Fonts by their dictionaries: each is read once. */
export type FontShelf = Map<PdfDict, Font | null>;

const mostContent = 64 * 1024 ** 2;

/** The layer of a page; null when a stream of it cannot be decoded. */
export function pageLayer(page: PdfDict, resolve: Resolve): Layer | null {
  const content = joined(page.get("Contents", resolve), resolve);
  const resources = inherited(page, { key: "Resources", resolve });
  if (content === null) return null;
  return {
    content,
    resources: resources instanceof PdfDict ? resources : undefined,
    parent: null,
    form: null,
    edits: [],
  };
}

/** The layer of a form that the layer paints by this name; null for a picture, or when it cannot be decoded. */
export function formLayer(
  layer: Layer,
  { name, at, resolve }: { readonly name: string; readonly at: Range; readonly resolve: Resolve },
): (Layer & { readonly form: PdfStream }) | null {
  const form = layer.resources?.getDict("XObject", resolve)?.get(name, resolve);
  if (!(form instanceof PdfStream) || form.getName("Subtype", resolve)?.value !== "Form") return null;
  const content = joined(form, resolve);
  if (content === null) return null;
  const resources = form.getDict("Resources", resolve) ?? layer.resources;
  return { content, resources, form, parent: { layer, name: at }, edits: [] };
}

/** The font of a layer by its name there, or null. */
export function fontIn(
  { resources }: Layer,
  { name, resolve, shelf }: { readonly name: string; readonly resolve: Resolve; readonly shelf: FontShelf },
): Font | null {
  const dict = resources?.getDict("Font", resolve)?.get(name, resolve);
  return dict instanceof PdfDict ? shelved(dict, { resolve, shelf }) : null;
}

/** The font of a dictionary, read once. */
export function shelved(
  dict: PdfDict,
  { resolve, shelf }: { readonly resolve: Resolve; readonly shelf: FontShelf },
): Font | null {
  const known = shelf.get(dict);
  if (known !== undefined) return known;
  const font = readFont(dict, resolve);
  shelf.set(dict, font);
  return font;
}

/** Streams one after the other, with white space between; what is no stream counts for nothing. */
function joined(contents: PdfObject | undefined, resolve: Resolve): Uint8Array | null {
  const all = contents?.type === "array" ? contents.toArray() : contents === undefined ? [] : [contents];
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const one of all) {
    const stream = one.type === "ref" ? resolve(one) : one;
    if (!(stream instanceof PdfStream)) continue;
    const decoded = decode(stream);
    size += decoded?.length ?? 0;
    if (decoded === null || size > mostContent) return null;
    pieces.push(decoded, Buffer.from("\n"));
  }
  return Buffer.concat(pieces);
}

function decode(stream: PdfStream): Uint8Array | null {
  try {
    return stream.getDecodedData();
  } catch {
    return null;
  }
}

/** Whether a name means the same in these resources: an entry of the kind is there. */
export function entryOf(
  resources: PdfDict | undefined,
  { kind, name, resolve }: { readonly kind: string; readonly name: string; readonly resolve: Resolve },
): PdfObject | undefined {
  return resources?.getDict(kind, resolve)?.get(PdfName.of(name), resolve);
}
